"""What people read about a deployment's health."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.config.policy import HttpCheck, VerifyConfig
from bot.deployments.health.render import render_unhealthy, render_verified, render_watch
from bot.deployments.health.rules import Answer, Health, Watch

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

BEGAN = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
ONE = VerifyConfig(http=(HttpCheck(url="https://a.example/"),))
TWO = VerifyConfig(http=(HttpCheck(url="https://a.example/"), HttpCheck(url="https://b.example/")))
GOOD = Answer(url="https://a.example/health", problem="", milliseconds=12)
BAD = Answer(url="https://b.example/health", problem="status 500 instead of 200")
WATCH = Watch(began=BEGAN, rounds=7, good_since=BEGAN + timedelta(seconds=20), latest=(GOOD,))
SICK = replace(WATCH, good_since=None, bad=4, bad_in_a_row=3, latest=(GOOD, BAD))


def test_while_it_is_watched(snapshot: SnapshotAssertion) -> None:
    now = BEGAN + timedelta(seconds=80)
    assert [render_watch(watch, ONE, now=now) for watch in (WATCH, SICK)] == snapshot


def test_healthy(snapshot: SnapshotAssertion) -> None:
    watches = (WATCH, replace(WATCH, rounds=1), replace(WATCH, bad=2))
    assert [render_verified(watch, policy) for watch in watches for policy in (ONE, TWO)] == snapshot


def test_not_healthy(snapshot: SnapshotAssertion) -> None:
    unsteady = replace(SICK, latest=(GOOD,))
    said = [render_unhealthy(watch, TWO, Health.UNSTEADY) for watch in (SICK, unsteady)]
    said += [render_unhealthy(watch, TWO, Health.FAILING) for watch in (SICK, replace(SICK, bad_in_a_row=1))]
    assert said == snapshot


def test_many_bad_answers_are_cut(snapshot: SnapshotAssertion) -> None:
    many = tuple(replace(BAD, url=f"https://{number}.example/") for number in range(7))
    assert render_unhealthy(replace(SICK, latest=many), TWO, Health.FAILING) == snapshot


def test_a_hostile_answer_renders_as_text() -> None:
    """What a server says reaches the receipt through its error; it must not mention or link anybody."""
    hostile = replace(
        BAD,
        url="https://x.example/`@octo`",
        problem="no proper answer (@octo/all <img src=x> [x](https://y))",
    )
    said = render_unhealthy(replace(SICK, latest=(hostile,)), TWO, Health.FAILING)
    assert "@octo/all" not in said
    assert "<img" not in said
    assert "[x](" not in said
