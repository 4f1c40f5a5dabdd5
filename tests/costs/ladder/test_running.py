"""What goes on to be spent until midnight, whatever the limit stops."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from bot.costs.ladder.running import runs_on
from tests.support.costs import MONDAY, line

if TYPE_CHECKING:
    from bot.costs.model import MeterLine

NOW = MONDAY + timedelta(hours=18)
SPOT = {"market": "spot", "state": "running", "instance": "i-1", "reap": "true"}


def seen(item: str = "i-1", **changes: Any) -> MeterLine:
    """This function will make a line of a machine on demand that runs, for a dollar an hour."""
    told = {"seen_at": NOW, "detail": {"market": "on demand", "state": "running", "instance": item}}
    return line(item, **{**told, **changes})


def test_a_machine_on_demand_runs_on() -> None:
    assert runs_on([seen()], now=NOW) == 6


@pytest.mark.parametrize(
    "gone",
    [
        seen(detail=SPOT),
        seen(detail={"market": "on demand", "state": "terminated", "instance": "i-1"}),
        seen(seen_at=NOW - timedelta(minutes=16)),
        seen(amount=None),
        seen(unit="tokens", unit_price=Decimal(1)),
    ],
)
def test_what_ends_is_gone_or_has_no_price_does_not(gone: MeterLine) -> None:
    assert runs_on([gone], now=NOW) == 0


def test_a_spot_machine_that_may_not_be_ended_runs_on() -> None:
    assert runs_on([seen(detail=SPOT | {"reap": ""})], now=NOW) == 6


def test_disks_run_on_but_for_those_of_machines_that_end() -> None:
    def disk(item: str, machine: str) -> MeterLine:
        detail = {"size": "100", "instance": machine}
        return seen(item, source="ebs", unit="GB-hours", unit_price=Decimal("0.01"), detail=detail)

    lines = [seen(detail=SPOT), disk("vol-1", "i-1"), disk("vol-2", "i-2")]
    assert runs_on(lines, now=NOW) == 6


def test_fixed_items_run_on_where_they_are_spent_evenly() -> None:
    evenly = seen("a", source="fixed", unit="days", unit_price=Decimal(24), detail={"spent": "evenly"})
    at_once = seen("b", source="fixed", unit="days", unit_price=Decimal(24), detail={"spent": "at once"})
    assert runs_on([evenly, at_once], now=NOW) == 6
