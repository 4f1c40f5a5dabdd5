"""What a day is foretold to cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from bot.costs.metering.forecast import Course, ForecastFacts, Mark, forecast
from tests.support.costs import MONDAY, TICK

HOUR = timedelta(hours=1)


def marks(*points: tuple[float, float]) -> tuple[Mark, ...]:
    """What a source had metered, by hours since midnight."""
    return tuple(Mark(at=MONDAY + hours * HOUR, amount=Decimal(str(amount))) for hours, amount in points)


def facts(hours: float, spent: str, **changes: Any) -> ForecastFacts:
    """What is known at an hour of Monday."""
    known = ForecastFacts(now=MONDAY + hours * HOUR, spent=Decimal(spent), limit=Decimal(100), marks={})
    return replace(known, **changes)


def test_what_runs_goes_on() -> None:
    """A machine of two dollars an hour that runs since midnight costs 48 dollars, whatever the hour."""
    for hours in (1, 6, 23):
        known = facts(
            hours, str(2 * hours), marks={"ec2": marks((0, 0), (hours, 2 * hours))}, steady=frozenset({"ec2"})
        )
        found = forecast(known)
        assert found.likely == 48
        assert found.rate == 2
        assert found.low <= found.likely <= found.high


def test_a_cluster_that_is_begun_counts_as_it_runs_now() -> None:
    """What runs evenly is taken at the rate of the last half hour; what the last hours had is the range's other end."""
    known = facts(
        12,
        "14",
        marks={"ec2": marks((9, 9), (11.25, 11.25), (11.5, 12), (11.75, 13), (12, 14))},
        steady=frozenset({"ec2"}),
    )
    found = forecast(known)
    assert found.rate == 4
    assert found.likely == 14 + 4 * 12
    assert found.low < 14 + Decimal(5) / 3 * 12


def test_what_comes_in_bursts_is_evened_out() -> None:
    """Model calls are taken at the rate of three hours: one busy quarter of an hour makes no day."""
    known = facts(12, "60", marks={"bedrock": marks((9, 54), (11.5, 54), (11.75, 54), (12, 60))})
    found = forecast(known)
    assert found.rate == 2
    assert found.likely == 84
    assert found.high > 60 + 12 * 12


def test_earlier_days_tell_what_is_still_to_come() -> None:
    """With two whole days known, the next two hours are as now and the rest is as it was then."""
    day = Course(day=(MONDAY - timedelta(days=1)).date(), marks=())
    earlier = tuple(
        replace(
            day,
            day=(MONDAY - timedelta(days=ago)).date(),
            marks=tuple(
                Mark(at=MONDAY - timedelta(days=ago) + hour * HOUR, amount=Decimal(amount))
                for hour, amount in ((0, 0), (10, 10), (20, whole), (24, whole))
            ),
        )
        for ago, whole in ((1, 70), (2, 90))
    )
    known = facts(8, "8", marks={"ec2": marks((7.5, 7.5), (8, 8))}, courses=earlier)
    found = forecast(known)
    assert found.likely == 8 + 2 + (60 + 80) // 2
    assert found.low < 8 + 16
    assert found.high > 8 + 2 + 80
    only_one = forecast(replace(known, courses=earlier[:1]))
    assert only_one.likely == 24
    late = Course(day=MONDAY.date(), marks=marks((9, 5), (24, 9)))
    assert late.left_after(8 * HOUR) == 9


@pytest.mark.parametrize(
    ("hours", "spent", "left"),
    [
        (12, "100", timedelta(0)),
        (12, "110", timedelta(0)),
        (12, "90", timedelta(hours=5)),
        (12, "76", timedelta(hours=12)),
        (12, "75", None),
    ],
)
def test_the_time_to_the_limit_is_told(hours: float, spent: str, left: timedelta | None) -> None:
    """At the present rate the limit is reached after so long, or not on this day."""
    known = facts(hours, spent, marks={"ec2": marks((11, 10), (12, 12))})
    assert forecast(known).limit_in == left


def test_nothing_is_foretold_from_nothing() -> None:
    """Without a second look there is no rate, and a sum that is put right downwards is no negative one."""
    assert forecast(facts(0, "5", marks={"ec2": marks((0, 5))})).likely == 5
    assert forecast(facts(2, "4", marks={"ec2": marks((1, 5), (2, 4))})).rate == 0
    assert forecast(facts(2, "0")).limit_in is None


def test_the_range_holds_days_like_the_pipelines() -> None:
    """The range holds nine looks of ten once three days are known; seven of ten come within a tenth of the truth."""
    random = Random(6)  # noqa: S311 - the same days each time
    days = [_day(random) for _ in range(8)]
    courses = [
        Course(
            day=(MONDAY + timedelta(days=n)).date(),
            marks=tuple(Mark(at=at + timedelta(days=n), amount=a + b) for at, a, b in day),
        )
        for n, day in enumerate(days)
    ]
    held = near = looks = 0
    for n in range(3, 8):
        for k in range(4, 96, 4):
            found = forecast(_known(days[n], k, n=n, courses=courses[:n]))
            truth = courses[n].marks[-1].amount
            held += found.low <= truth <= found.high
            near += abs(found.likely - truth) <= truth / 10
            looks += 1
    assert held / looks > 0.9
    assert near / looks > 0.7


def _day(random: Random) -> list[tuple[datetime, Decimal, Decimal]]:
    """A day's looks: what machines and what models had cost by then."""
    begin, end = 8 + random.random() * 2, 17 + random.random() * 3
    machines = models = Decimal(0)
    found = [(MONDAY, machines, models)]
    for k in range(96):
        machines += Decimal("0.1") + (Decimal("1.025") if begin <= k / 4 < end else 0)
        models += Decimal(str(round(random.expovariate(1.6), 4)))
        found.append((MONDAY + (k + 1) * TICK, machines, models))
    return found


def _known(
    day: list[tuple[datetime, Decimal, Decimal]], k: int, *, n: int, courses: list[Course]
) -> ForecastFacts:
    shift = timedelta(days=n)
    seen = day[max(0, k - 12) : k + 1]
    return ForecastFacts(
        now=day[k][0] + shift,
        spent=day[k][1] + day[k][2],
        limit=Decimal(100),
        marks={
            "ec2": [Mark(at=at + shift, amount=machines) for at, machines, _ in seen],
            "bedrock": [Mark(at=at + shift, amount=models) for at, _, models in seen],
        },
        steady=frozenset({"ec2"}),
        courses=courses,
    )
