"""Waits held against goals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config.web_settings import GOALS, web_settings_from
from bot.levels.model import Day, Kind, Level, Wait
from bot.levels.render import EMPTY, TITLES, render_level, render_seconds, render_share
from bot.levels.rules import LONGEST, counts, every_day

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _wait(seconds: float) -> Wait:
    return Wait(
        kind=Kind.ACKNOWLEDGED,
        cause="1",
        repository_id=1,
        began_at=AT,
        ended_at=AT + timedelta(seconds=seconds),
    )


def test_every_kind_has_a_goal_and_words() -> None:
    assert set(GOALS) == set(Kind) == set(TITLES) == set(EMPTY)


def test_a_wait_is_never_negative_although_github_s_clock_is_ahead() -> None:
    assert _wait(-3).seconds == 0
    assert _wait(2.5).seconds == 2.5


def test_what_is_found_days_after_was_not_waited_for() -> None:
    assert counts(_wait(LONGEST.total_seconds()))
    assert not counts(_wait(LONGEST.total_seconds() + 1))


def test_what_was_red_before_the_repository_was_known_was_not_waited_for() -> None:
    red = replace(_wait(90), kind=Kind.SUMMARISED)

    assert counts(red)
    assert counts(red, known_since=AT)
    assert not counts(red, known_since=AT + timedelta(seconds=1))
    assert counts(_wait(90), known_since=AT + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (4.25, "4.2 s"),
        (5, "5 s"),
        (10, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (92, "1 min 32 s"),
        (7200, "2 h"),
        (7325, "2 h 2 min"),
    ],
)
def test_durations_are_said_in_two_units(seconds: float, said: str) -> None:
    assert render_seconds(seconds) == said


@pytest.mark.parametrize(("share", "said"), [(1, "100 %"), (0.9999, "99.9 %"), (0.5, "50.0 %"), (0, "0.0 %")])
def test_only_all_is_a_hundred_percent(share: float, said: str) -> None:
    assert render_share(share) == said


def test_a_level_is_one_sentence() -> None:
    level = Level(kind=Kind.SUMMARISED, goal=60, count=2, kept=1, p50=2, p95=61, p99=61, worst=61)
    none = Level(kind=Kind.MERGED, goal=60, count=0, kept=0)

    assert render_level(level) == "50.0 % of 2 within 1 min; 95 of 100 took at most 1 min 1 s."
    assert (level.is_met, none.is_met, none.share) == (False, None, None)
    assert render_level(none) == EMPTY[Kind.MERGED]


@pytest.mark.parametrize(
    ("text", "goals"),
    [
        ("", GOALS),
        ("acknowledged=2", {**GOALS, "acknowledged": 2.0}),
        ("merged = 120, summarised=30", {**GOALS, "merged": 120.0, "summarised": 30.0}),
    ],
)
def test_goals_are_set_by_name(text: str, goals: dict[str, float]) -> None:
    mistakes: list[str] = []

    assert web_settings_from({"PILOTHOUSE_GOALS": text}, mistakes).goals == goals
    assert mistakes == []


@pytest.mark.parametrize("text", ["merged", "merged=0", "merged=-1", "merged=1.5", "deployed=5", "merged=²"])
def test_a_goal_that_is_none_is_said(text: str) -> None:
    mistakes: list[str] = []

    assert web_settings_from({"PILOTHOUSE_GOALS": text}, mistakes).goals == GOALS
    assert len(mistakes) == 1
    assert text in mistakes[0]


def test_days_on_which_nobody_waited_are_days_too() -> None:
    today = AT.date()
    known = Day(day=today - timedelta(days=1), count=3, kept=2)

    found = every_day([known], until=today, days=3)

    assert found == (
        Day(day=today - timedelta(days=2), count=0, kept=0),
        known,
        Day(day=today, count=0, kept=0),
    )
