"""GitHub Actions is metered by the jobs of each run of the day, as the local GitHub lists them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.config.costing import CostConfig
from bot.costs.model import GapKind
from bot.costs.sources import actions as source
from bot.costs.sources.actions import SOURCE
from bot.github import run_history
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, git, pulls, runs
from tests.support.clock import Clock
from tests.support.looking import Yard, yard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.costs.model import MeterLine
    from bot.localhub.state.actions import WorkflowRun


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Yard]:
    """A private repository without runs."""
    async with yard(Clock(), tmp_path) as made:
        yield made


def _start(place: Yard, *jobs: str, branch: str = "topic", event: str = "pull_request") -> WorkflowRun:
    store, repository = place.hub.store, place.repository
    ada = store.user("ada")
    made = git.push(store, repository, branch, files={"x": branch}, message="Work", author=ada)
    workflow = runs.workflow_of(store, repository, "ci.yml", name="CI")
    new = runs.NewRun(head_sha=made.sha, head_branch=branch, actor=ada, event=event)
    run = runs.start_run(store, repository, workflow, new, jobs=jobs)
    for job in run.latest.jobs:
        runs.start_job(store, job)
    return run


def _finish(place: Yard, run: WorkflowRun, *conclusions: str) -> None:
    for job, conclusion in zip(run.latest.jobs, conclusions, strict=True):
        runs.finish_job(place.hub.store, job, conclusion)
    runs.finish_run(place.hub.store, run)


async def _lines(place: Yard, known: tuple[MeterLine, ...] = ()) -> tuple[MeterLine, ...]:
    reading = await SOURCE.read(place.look(known=known))
    assert reading.gaps == ()
    assert reading.data_until == place.clock()
    return reading.lines


async def test_a_run_is_followed_to_its_end_and_read_no_more(place: Yard) -> None:
    """Its pull request pays for it, job by job, as far as it came."""
    run = _start(place, "test", "lint")
    ada = place.hub.store.user("ada")
    pull = pulls.open_pull(place.hub.store, place.repository, title="Fix", head="topic", author=ada, body="")
    place.clock.advance(timedelta(minutes=5))
    (line,) = running = await _lines(place)
    assert (line.number, line.quantity, line.amount) == (
        pull.number,
        Decimal(10),
        Decimal("0.060"),
    )
    place.clock.advance(timedelta(seconds=90))
    _finish(place, run, "success", "failure")
    place.clock.advance(timedelta(minutes=5))
    (line,) = over = await _lines(place, running)
    assert (line.quantity, line.detail["state"]) == (Decimal(14), "over")
    assert await _lines(place, over) == ()


async def test_what_is_run_again_costs_again(place: Yard) -> None:
    """The attempt that failed stays paid; of the next one only what ran again is."""
    run = _start(place, "test", "lint")
    place.clock.advance(timedelta(minutes=3))
    _finish(place, run, "failure", "success")
    place.clock.advance(timedelta(minutes=1))
    store = place.hub.store
    runs.rerun(store, run, actor=store.user("ada"), again=lambda job: job.name == "test")
    (again,) = (job for job in run.latest.jobs if job.status == "queued")
    runs.start_job(store, again)
    place.clock.advance(timedelta(minutes=7))
    lines = await _lines(place)
    assert {line.item: line.quantity for line in lines} == {f"{run.id}/1": 6, f"{run.id}/2": 7}
    runs.finish_job(store, again, "failure")
    runs.finish_run(store, run)
    place.clock.advance(timedelta(minutes=1))
    runs.rerun(store, run, actor=store.user("ada"), again=lambda job: job.name == "test")
    lines = await _lines(place)
    assert {line.item: line.quantity for line in lines} == {
        f"{run.id}/1": 6,
        f"{run.id}/2": 7,
        f"{run.id}/3": 0,
    }


async def test_a_run_that_goes_on_over_midnight_costs_a_part_on_each_day(place: Yard) -> None:
    """Also where it began days ago and is still at work."""
    place.clock.now = place.clock.now.replace(hour=23, minute=50)
    old = _start(place, "long")
    place.clock.advance(timedelta(days=3, minutes=-5))
    run = _start(place, "test", branch="late")
    place.clock.advance(timedelta(minutes=25))
    _finish(place, run, "success")
    lines = await _lines(place)
    assert {line.item: line.quantity for line in lines} == {f"{run.id}/1": 10, f"{old.id}/1": 10}


async def test_the_standard_runners_of_a_public_repository_are_free(place: Yard) -> None:
    """The minutes are told all the same."""
    place.repository.private = False
    _start(place, "test")
    place.clock.advance(timedelta(minutes=4))
    (line,) = await _lines(place)
    assert (line.quantity, line.amount, line.detail["free minutes"]) == (Decimal(4), Decimal(0), "4")


async def test_a_forks_run_is_paid_by_its_pull_request(place: Yard) -> None:
    """GitHub names no pull request to it."""
    store = place.hub.store
    mallory = store.user("mallory")
    fork = accounts.fork(store, place.repository, owner=mallory)
    made = git.push(store, fork, "patch", files={"x": "1"}, message="Patch", author=mallory)
    pull = pulls.open_pull(
        store,
        place.repository,
        title="Patch",
        head="patch",
        author=mallory,
        body="",
        head_repository=fork,
    )
    workflow = runs.workflow_of(store, place.repository, "ci.yml", name="CI")
    new = runs.NewRun(head_sha=made.sha, head_branch="patch", actor=mallory, head_repository=fork)
    run = runs.start_run(store, place.repository, workflow, new, jobs=("test",))
    runs.start_job(store, run.latest.jobs[0])
    place.clock.advance(timedelta(minutes=1))
    (line,) = await _lines(place)
    assert line.number == pull.number


async def test_more_runs_than_one_look_reads_are_read_by_the_next(
    place: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one look leaves, it says."""
    monkeypatch.setattr(source, "_MOST_READ", 3)
    for number in range(5):
        run = _start(place, "test", branch=f"b{number}")
        place.clock.advance(timedelta(minutes=1))
        _finish(place, run, "success")
    first = await SOURCE.read(place.look())
    assert len(first.lines) == 3
    (gap,) = first.gaps
    assert (gap.kind, gap.text.partition(" are ")[0]) == (GapKind.NO_DATA, "2 workflow runs")
    rest = await _lines(place, first.lines)
    assert len({line.item for line in (*first.lines, *rest)}) == 5


