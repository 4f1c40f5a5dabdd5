"""Machines and disks are counted for as long as they stood on the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.costs.prices.running import ended_at, hours_of, period_on

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        (NOW - 30 * HOUR, NOW, 9),  # launched the day before: from midnight
        (NOW - HOUR, NOW, 1),
        (NOW - HOUR, NOW + 30 * HOUR, 16),  # a look that comes after midnight closes the day
        (NOW, NOW, None),
        (NOW + HOUR, NOW, None),  # the clock was set back
        (NOW - 40 * HOUR, NOW - 30 * HOUR, None),  # it ended the day before
    ],
)
def test_a_day_has_its_part_of_a_time(begin: datetime, end: datetime, hours: int | None) -> None:
    period = period_on(NOW.date(), begin, end)

    assert (None if period is None else period.hours) == hours


@pytest.mark.parametrize(
    ("state", "reason", "end"),
    [
        ("running", "", NOW),
        ("pending", "", NOW),
        ("running", "User initiated (2026-11-03 08:00:00 GMT)", NOW),  # of a stop before it was started again
        ("terminated", "User initiated (2026-11-03 08:00:00 GMT)", NOW - HOUR),
        ("stopped", "User initiated (2026-11-03 08:00:00 UTC)", NOW - HOUR),
        ("terminated", "User initiated (2026-11-03 10:00:00 GMT)", NOW),  # AWS's clock is ahead of ours
        ("terminated", "Server.SpotInstanceTermination: Spot instance termination", None),
        ("terminated", "", None),
    ],
)
def test_ec2_tells_in_words_when_a_machine_ended(state: str, reason: str, end: datetime | None) -> None:
    assert ended_at(state, reason, now=NOW) == end


def test_a_length_is_exact() -> None:
    assert hours_of(timedelta(days=1, seconds=1, microseconds=800_000)) == Decimal("24.0005")
