"""Writes what was metered on a day as a table for spreadsheets and databases."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from bot.costs.model import MeterLine

# As FOCUS names them where it has them, with its prefix for others: https://focus.finops.org/focus-specification/
COLUMNS = (
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "SubAccountId",
    "RegionId",
    "ServiceName",
    "ResourceId",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ListUnitPrice",
    "EffectiveCost",
    "BillingCurrency",
    "x_Source",
    "x_Agent",
    "x_PullRequest",
    "x_Environment",
    "x_Tagged",
    "x_Detail",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(lines: Iterable[MeterLine], day: date) -> str:
    """This function will write the lines with a head; what has no known price has none, not zero."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for line in lines:
        table.writerow(
            [f"{begin:%Y-%m-%dT%H:%M:%SZ}", f"{begin + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}", *_cells(line)]
        )
    return written.getvalue()


def _cells(line: MeterLine) -> Iterator[str]:
    yield from (line.account, line.region)
    yield from (_text(line.service), _text(line.item))
    yield from (f"{line.quantity:f}", line.unit)
    yield "" if line.unit_price is None else f"{line.unit_price:f}"
    yield "" if line.amount is None else f"{line.amount:f}"
    yield from ("USD", line.source, _text(line.agent))
    yield "" if line.number is None else str(line.number)
    yield from (_text(line.environment), "true" if line.is_tagged else "false")
    yield _text("; ".join(f"{name}={value}" for name, value in line.detail.items()))


def _text(words: str) -> str:
    """What people and tags may say: a spreadsheet must not take it for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{words}" if words.startswith(_FORMULA) else words