async def test_runs_beyond_what_is_listed_are_said_to_be_missing(
    place: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository with more runs than that is read as far as it goes."""
    monkeypatch.setattr(run_history, "MOST_FOUND", 2)
    for number in range(3):
        _start(place, "test", branch=f"b{number}")
        place.clock.advance(timedelta(minutes=1))
    reading = await SOURCE.read(place.look())
    assert [gap.text.partition(" are ")[0] for gap in reading.gaps] == ["The oldest workflow runs of the day"]
    assert len(reading.lines) == 3  # whatever is at work is found all the same


async def test_runs_that_cannot_be_read_are_a_gap(place: Yard) -> None:
    """A GitHub that is down costs nothing that is known, and something that is not."""
    place.hub.faults.add(Fault(kind="status", path=".*/actions/runs.*"))
    reading = await SOURCE.read(place.look())
    (gap,) = reading.gaps
    assert (gap.kind, reading.data_until, reading.lines) == (GapKind.UNAVAILABLE, None, ())


async def test_a_run_that_was_deleted_meanwhile_is_left_out(place: Yard) -> None:
    """It was listed, and is gone when its jobs are asked for; the others are read."""
    gone, kept = _start(place, "test", branch="a"), _start(place, "test", branch="b")
    place.clock.advance(timedelta(minutes=1))
    place.hub.faults.add(Fault(kind="status", status=404, path=f".*/actions/runs/{gone.id}/.*"))
    assert [line.item for line in await _lines(place)] == [f"{kept.id}/1"]


async def test_a_repository_may_leave_its_minutes_out(place: Yard) -> None:
    """`actions: false` asks nothing."""
    _start(place, "test")
    reading = await SOURCE.read(place.look(config=CostConfig(actions=False)))
    assert (reading.lines, reading.gaps) == ((), ())
