"""When a freeze window is open, by the clocks of its zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.freezing import open_window
from bot.config.policy import FreezeConfig

WEEKEND = {"cron": "0 16 * * 5", "lasts": "64h", "zone": "Europe/Berlin", "reason": "weekend"}
HOLIDAYS = {"start": "2026-12-20", "end": "2027-01-04", "zone": "Europe/Berlin"}


def until(at: str, *windows: dict[str, str], exceptions: tuple[dict[str, str], ...] = ()) -> str | None:
    """This function will say until when nothing is deployed at that time in UTC."""
    said: dict[str, Any] = {"windows": windows, "exceptions": exceptions}
    closed = open_window(msgspec.convert(said, FreezeConfig), datetime.fromisoformat(at).replace(tzinfo=UTC))
    return None if closed is None else closed.until.isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-20 14:59:59", None),  # a Friday; 16:00 in Berlin is 15:00 UTC
        ("2026-11-20 15:00", "2026-11-23T08:00+01:00"),
        ("2026-11-22 12:00", "2026-11-23T08:00+01:00"),
        ("2026-11-23 06:59:59", "2026-11-23T08:00+01:00"),
        ("2026-11-23 07:00", None),
        ("2026-07-17 13:59", None),  # in summer it is 14:00 UTC
        ("2026-07-17 14:00", "2026-07-20T08:00+02:00"),
    ],
)
def test_a_window_begins_by_its_cron_expression_and_lasts(at: str, end: str | None) -> None:
    assert until(at, WEEKEND) == end


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-12-19 22:59", None),
        ("2026-12-19 23:00", "2027-01-05T00:00+01:00"),  # midnight in Berlin
        ("2027-01-04 22:59", "2027-01-05T00:00+01:00"),  # the last day is still closed
        ("2027-01-04 23:00", None),
    ],
)
def test_dates_are_whole_days_of_the_zone(at: str, end: str | None) -> None:
    assert until(at, HOLIDAYS) == end


@pytest.mark.parametrize(
    ("window", "at", "end"),
    [
        (
            {"start": "2026-12-20T10:00", "end": "2026-12-20T12:00"},
            "2026-12-20 11:59",
            "2026-12-20T12:00+00:00",
        ),
        ({"start": "2026-12-20T10:00", "end": "2026-12-20T12:00"}, "2026-12-20 12:00", None),
        (
            {"start": "2026-12-20T10:00+02:00", "end": "2026-12-20T12:00+02:00"},
            "2026-12-20 08:30",
            "2026-12-20T10:00+00:00",
        ),
        ({"start": "2026-12-20 10:00", "end": "2026-12-20"}, "2026-12-20 23:59", "2026-12-21T00:00+00:00"),
    ],
)
def test_times_are_of_the_zone_unless_they_name_their_own(
    window: dict[str, str], at: str, end: str | None
) -> None:
    assert until(at, window) == end


def test_an_exception_opens_a_window() -> None:
    patch_day = {"start": "2026-12-22", "end": "2026-12-22", "zone": "Europe/Berlin"}
    assert until("2026-12-22 12:00", HOLIDAYS, exceptions=(patch_day,)) is None
    assert until("2026-12-23 12:00", HOLIDAYS, exceptions=(patch_day,)) is not None


def test_windows_that_follow_each_other_end_with_the_last() -> None:
    second = {"start": "2027-01-05", "end": "2027-01-06", "zone": "Europe/Berlin"}
    assert until("2026-12-24 12:00", HOLIDAYS, second) == "2027-01-07T00:00+01:00"


def test_a_window_that_never_ends_is_closed_now_all_the_same() -> None:
    every_hour = {"cron": "0 * * * *", "lasts": "1h", "reason": "always"}
    assert until("2026-11-20 14:59:59", every_hour) is not None


def test_a_window_that_begins_in_the_hour_that_comes_twice() -> None:
    """On 25 October 2026 the clocks of Berlin show 2:30 at 00:30 and at 01:30 UTC; it begins at the first."""
    window = {"cron": "30 2 * * 0", "lasts": "30m", "zone": "Europe/Berlin"}
    closed = [
        minute
        for minute in range(0, 180, 10)
        if until(str(datetime(2026, 10, 25) + timedelta(minutes=minute)), window)  # noqa: DTZ001 - made UTC above
    ]
    assert closed == [30, 40, 50]


def test_a_window_that_begins_in_the_hour_that_is_left_out() -> None:
    """On 29 March 2026 the clocks of Berlin go from 2:00 to 3:00 at 01:00 UTC."""
    window = {"cron": "30 2 * * 0", "lasts": "1h", "zone": "Europe/Berlin"}
    assert until("2026-03-29 01:29", window) is None
    assert until("2026-03-29 01:30", window) is not None
    assert until("2026-03-29 02:30", window) is None


@given(
    at=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)),  # noqa: DTZ001 - as above
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
)
def test_every_day_at_noon_it_is_closed_for_an_hour(at: datetime, zone: str) -> None:
    """Noon comes once a day in every zone, whatever is done to its clocks."""
    moment = at.replace(microsecond=0)
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    closed = until(str(moment), {"cron": "0 12 * * *", "lasts": "1h", "zone": zone})
    assert (closed is not None) is (local.hour == 12)
