"""Reckons what goes on to be spent until midnight, whatever the limit stops."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.ladder.model import TICK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.costs.model import MeterLine

_HOUR = timedelta(hours=1)
_HOURS_A_DAY = 24
_STANDING = frozenset({"pending", "running"})
_NOTHING = Decimal(0)


def runs_on(lines: Iterable[MeterLine], *, now: datetime) -> Decimal:
    """This function will return the dollars that the day still costs by what the limit cannot end.

    Those are machines that it may not end, their disks, and fixed items that are spent evenly.
    """
    seen = tuple(line for line in lines if line.seen_at >= now - TICK)
    ended = {line.detail["instance"] for line in seen if _is_ended(line)}
    hourly = sum((_hourly(line) for line in seen if line.detail.get("instance", "") not in ended), _NOTHING)
    midnight = datetime.combine(now.date(), time(), tzinfo=UTC) + timedelta(days=1)
    return hourly * Decimal(str((midnight - now) / _HOUR))


def _is_ended(line: MeterLine) -> bool:
    """Whether the limit ends this machine: a spot instance that says so itself."""
    detail = line.detail
    return line.source == "ec2" and detail.get("market") == "spot" and detail.get("reap") == "true"


def _hourly(line: MeterLine) -> Decimal:
    """Dollars an hour from now on."""
    if line.unit_price is None:
        return _NOTHING
    match line.unit:
        case "hours":
            return line.unit_price if line.detail.get("state") in _STANDING else _NOTHING
        case "GB-hours":
            return line.unit_price * Decimal(line.detail["size"])
        case "days":
            return line.unit_price / _HOURS_A_DAY if line.detail.get("spent") == "evenly" else _NOTHING
        case _:
            return _NOTHING
