"""What a look tells is joined with what the day's looks told before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.costs.metering.journalling import fitted, key_of, merged
from tests.support.costs import MONDAY, line

if TYPE_CHECKING:
    from bot.costs.model import MeterLine

NOW = MONDAY + timedelta(hours=2)


def joined(before: MeterLine, told: MeterLine) -> MeterLine:
    """What stands of the line after a look."""
    (found,) = merged({key_of(before): before}, [told], day=MONDAY.date(), now=NOW)
    return found


def priced(quantity: str, price: str | None, **changes: object) -> MeterLine:
    """A line of so much at a price."""
    unit = None if price is None else Decimal(price)
    amount = None if unit is None else Decimal(quantity) * unit
    found = replace(line(seen_at=NOW), quantity=Decimal(quantity), unit_price=unit, amount=amount)
    return replace(found, **changes)  # type: ignore[arg-type] # of a test's own fields


def test_what_is_gone_stays() -> None:
    """A machine that nobody tells of any more is not among the changes, so that its row stays as it was."""
    gone, new = line("i-1"), line("i-2")
    assert merged({key_of(gone): gone}, [new], day=MONDAY.date(), now=NOW) == (fitted(new),)


def test_another_day_is_another_journal() -> None:
    """A line of another day is not put into this one."""
    tuesday = line(day=MONDAY.date() + timedelta(days=1))
    assert merged({}, [tuesday], day=MONDAY.date(), now=NOW) == ()


def test_nothing_is_no_line() -> None:
    """What has used nothing of the day (a machine begun after midnight, as the day before is completed) has no row."""
    assert merged({}, [priced("0", "1")], day=MONDAY.date(), now=NOW) == ()


@pytest.mark.parametrize(
    ("before", "told", "stands"),
    [
        (priced("1", "2"), priced("1.5", "2"), ("1.5", "2", "3")),
        (priced("1", "2"), priced("0.5", "2"), ("1", "2", "2")),  # a source that forgets
        (priced("1", "2"), priced("1", "1"), ("1", "1", "1")),  # the price is put right
        (priced("1", "2"), priced("0.5", "3"), ("1", "2", "2")),
        (priced("1", "2"), priced("2", None), ("2", "2", "4")),  # no price is told now
        (priced("1", None), priced("2", None), ("2", None, None)),
        (priced("1", None), priced("2", "3"), ("2", "3", "6")),  # a price becomes known
        (priced("2", None), priced("1", "3"), ("2", "3", "6")),
        (priced("1", "2"), priced("1.5", "2", amount=Decimal("1.9")), ("1.5", "2", "2")),
        (priced("1", None, amount=Decimal(5)), priced("2", None), ("2", None, "5")),
    ],
)
def test_a_day_never_goes_backwards(
    before: MeterLine, told: MeterLine, stands: tuple[str, str | None, str | None]
) -> None:
    """A line grows with its day; only a price that is put right takes something back."""
    found = joined(before, told)
    quantity, price, amount = (None if one is None else Decimal(one) for one in stands)
    assert (found.quantity, found.unit_price, found.amount) == (quantity, price, amount)


def test_what_was_seen_in_the_future_is_told_anew() -> None:
    """The clock was set back: what was counted up to a time that has not come is what the source tells now."""
    ahead = priced("9", "1", seen_at=NOW + timedelta(hours=7))
    assert joined(ahead, priced("2", "1")).amount == 2


def test_whose_it_was_is_kept() -> None:
    """A machine whose tags are gone is still its agent's, its pull request's and its environment's."""
    known = priced("1", "1", agent="scout", number=12, environment="staging")
    found = joined(known, priced("2", "1"))
    assert (found.agent, found.number, found.environment) == ("scout", 12, "staging")
    moved = joined(known, priced("2", "1", agent="rigger", number=13, environment="prod"))
    assert (moved.agent, moved.number, moved.environment) == ("rigger", 13, "prod")


def test_a_line_fits_its_row() -> None:
    """Long names are cut and stay apart, numbers have twelve places, what PostgreSQL does not store is gone."""
    one, other = (line("a" * 300 + end, agent="x\x00y", quantity=Decimal(1) / 3) for end in "bc")
    first, second = fitted(one), fitted(other)
    assert len(first.item) == len(second.item) == 255
    assert first.item != second.item
    assert first.agent == "xy"
    assert first.quantity == Decimal("0.333333333333")
    assert fitted(priced("1", None)).unit_price is None
