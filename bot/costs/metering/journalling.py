"""Keeps what was seen: what a look tells is joined with what the day's looks told before."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from bot.costs.model import MeterLine

Key = tuple[str, str]  # source and item: what tells a line from the others of its day

_FINEST = Decimal("1e-12")
_LONGEST = {"source": 32, "item": 255, "service": 100, "account": 12, "region": 32, "agent": 64, "unit": 32}


def key_of(line: MeterLine) -> Key:
    """This function will return what tells the line from the others of its day."""
    return line.source, line.item


def merged(
    known: Mapping[Key, MeterLine], told: Iterable[MeterLine], *, day: date, now: datetime
) -> tuple[MeterLine, ...]:
    """This function will return the lines of the day that a look makes new or different.

    What nobody tells any more (a machine that is gone) is not among them and so stays as it was. Within a day nothing
    goes backwards, whatever a source tells of it the second time; what was seen at a time that has not come (the clock
    was set back) counts as not seen.
    """
    found: dict[Key, MeterLine] = {}
    for line in told:
        new = fitted(line)
        before = known.get(key_of(new))
        if new.day != day:
            continue
        if before is not None and before.seen_at <= now:
            found[key_of(new)] = _later(before, new)
        elif before is not None or new.quantity > 0:
            found[key_of(new)] = new
    return tuple(found.values())


def fitted(line: MeterLine) -> MeterLine:
    """This function will bring a line to what its row takes; of a name that is cut, a digest tells it from others."""
    texts = {name: _cut(getattr(line, name), longest) for name, longest in _LONGEST.items()}
    price = line.unit_price
    return replace(
        line,
        **texts,  # type: ignore[arg-type] # these fields are texts
        quantity=line.quantity.quantize(_FINEST).normalize(),
        unit_price=None if price is None else price.quantize(_FINEST).normalize(),
    )


def _later(before: MeterLine, new: MeterLine) -> MeterLine:
    """The newer of two lines, with whatever only the older one knows."""
    line = replace(
        new,
        agent=new.agent or before.agent,
        number=before.number if new.number is None else new.number,
        environment=new.environment or before.environment,
    )
    if new.quantity >= before.quantity and new.amount is not None:
        if (
            before.amount is None or new.unit_price != before.unit_price
        ):  # a price that is told anew corrects the sum
            return line
        return replace(line, amount=max(before.amount, new.amount))
    quantity = max(before.quantity, new.quantity)
    price = (
        new.unit_price if before.unit_price is None else before.unit_price
    )  # which holds while none is told
    if price is None:
        return replace(line, quantity=quantity, amount=before.amount)
    amount = max(before.amount or Decimal(0), quantity * price)
    return replace(line, quantity=quantity, unit_price=price, amount=amount)


def _cut(text: str, longest: int) -> str:
    text = text.replace("\x00", "")  # which PostgreSQL does not store
    if len(text) <= longest:
        return text
    return f"{text[: longest - 9]}~{hashlib.sha256(text.encode()).hexdigest()[:8]}"[:longest]
