"""What the supervisor does where something is missing, away, or not as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from bot.budget.model import Mode, Stage
from bot.commands.reasons import Reason
from bot.config.costing import CostConfig
from bot.config.supervising import FixConfig
from bot.costs.store.budgets import keep_budget, save_budget
from bot.github.limits import Priority
from bot.localhub.faults import Fault
from bot.localhub.state import issues
from bot.storage.effects import Effects
from bot.storage.tables import failures, job_results
from bot.supervision.fixing.bench import bench_of
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.publishing.taking import Taking, take
from bot.supervision.fixing.publishing.telling import Teller
from bot.supervision.fixing.saying.describing import Proposal
from bot.supervision.fixing.store import change_fix
from bot.supervision.hosts.model import Unknown
from tests.support.breaking import BAD, MOMENT, breaking
from tests.support.costs import BUDGET
from tests.support.fix_facts import a_change

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.supervision.programs.model import Order
    from tests.support.breaking import Breaking

AGENT = ", tools: false, agent: {command: [agent]}"


def away(here: Breaking, path: str, *, count: int | None = None, status: int = 502) -> None:
    """This function will have GitHub fail with what is about a path."""
    here.bot.hub.faults.add(Fault(kind="status", path=path, count=count, status=status))


async def forget(here: Breaking, number: int) -> None:
    """This function will forget what was read of a run, as if nothing had been heard of its end."""

    def both(rows: Connection) -> None:
        for table in (failures, job_results):
            rows.execute(delete(table).where(table.c.run_id == number))

    await here.bot.database.write(both)
    del here.bot.engine.runs[f"diagnose-{number}-1"]


async def test_a_build_that_was_not_diagnosed(tmp_path: Path) -> None:
    """A red build of which nothing was heard is diagnosed first, the branch's as well as a fix's own."""
    async with breaking(tmp_path, conduct="observe") as here:
        run = await here.build(BAD)
        await forget(here, run.id)
        assert await here.tick() == []
        assert here.bot.engine.state_of(f"diagnose-{run.id}-1") == "done"
        (fix,) = await here.tick()
        assert fix.reason == Reason.ONLY_OBSERVED
        proposed = await here.propose()
        run = await here.build(BAD, proposed.head_ref)
        await forget(here, run.id)
        found = {fix.id: fix.state for fix in await here.tick()}
        assert found[proposed.id] is FixState.PROPOSED
        found = {fix.id: fix.state for fix in await here.tick()}
        assert found[proposed.id] is FixState.FAILED


async def test_a_github_that_is_away_for_a_look(tmp_path: Path) -> None:
    """What GitHub does not answer at one look waits for the next; nothing is concluded from it."""
    async with breaking(tmp_path, conduct="observe") as here:
        fix = await here.propose()
        away(here, f"/pulls/{fix.number}$")
        away(here, "/branches/main$")
        (fix,) = await here.tick()
        assert fix.state is FixState.PROPOSED
        here.bot.hub.faults.clear()
        found = await here.tick()
        assert len(found) == 1  # a pull request stands, so nothing else is begun


async def test_a_branch_that_is_not_there(tmp_path: Path) -> None:
    """A watched branch that does not exist is passed over."""
    async with breaking(tmp_path, conduct="observe", more=", branches: [gone, main]") as here:
        await here.build(BAD)
        (fix,) = await here.tick()
        assert fix.trouble.branch == "main"


async def test_a_github_that_is_away_when_a_try_begins(tmp_path: Path) -> None:
    """A try that cannot begin because GitHub is away is none."""
    async with breaking(tmp_path) as here:
        await here.build(BAD)
        fix = await here.intend()
        away(here, "/branches/main$")
        fix = await here.begin(fix)
        assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.GITHUB_UNAVAILABLE)


async def test_a_budget_that_freezes_while_a_try_waits(tmp_path: Path) -> None:
    """Once the day's budget is frozen no agent is asked; where only one could help, nothing is tried."""
    async with breaking(tmp_path, more=AGENT) as here:
        await here.build(BAD)
        fix = await here.intend()
        frozen = replace(
            BUDGET,
            repository=here.bot.ref,
            day=here.bot.clock().date(),
            mode=Mode.ENFORCE,
            stage=Stage.FROZEN,
            read_at=here.bot.clock(),
        )
        now = here.bot.clock()
        await here.bot.database.write(lambda rows: keep_budget(rows, here.bot.ref, CostConfig(), now=now))
        await here.bot.database.write(lambda rows: save_budget(rows, frozen))
        fix = await here.begin(fix)
        assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.BUDGET_FROZEN)
        assert await here.tick(MOMENT) == [fix]
        assert (await here.decided()).reason == Reason.BUDGET_FROZEN


