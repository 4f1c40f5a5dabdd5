"""When a deployment counts as healthy, by its answers alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.policy import HttpCheck, VerifyConfig
from bot.deployments.health.rules import Answer, Health, Watch, after_round, judge, pace

BEGAN = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
GOOD = (Answer(url="https://a.example/", problem=""), Answer(url="https://b.example/", problem=""))
BAD = (GOOD[0], Answer(url="https://b.example/", problem="status 500 instead of 200"))


def config(*, steady: str = "1m", grace: str = "30s", failures: int = 3, every: str = "10s") -> VerifyConfig:
    return VerifyConfig(
        http=(HttpCheck(url="https://a.example/"), HttpCheck(url="https://b.example/")),
        duration=steady,
        every=every,
        grace=grace,
        failures=failures,
    )


def course(rounds: str, policy: VerifyConfig) -> list[Health]:
    """How the deployment stands after each round: `+` for a good one, `-` for a bad one."""
    watch, standing = Watch(began=BEGAN), []
    for number, sign in enumerate(rounds):
        now = BEGAN + number * pace(policy)
        watch = after_round(watch, policy, GOOD if sign == "+" else BAD, asked_at=now)
        standing.append(judge(watch, policy, now=now))
    return standing


@pytest.mark.parametrize(
    ("rounds", "end"),
    [
        ("+++++++", Health.HEALTHY),  # from the first round on, for a minute
        ("++++++", Health.WATCHING),  # a round too few
        ("---+++++++", Health.HEALTHY),  # it was still starting
        ("------", Health.FAILING),  # the third bad one after the time of grace
        ("-----", Health.WATCHING),
        ("+++---", Health.FAILING),
        ("+++--+++++++", Health.HEALTHY),  # shaken, then steady for a whole minute
        ("+++--++++++", Health.WATCHING),  # what was good before the shaking does not count
        ("--+--+--+--+--+--+--+--+-", Health.UNSTEADY),  # four minutes of that are enough,
    ],
)
def test_how_rounds_add_up(rounds: str, end: Health) -> None:
    *before, last = course(rounds, config())
    assert last is end
    assert set(before) <= {Health.WATCHING}


def test_bad_rounds_while_it_starts_do_not_count_but_good_ones_do() -> None:
    assert course("-+-+-+++++++", config(grace="50s"))[-1] is Health.HEALTHY


def test_one_bad_answer_spoils_the_round() -> None:
    watch = after_round(Watch(began=BEGAN), config(), BAD, asked_at=BEGAN)
    assert (watch.bad, watch.good_since) == (1, None)


def test_a_long_watch_is_not_asked_every_second() -> None:
    assert pace(config(steady="23h", grace="1h", every="1s")) == timedelta(hours=24) / 300
    assert pace(config(steady="2m", every="10s")) == timedelta(seconds=10)


@pytest.mark.parametrize(
    ("before", "after", "end"),
    [
        ("+++", "+", Health.WATCHING),  # an hour of which nothing is known is no hour of health
        ("+++", "++++++", Health.WATCHING),
        ("+++", "+++++++", Health.HEALTHY),
        ("---", "-", Health.WATCHING),  # nor is it one of failure: it is still starting
        ("+++", "--+", Health.WATCHING),
        ("+++", "----", Health.FAILING),
    ],
)
def test_while_the_bot_was_not_there_nothing_counts(before: str, after: str, end: Health) -> None:
    """The bot was down for an hour in the middle: what it did not see speaks neither for health nor against it."""
    policy, now = config(grace="40s"), BEGAN
    watch = Watch(began=BEGAN)
    for part in (before, after):
        for sign in part:
            watch = after_round(watch, policy, GOOD if sign == "+" else BAD, asked_at=now)
            health = judge(watch, policy, now=now)
            now += pace(policy)
        now += timedelta(hours=1)
    assert health is end


@given(rounds=st.text(alphabet="+-", min_size=400, max_size=400), failures=st.integers(1, 20))
def test_every_watch_ends_and_healthy_means_steady(rounds: str, failures: int) -> None:
    """However the answers fall, it ends; and never healthy with a bad answer within the last minute."""
    standing = course(rounds, config(failures=failures))
    end = next(number for number, health in enumerate(standing) if health is not Health.WATCHING)
    if standing[end] is Health.HEALTHY:
        assert rounds[end - 6 : end + 1] == "+++++++"
    if standing[end] is Health.FAILING:
        assert rounds[end - failures + 1 : end + 1] == "-" * failures
