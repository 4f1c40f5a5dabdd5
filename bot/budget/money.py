"""How amounts of money are said."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
_FINEST = Decimal("0.0001")


def dollars(amount: Decimal) -> str:
    """This function will say an amount of US dollars to the cent: $1,234.50; what is less than a cent is said finer.

    The sign of the dollar is always before a digit, where GitHub ends no formula, so the text is safe Markdown.
    """
    finest = _FINEST if 0 < abs(amount) < _CENT else _CENT
    rounded = amount.quantize(finest, rounding=ROUND_HALF_UP)
    sign = "-" if rounded < 0 else ""
    return f"{sign}${abs(rounded):,}"


def percent(amount: Decimal, whole: Decimal) -> str:
    """This function will say which part of the whole the amount is: 96 %; rounded down: no mark comes early."""
    return f"{int(amount * 100 / whole)} %" if whole else "0 %"
