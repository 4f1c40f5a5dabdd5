"""Says whether a freeze window is open at a moment: pure arithmetic with time zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from croniter import croniter  # type: ignore[import-untyped] # it ships no types

from bot.config.policy import parse_duration
from bot.github.models import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.config.policy import ApproversConfig, FreezeConfig, FreezeWindow

_DAY = timedelta(days=1)
_FOLD = timedelta(hours=3)  # more than any clock is ever put back
_CHAIN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Nothing is deployed now."""

    reason: str
    until: datetime  # in the window's zone


def open_window(freeze: FreezeConfig, at: datetime) -> Closed | None:
    """This function will say until when nothing is deployed, or None where it is open at that moment."""
    if any(_end(window, at) for window in freeze.exceptions):
        return None
    for window in freeze.windows:
        end = _end(window, at)
        if end is not None:
            return Closed(reason=window.reason, until=_last(freeze, end).astimezone(ZoneInfo(window.zone)))
    return None


def is_excepted(allow: ApproversConfig, *, login: str, permission: Permission, teams: Iterable[str]) -> bool:
    """This function will say whether a person may go ahead in spite of a freeze.

    Args:
        allow: Who is excepted.
        login: Of the person.
        permission: The person's role.
        teams: Those of `allow.teams` to which the person belongs.
    """
    needed = allow.permission or (Permission.WRITE if not allow.users and not allow.teams else None)
    return (
        login.casefold() in {user.casefold() for user in allow.users}
        or bool({team.casefold() for team in teams} & {team.casefold() for team in allow.teams})
        or (needed is not None and permission.covers(needed))
    )


def _last(freeze: FreezeConfig, end: datetime) -> datetime:
    """The end of windows that follow each other without a gap."""
    for _ in range(_CHAIN):
        further = [found for window in freeze.windows if (found := _end(window, end)) is not None]
        if not further:
            break
        end = max(further)
    return end


def _end(window: FreezeWindow, at: datetime) -> datetime | None:
    """When the window ends that is open at the moment, in UTC; None where it is not open."""
    if window.cron:
        begin = _begun(window.cron, ZoneInfo(window.zone), at)
        end = begin + parse_duration(window.lasts or "1d")
    else:
        begin, end = bounds(window)
    return end if begin <= at < end else None


def bounds(window: FreezeWindow) -> tuple[datetime, datetime]:
    """This function will return the moments in UTC at which a window of dates begins and ends.

    Raises:
        ValueError: a date, a time or the zone cannot be read.
    """
    zone = ZoneInfo(window.zone)
    return _moment(window.start, zone, days=0), _moment(window.end, zone, days=1)


def _moment(text: str, zone: ZoneInfo, *, days: int) -> datetime:
    """A date stands for its beginning, or with one day for its end."""
    try:
        found = datetime.combine(date.fromisoformat(text) + days * _DAY, time())
    except ValueError:
        found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _begun(expression: str, zone: ZoneInfo, at: datetime) -> datetime:
    """The newest moment that the expression names, in UTC.

    The expression is read on the zone's wall clock; from a little later on it is looked back, because an hour that
    is put back comes twice.
    """
    clock = croniter(expression, at.astimezone(zone).replace(tzinfo=None) + _FOLD)
    found = at + _DAY
    while found > at:
        found = clock.get_prev(datetime).replace(tzinfo=zone).astimezone(UTC)
    return found
