"""What the checks of a batch's commit prove."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.decisions.model import Standing as CheckStanding
from bot.merging.judging.expected import ExpectedCheck, JudgedCheck
from bot.merging.train.batches.evidence import Seen, SeenRun, Watch, find, pause, red_runs
from bot.merging.train.model import Standing

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
WATCH = Watch(began_at=NOW, ends_at=NOW + timedelta(hours=2), quiet=timedelta(seconds=30))
MET, PENDING, UNMET = CheckStanding.MET, CheckStanding.PENDING, CheckStanding.UNMET


def check(standing: CheckStanding, state: str = "", name: str = "test") -> JudgedCheck:
    return JudgedCheck(expected=ExpectedCheck(name=name), standing=standing, state=state, url="https://ci")


def seen(
    *checks: JudgedCheck, still: int | None = None, is_busy: bool = False, runs: tuple[SeenRun, ...] = ()
) -> Seen:
    since = None if still is None else NOW + timedelta(seconds=still)
    return Seen(checks=checks, still_since=since, is_busy=is_busy, runs=runs)


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


RED, GREEN = check(UNMET, "failure"), check(MET, "success")
RUNNING, SILENT = check(PENDING, "in_progress"), check(PENDING, name="lint")


@pytest.mark.parametrize(
    ("commit", "minutes", "standing"),
    [
        (seen(), 0, Standing.GREEN),
        (seen(GREEN, still=60), 1, Standing.SETTLING),
        (seen(GREEN, still=60), 1.5, Standing.GREEN),
        (seen(GREEN), 1, Standing.GREEN),
        (seen(GREEN, RUNNING), 1, Standing.RUNNING),
        (seen(GREEN, RUNNING), 119, Standing.RUNNING),
        (seen(GREEN, RUNNING), 120, Standing.RED),
        (seen(RED), 1, Standing.RED),
        (seen(RED, RUNNING), 1, Standing.RUNNING),
        (seen(RED, SILENT), 1, Standing.RUNNING),
        (seen(RED, SILENT), 11, Standing.RED),
        (seen(GREEN, SILENT), 9, Standing.RUNNING),
        (seen(GREEN, SILENT), 11, Standing.SILENT),
        (seen(GREEN, SILENT, is_busy=True), 11, Standing.RUNNING),
        (seen(GREEN, SILENT, is_busy=True), 120, Standing.SILENT),
    ],
)
def test_only_what_ended_proves_something(commit: Seen, minutes: float, standing: Standing) -> None:
    assert find(commit, WATCH, after(minutes)).standing is standing


def test_what_is_red_and_what_never_began_is_named() -> None:
    finding = find(seen(RED, SILENT), WATCH, after(11))
    assert [one.name for one in finding.failed] == ["test"]
    assert finding.failed[0].url == "https://ci"
    assert finding.silent == ("lint",)


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (None, Standing.RUNNING),
        (SeenRun(id=7, attempt=1, is_completed=True, is_red=True), Standing.RUNNING),
        (SeenRun(id=7, attempt=2, is_completed=False, is_red=False), Standing.RUNNING),
        (SeenRun(id=7, attempt=2, is_completed=True, is_red=True), Standing.RED),
    ],
)
def test_an_attempt_that_was_told_to_run_again_proves_nothing(
    now: SeenRun | None, standing: Standing
) -> None:
    """A pull request was merged while its checks ran again: https://github.com/kubernetes-sigs/prow/issues/337."""
    before = SeenRun(id=7, attempt=1, is_completed=True, is_red=True)
    watch = replace(WATCH, again=(before,))
    commit = seen(RED, runs=() if now is None else (now,))
    assert find(commit, watch, after(1)).standing is standing


def test_a_rerun_that_never_begins_is_not_awaited_for_ever() -> None:
    before = SeenRun(id=7, attempt=1, is_completed=True, is_red=True)
    watch = replace(WATCH, again=(before,))
    assert find(seen(RED, runs=(before,)), watch, after(120)).standing is Standing.RED


def test_it_is_looked_at_again_when_time_alone_may_change_it() -> None:
    green = seen(GREEN, still=60)
    assert pause(find(green, WATCH, after(1)), green, WATCH, after(1)) == timedelta(seconds=30)
    running = seen(RUNNING)
    assert pause(find(running, WATCH, after(1)), running, WATCH, after(1)) == timedelta(minutes=2)
    assert pause(find(running, WATCH, after(119)), running, WATCH, after(119)) == timedelta(minutes=1)
    again = replace(WATCH, again=(SeenRun(id=7, attempt=1, is_completed=True, is_red=True),))
    assert pause(find(running, again, after(1)), running, again, after(1)) == timedelta(seconds=10)


def test_only_runs_that_ended_red_can_run_again() -> None:
    red = SeenRun(id=1, attempt=1, is_completed=True, is_red=True)
    others = (replace(red, id=2, is_red=False), replace(red, id=3, is_completed=False))
    assert red_runs(seen(RED, runs=(red, *others))) == (red,)
