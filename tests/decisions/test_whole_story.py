"""After a whole deployment everything that was decided can be decided again, and nothing of it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.audit.chain import follow
from bot.audit.model import Kind
from bot.audit.store import all_entries
from bot.decisions.model import Outcome
from bot.decisions.replay import Replayed, difference, replay
from bot.decisions.store import changed_decisions, concluded, since
from bot.localhub.state import git, pulls
from bot.proposals.deciders import DECIDERS
from bot.proposals.model import CHECK
from tests.support.production import APPROVALS, production
from tests.support.records import AT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.audit.chain import Linked
    from bot.decisions.model import RecordedDecision
    from tests.support.production import Production


PRODUCTION = "  production:\n    workflow: apply.yml\n    plan: {workflow: plan.yml}\n"
LONG_AGO = AT.replace(year=2020)


@pytest.fixture(params=[False, True], ids=["once", "every step twice"])
async def world(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Production]:
    """A repository that deploys for real, with a bot that may die after every step."""
    async with production(tmp_path, repeat_every_step=request.param) as opened:
        opened.policy(PRODUCTION + APPROVALS)
        yield opened


async def decided(world: Production) -> tuple[RecordedDecision, ...]:
    """This function will read every decision, the oldest first."""
    number = world.bot.repository.id
    rows = await world.bot.database.read(lambda connection: since(connection, number, LONG_AGO, most=999))
    return rows[::-1]


async def entries(world: Production) -> list[Linked]:
    """This function will read the whole journal."""
    return await world.bot.database.read(lambda connection: list(all_entries(connection)))


async def deploy(world: Production) -> None:
    """This function will deploy with a plan that a second person approves."""
    await world.say("/deploy production")
    await world.plan(world.dispatched[0])
    await world.say("/approve production")
    await world.say("/approve production", by="bob")
    applying = world.dispatched[1]
    await world.job(applying, "terraform-apply")
    await world.finish(applying)


async def test_every_decision_is_made_again_byte_for_byte(world: Production) -> None:
    await deploy(world)
    rows = await decided(world)
    kinds = [(row.kind, concluded(row).outcome) for row in rows]
    assert ("deploy", Outcome.PROCEED) in kinds
    assert ("gate", Outcome.WAIT) in kinds
    assert ("gate", Outcome.PROCEED) in kinds
    for row in rows:
        again = replay(row, DECIDERS)
        assert isinstance(again, Replayed), again.why
        assert again.is_same, difference(again)


async def test_the_journal_has_each_command_word_decision_and_effect_once(world: Production) -> None:
    await deploy(world)
    written = await entries(world)
    assert [checked.broken for checked in follow(written)] == [None] * len(follow(written))
    assert await world.bot.database.read(lambda connection: list(changed_decisions(connection))) == []
    told = {(linked.entry.kind, linked.entry.actor, linked.entry.what) for linked in written}
    assert (Kind.COMMAND, "ada", "command succeeded") in told
    assert (Kind.COMMAND, "bob", "command succeeded") in told
    assert (Kind.COMMAND, "ada", "command refused") in told  # her own approval
    assert any(kind is Kind.APPROVAL and actor == "bob" for kind, actor, _ in told)
    assert any(kind is Kind.LEASE for kind, _, _ in told)
    effects = [linked.entry for linked in written if linked.entry.kind is Kind.EFFECT]
    assert [entry.what for entry in effects].count("deployment") == 1
    keys = [linked.entry.key for linked in written if linked.entry.repository_id == world.bot.repository.id]
    assert len(keys) == len(set(keys))
    ids = {linked.entry.evidence for linked in written if linked.entry.kind is Kind.DECISION}
    assert ids == {row.id for row in await decided(world)}


async def test_people_are_told_what_was_decided_and_why(world: Production) -> None:
    await deploy(world)
    await world.say("/why gate production")
    await world.say("/why deploy production")
    gate, deployed = world.receipts[-2:]
    assert "What was decided (`gate`) about `#1 production`" in gate
    assert "✅ **It goes ahead.**" in gate
    assert "`bob`" in gate
    assert "✅ `checks`" in deployed


async def test_a_policy_that_would_open_a_waiting_gate_says_so(world: Production) -> None:
    two = APPROVALS.replace("count: 1", "count: 2")
    world.policy(PRODUCTION + two)
    await world.say("/deploy production")
    await world.plan(world.dispatched[0])
    await world.say("/approve production", by="bob")
    assert "`waiting_for_approval`" in world.receipts[0]
    bot = world.bot
    files = {".github/pilothouse.yml": f"environments:\n{PRODUCTION}{APPROVALS}"}
    git.push(bot.hub.store, bot.repository, "loose", files=files, message="One is enough", author=bot.ada)
    pulls.open_pull(bot.hub.store, bot.repository, title="One", head="loose", author=bot.ada)
    await bot.settle()
    (check,) = [run for run in bot.repository.check_runs.values() if run.name == CHECK]
    assert check.summary is not None
    assert "| `environments.production.approvals.count` ⚠️ | `2` | `1` |" in check.summary
    gates = check.summary.partition("### Waiting gates")[2].partition("###")[0]
    assert "| `gate` `production` #1 |" in gates
    assert "⏳ waits | ✅ goes ahead" in gates


@pytest.mark.parametrize(
    ("topic", "asked"),
    [
        ("merge", "/plan /merge"),
        ("release", "/release plan"),
        ("gate", "/plan deploy ENV"),
        ("cluster", "/plan cluster up"),
        ("budget", "/budget why"),
    ],
)
async def test_what_was_never_decided_says_how_to_see_it_beforehand(
    world: Production, topic: str, asked: str
) -> None:
    await world.say(f"/why {topic}")
    assert f"Nothing (`{topic}`) was decided here yet; `{asked}` says what would be." in world.receipts[-1]
