"""Decides whether a deployment is healthy, from the answers to its health checks alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.config.policy import VerifyConfig, parse_duration

_MOST_ROUNDS = 300  # of starting and one steady time, however short the time between two rounds is
_LONGEST_ROUND = timedelta(minutes=2)  # more time between two rounds means that the bot was not there
_STEADY_TIMES = 3  # after so many times the time that it must be healthy, it is not getting steady


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one health check was answered."""

    url: str  # as people may see it: without credentials and query
    problem: str  # plain text; empty where the answer is a good one
    milliseconds: int = 0

    @property
    def is_good(self) -> bool:
        """Whether it was answered as it should."""
        return not self.problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the rounds of checks so far add up to."""

    began: datetime
    rounds: int = 0
    bad: int = 0  # rounds with a bad answer
    bad_in_a_row: int = 0  # those that count: after the time of grace
    good_since: datetime | None = None
    asked_at: datetime | None = None  # when the last round was made
    latest: tuple[Answer, ...] = ()


class Health(StrEnum):
    """How a deployment stands by its checks."""

    WATCHING = "watching"
    HEALTHY = "healthy"
    FAILING = "failing"  # too many bad rounds in a row
    UNSTEADY = "unsteady"  # now good, now bad, for too long


def pace(config: VerifyConfig) -> timedelta:
    """This function will say how long to wait between two rounds."""
    whole = parse_duration(config.grace) + parse_duration(config.duration)
    return max(parse_duration(config.every), whole / _MOST_ROUNDS)


def after_round(
    watch: Watch, config: VerifyConfig, answers: tuple[Answer, ...], *, asked_at: datetime
) -> Watch:
    """This function will add a round of answers to what is known."""
    watch = replace(
        _without_gap(watch, config, asked_at), rounds=watch.rounds + 1, asked_at=asked_at, latest=answers
    )
    if all(answer.is_good for answer in answers):
        return replace(watch, bad_in_a_row=0, good_since=watch.good_since or asked_at)
    counts = asked_at - watch.began >= parse_duration(config.grace)
    return replace(
        watch, bad=watch.bad + 1, bad_in_a_row=watch.bad_in_a_row + 1 if counts else 0, good_since=None
    )


def _without_gap(watch: Watch, config: VerifyConfig, asked_at: datetime) -> Watch:
    """The watch as if the time in which nobody asked had not been: it speaks neither for health nor against it."""
    gap = asked_at - (watch.asked_at or asked_at) - pace(config)
    if gap <= _LONGEST_ROUND:
        return watch
    return replace(watch, began=watch.began + gap, good_since=None)


def judge(watch: Watch, config: VerifyConfig, *, now: datetime) -> Health:
    """This function will say how the deployment stands; healthy is only who was so without a break, long enough."""
    steady = parse_duration(config.duration)
    if watch.bad_in_a_row >= config.failures:
        return Health.FAILING
    if watch.good_since is not None and now - watch.good_since >= steady:
        return Health.HEALTHY
    longest = parse_duration(config.grace) + _STEADY_TIMES * steady + config.failures * pace(config)
    return Health.UNSTEADY if now - watch.began >= longest else Health.WATCHING
