"""Reads what is written after `/budget`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.commands.model import Reason, Refused
from bot.costs.changes import ChangeKind
from bot.markdown import code

_AMOUNT = re.compile(r"\$?([0-9]{1,7}(?:\.[0-9]{1,2})?)")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_ID = re.compile(r"[0-9a-f]{8}")
_EXTEND = re.compile(r"(\S+)\s+until\s+(\S+?)(?:\s*(?:utc|z))?(?:\s+because\s+(.*))?", re.IGNORECASE)
_SET = re.compile(r"(\S+)(?:\s+because\s+(.*))?", re.IGNORECASE)
_BECAUSE = re.compile(r"(?:because\s+)?(.*)", re.IGNORECASE)
_LAST_HOUR, _LAST_MINUTE = 24, 59


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A change, as it was written."""

    kind: ChangeKind
    amount: Decimal | None = None
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """The id of a change that somebody says too."""

    id: str


def read_change(form: str, rest: str, *, now: datetime) -> Wanted | Second | Refused:
    """This function will read a change of the budget.

    Args:
        form: the first word: set, extend, enforce, dry-run or second.
        rest: what follows it.
        now: the time, in whose day (UTC) an extension ends.
    """
    match form:
        case ChangeKind.EXTEND:
            return _extension(rest, now)
        case ChangeKind.SET:
            return _setting(rest)
        case ChangeKind.ENFORCE | ChangeKind.DRY_RUN:
            found = _BECAUSE.fullmatch(rest)
            return Wanted(kind=ChangeKind(form), reason=found[1].strip() if found else rest)
        case _:
            return _second(rest)


def _extension(rest: str, now: datetime) -> Wanted | Refused:
    found = _EXTEND.fullmatch(rest)
    if found is None or not (found[3] or "").strip():
        text = f"Write by how much, until when today (UTC) and why: {code('/budget extend 25 until 18:00 because …')}."
        return Refused(reason=Reason.MISSING_ARGUMENT, text=text)
    amount = _amount(found[1])
    if isinstance(amount, Refused):
        return amount
    until = _until(found[2], now)
    if isinstance(until, Refused):
        return until
    return Wanted(kind=ChangeKind.EXTEND, amount=amount, until=until, reason=found[3].strip())


def _setting(rest: str) -> Wanted | Refused:
    found = _SET.fullmatch(rest)
    if found is None:
        text = f"Write the limit in dollars a day: {code('/budget set 120')}."
        return Refused(reason=Reason.MISSING_ARGUMENT, text=text)
    amount = _amount(found[1])
    if isinstance(amount, Refused):
        return amount
    return Wanted(kind=ChangeKind.SET, amount=amount, reason=(found[2] or "").strip())


def _second(rest: str) -> Second | Refused:
    if not _ID.fullmatch(rest.strip().lower()):
        text = f"Write the eight digits of the change that you say too: {code('/budget second 1a2b3c4d')}."
        return Refused(reason=Reason.NOTHING_TO_SECOND, text=text)
    return Second(id=rest.strip().lower())


def _amount(written: str) -> Decimal | Refused:
    found = _AMOUNT.fullmatch(written)
    if found is None or not Decimal(found[1]):
        text = f"{code(written)} is no amount of dollars; write {code('25')} or {code('12.50')}."
        return Refused(reason=Reason.AMOUNT_INVALID, text=text)
    return Decimal(found[1])


def _until(written: str, now: datetime) -> datetime | Refused:
    """A time of the day; 24:00 is the day's end."""
    found = _TIME.fullmatch(written)
    hours, minutes = (int(found[1]), int(found[2])) if found else (_LAST_HOUR + 1, 0)
    is_time = (hours < _LAST_HOUR and minutes <= _LAST_MINUTE) or (hours, minutes) == (_LAST_HOUR, 0)
    if not is_time:
        text = f"{code(written)} is no time of the day; write {code('18:00')}, which is taken as UTC."
        return Refused(reason=Reason.TIME_INVALID, text=text)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    until = midnight + timedelta(hours=hours, minutes=minutes)
    if until <= now:
        text = f"{written} UTC has passed; it is {now:%H:%M} UTC. An extension ends at 24:00 UTC at latest."
        return Refused(reason=Reason.TIME_INVALID, text=text)
    return until