async def test_a_host_that_is_taken_away(tmp_path: Path) -> None:
    """Where the host may not be reached any more, a try that waited is none."""
    async with breaking(tmp_path, is_listed=False) as here:
        await here.build(BAD)
        fix = await here.begin(await here.intend())
        assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.HOST_NOT_ALLOWED)
        assert (await here.begin(fix)).ended_at == fix.ended_at


@pytest.mark.parametrize("act", ["close", "delete"])
async def test_a_suggestion_that_a_person_declines(tmp_path: Path, act: str) -> None:
    """A suggestion that a person closes or deletes is not made again."""
    async with breaking(tmp_path, conduct="suggest") as here:
        await here.build(BAD)
        fix = await here.row(FixState.SUGGESTED)
        store, repository = here.bot.hub.store, here.bot.repository
        issue = issues.open_issue(store, repository, title="x", body="x", author=here.bot.ada)
        await here.keep(replace(fix, number=issue.number))
        if act == "close":
            issues.set_state(store, repository, issue, "closed", here.bot.ada)
        else:
            issues.delete_issue(store, repository, issue, deleter=here.bot.ada)
        (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (FixState.CLOSED, Reason.FIX_CLOSED)
        assert len(await here.tick()) == 1


async def test_a_fix_that_clashes(tmp_path: Path) -> None:
    """A fix that cannot be merged any more is closed and says so."""
    async with breaking(tmp_path) as here:
        fix = await here.propose()
        here.push({"code.txt": "worse\n"})
        for _ in range(2):  # GitHub takes its time to say so
            (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (FixState.CLOSED, Reason.BUILD_OLD)
        (said,) = here.said(fix.number or 0)
        assert "This can no longer be merged into `main`." in said


async def test_moves_that_are_not_legal(tmp_path: Path) -> None:
    """What is over stays so, and what is not there is not changed."""
    async with breaking(tmp_path) as here:
        await here.build(BAD)
        fix = await here.row(FixState.MERGED)
        await here.keep(fix)
        with pytest.raises(ValueError, match="a fix that is merged cannot be fixed"):
            await here.bot.database.write(
                lambda rows: change_fix(rows, fix.id, lambda one: replace(one, state=FixState.FIXED))
            )
        with pytest.raises(LookupError, match="no try none"):
            await here.bot.database.write(lambda rows: change_fix(rows, "none", lambda one: one))


class _Silent:
    """A host that does not say anything."""

    async def run(self, order: Order) -> Unknown:
        """This function will say nothing."""
        del order
        return Unknown(why="the network is <b>away</b>")


async def test_a_change_that_cannot_be_read(tmp_path: Path) -> None:
    """Where the host does not say what was changed, nothing is published, and nothing is concluded."""
    async with breaking(tmp_path) as here:
        await here.build(BAD)
        fix = await here.row(FixState.FIXING)
        config = FixConfig(folder=str(here.folder))
        bench = bench_of(fix, host=_Silent(), config=config, repository=here.bot.ref)
        taking = Taking(bench=bench, config=config, fix=fix, command="ruff check .", failed=())
        repo = here.bot.github.repository(here.bot.ref, priority=Priority.SUMMARY)
        taken = await take(repo, taking)
        assert (taken.reason, taken.change) == (Reason.HOST_UNREACHABLE, None)
        assert taken.text == "What it changed could not be read: the network is &lt;b&gt;away&lt;/b&gt;."


async def test_a_suggestion_that_stands_already(tmp_path: Path) -> None:
    """Where an issue of the failure stands, it is edited; no second one is opened."""
    async with breaking(tmp_path, conduct="suggest") as here:
        await here.build(BAD)
        fix = await here.row(FixState.FIXING)
        repo = here.bot.github.repository(here.bot.ref, priority=Priority.SUMMARY)
        effects = Effects(here.bot.database, here.bot.clock)
        teller = Teller(repo=repo, effects=effects)
        proposal = Proposal(fix=fix, change=a_change(), guards=(), tries=2, label="", diff="-a\n+b\n")
        number = await teller.open_issue(proposal)
        again = replace(proposal, fix=replace(fix, id="other"), diff="-a\n+c\n")
        assert await teller.open_issue(again) == number
        (issue,) = here.issues
        assert "+c" in (issue.body or "")
        await teller.label(number, "")
        assert issue.labels == []
        with pytest.raises(ValueError, match="neither a pull request nor an issue"):
            await teller.close(fix)
