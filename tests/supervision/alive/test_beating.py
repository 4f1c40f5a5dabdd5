"""The heartbeat issue is written once a cycle, once per repository, and survives what people do to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.engine.model import Flow
from bot.localhub.faults import Fault
from bot.localhub.state import issues, runs
from bot.recovery.flow import Tick
from bot.supervision.alive.beating import beat
from bot.supervision.keeping.store import forget_supervision
from tests.support.beating import BEAT, beating

if TYPE_CHECKING:
    from pathlib import Path

TICK = timedelta(minutes=15)
PLAIN = "supervision: {}\n"


@pytest.mark.parametrize("repeat", [False, True])
async def test_one_issue_is_edited_each_cycle(tmp_path: Path, *, repeat: bool) -> None:
    """There is one heartbeat issue with its label; each cycle edits it once, even where a step is done twice."""
    async with beating(tmp_path, PLAIN, repeat_every_step=repeat) as here:
        await here.beat()
        assert [label.name for label in here.heart.labels] == ["pilothouse-heartbeat"]
        for cycle in range(1, 4):
            await here.beat(after=TICK)
            assert here.bot.hub.gateway.calls["issues/update"] == cycle
        assert here.heart.body is not None
        assert f"**{here.at} UTC**" in here.heart.body


async def test_what_people_do_to_it_is_respected(tmp_path: Path) -> None:
    """A heartbeat that a person closed stays closed and is kept up to date; a deleted one is written anew."""
    async with beating(tmp_path, PLAIN) as here:
        await here.beat()
        store, repository = here.bot.hub.store, here.bot.repository
        first = here.heart
        issues.set_state(store, repository, first, "closed", here.bot.ada)
        await here.beat(after=TICK)
        assert first.state == "closed"
        assert first.body is not None
        assert here.at in first.body
        issues.delete_issue(store, repository, first, deleter=here.bot.ada)
        await here.beat(after=TICK)
        assert here.heart.number != first.number


async def test_a_crash_and_lost_answers_open_one_issue(tmp_path: Path) -> None:
    """A process that dies after the issue was opened, and an answer that is lost, leave one issue."""
    async with beating(tmp_path, PLAIN) as here:
        here.bot.hub.faults.add(Fault(kind="drop", method="POST", path="/issues$", after=True, count=1))
        here.bot.engine.crash_in("heartbeat")
        await here.beat()
        assert here.bot.engine.crashes_due == ()
        assert len(here.hearts) == 1


async def test_a_github_that_is_away_stops_nothing(tmp_path: Path) -> None:
    """Where GitHub does not take the heartbeat, the cycle goes on, and the next one writes it."""
    async with beating(tmp_path, PLAIN) as here:
        here.bot.hub.faults.add(Fault(kind="status", method="POST", path="/issues$", status=403))
        await here.beat()
        assert here.hearts == []
        here.bot.hub.faults.clear()
        await here.beat(after=TICK)
        assert len(here.hearts) == 1


async def test_the_alarm_is_watched_in_turn(tmp_path: Path) -> None:
    """The heartbeat says whether the alarm is set up, and whether GitHub still runs it."""
    async with beating(tmp_path, PLAIN) as here:
        await here.beat()
        store, repository = here.bot.hub.store, here.bot.repository
        said = [here.heart.body]
        workflow = runs.workflow_of(store, repository, "pilothouse-alarm.yml", name="Pilothouse alarm")
        sha = repository.branches["main"]
        new = runs.NewRun(head_sha=sha, head_branch="main", actor=here.bot.ada, event="schedule")
        runs.finish_run(store, runs.start_run(store, repository, workflow, new))
        await here.bot.settle()
        await here.beat(after=TICK)
        said.append(here.heart.body)
        await here.beat(after=timedelta(hours=7))
        said.append(here.heart.body)
        workflow.state = "disabled_inactivity"
        await here.beat(after=TICK)
        said.append(here.heart.body)
        wanted = ("No alarm is set", "is set. It ran last at", "does not run any more", "is disabled.**")
        assert [want in (body or "") for want, body in zip(wanted, said, strict=True)] == [True] * 4


async def test_what_is_not_wanted_or_not_watched_has_no_heartbeat(tmp_path: Path) -> None:
    """Neither `alive.issue: false` from the beginning nor a row that is gone meanwhile writes anything."""
    async with beating(tmp_path, "supervision: {alive: {issue: false}}\n") as here:
        await here.beat()
        known = await here.row()
        await here.bot.database.write(lambda rows: forget_supervision(rows, here.bot.repository.id))
        here.bot.engine.flows[BEAT] = Flow(
            name=BEAT, request=Tick, story=lambda run, _: beat(run, known, here.services)
        )
        await here.beat(after=TICK)
        assert here.hearts == []


async def test_an_alarm_that_github_does_not_tell_of_is_unknown(tmp_path: Path) -> None:
    """Where GitHub does not say how the alarm stands, the heartbeat is written all the same."""
    async with beating(tmp_path, PLAIN) as here:
        here.bot.hub.faults.add(Fault(kind="status", path="/workflows/pilothouse-alarm.yml$", status=403))
        await here.beat()
        assert "GitHub does not say how the alarm" in (here.heart.body or "")
