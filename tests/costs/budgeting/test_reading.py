"""What is written after `/budget`, understood."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.commands.model import Refused
from bot.costs.budgeting.reading import Second, Wanted, read_change
from bot.costs.changes import ChangeKind

NOW = datetime(2026, 11, 23, 14, 15, 9, tzinfo=UTC)
SIX = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
EXTEND, SET = ChangeKind.EXTEND, ChangeKind.SET

UNDERSTOOD: tuple[tuple[str, str, Wanted | Second], ...] = (
    ("extend", "25 until 18:00 because x", Wanted(kind=EXTEND, amount=Decimal(25), until=SIX, reason="x")),
    (
        "extend",
        "$2.50  until 18:00 UTC because a b",
        Wanted(kind=EXTEND, amount=Decimal("2.5"), until=SIX, reason="a b"),
    ),
    ("extend", "25 UNTIL 18:00Z BECAUSE x", Wanted(kind=EXTEND, amount=Decimal(25), until=SIX, reason="x")),
    (
        "extend",
        "25 until 24:00 because because",
        Wanted(kind=EXTEND, amount=Decimal(25), until=datetime(2026, 11, 24, tzinfo=UTC), reason="because"),
    ),
    ("set", "120", Wanted(kind=SET, amount=Decimal(120))),
    (
        "set",
        "120 because a fourth agent came",
        Wanted(kind=SET, amount=Decimal(120), reason="a fourth agent came"),
    ),
    ("enforce", "", Wanted(kind=ChangeKind.ENFORCE)),
    ("enforce", "because it is time", Wanted(kind=ChangeKind.ENFORCE, reason="it is time")),
    ("dry-run", "it ends the wrong ones", Wanted(kind=ChangeKind.DRY_RUN, reason="it ends the wrong ones")),
    ("second", "1A2b3c4d", Second(id="1a2b3c4d")),
)


@pytest.mark.parametrize(("form", "rest", "wanted"), UNDERSTOOD)
def test_what_is_understood(form: str, rest: str, wanted: Wanted | Second) -> None:
    """Amounts with or without a sign, times of the day in UTC, a reason in any words."""
    assert read_change(form, rest, now=NOW) == wanted


@pytest.mark.parametrize(
    ("form", "rest", "reason"),
    [
        ("extend", "", "missing_argument"),
        ("extend", "25", "missing_argument"),
        ("extend", "25 until 18:00", "missing_argument"),
        ("extend", "25 until 18:00 because  ", "missing_argument"),
        ("extend", "-5 until 18:00 because x", "amount_invalid"),
        ("extend", "0 until 18:00 because x", "amount_invalid"),
        ("extend", "1e6 until 18:00 because x", "amount_invalid"),
        ("extend", "25.001 until 18:00 because x", "amount_invalid"),
        ("extend", "99999999 until 18:00 because x", "amount_invalid"),
        ("extend", "٢٥ until 18:00 because x", "amount_invalid"),
        ("extend", "25 until tomorrow because x", "time_invalid"),
        ("extend", "25 until 25:00 because x", "time_invalid"),
        ("extend", "25 until 24:01 because x", "time_invalid"),
        ("extend", "25 until 18:60 because x", "time_invalid"),
        ("extend", "25 until 14:15 because x", "time_invalid"),
        ("extend", "25 until 09:00 because x", "time_invalid"),
        ("set", "", "missing_argument"),
        ("set", "lots", "amount_invalid"),
        ("second", "", "nothing_to_second"),
        ("second", "../../1a2b3c4d", "nothing_to_second"),
    ],
)
def test_what_is_not_understood(form: str, rest: str, reason: str) -> None:
    """What is missing or no amount, no time, or past, is named; nothing is guessed."""
    refused = read_change(form, rest, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.reason == reason
