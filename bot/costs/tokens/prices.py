"""What a token of each model costs on AWS, by the price list that the library carries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from genai_prices import Usage
    from genai_prices.types import ModelInfo, Provider

    from bot.costs.tokens.metrics import Counts

_PROVIDER = "aws"
_FINEST = Decimal("1e-12")  # dollars a token
_PLACES = ("", "regional.", "global.")
_VERSION = r"(-\d{8})?(-v?\d+:\d+)?"  # which one endpoint leaves off: anthropic.claude-haiku-4-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Dollars a token."""

    model: str  # as the price list has it
    input: Decimal
    output: Decimal | None  # None where the list has none
    cache_read: Decimal
    cache_write: Decimal

    def price(self, counts: Counts) -> Decimal | None:
        """This function will price the tokens; None where some of them have no price."""
        if self.output is None and counts.output:
            return None
        taken = (
            counts.input * self.input
            + counts.cache_read * self.cache_read
            + counts.cache_write * self.cache_write
        )
        return taken + counts.output * (self.output or 0)


def rates_of(model: str, *, taken_a_call: int, at: datetime) -> Rates | None:
    """This function will return what a model's tokens cost; None where the list has no such model.

    Args:
        model: its id, with `us.`, `eu.` or `global.` where that is how it is called.
        taken_a_call: how many tokens the model is given in a call, on average: some cost more from a size on,
            which is why a day's tokens may not be priced as if they were one call's.
        at: prices change.
    """
    # A quarter of a second and 20 MB, which a worker that prices no tokens shall not pay for.
    from genai_prices import Usage  # noqa: PLC0415 - see above

    listed = _model(model)
    if listed is None:
        return None
    a_call = max(1, taken_a_call)
    priced = partial(_price, listed, at)
    taken = priced(Usage(input_tokens=a_call))
    gives = listed.get_prices(at).output_mtok is not None
    return Rates(
        model=listed.id,
        input=_each(taken, a_call),
        output=_each(priced(Usage(input_tokens=a_call, output_tokens=a_call)) - taken, a_call)
        if gives
        else None,
        cache_read=_each(priced(Usage(input_tokens=a_call, cache_read_tokens=a_call)), a_call),
        cache_write=_each(priced(Usage(input_tokens=a_call, cache_write_tokens=a_call)), a_call),
    )


def _price(model: ModelInfo, at: datetime, usage: Usage) -> Decimal:
    return model.calc_price(usage, _aws(), genai_request_timestamp=at).total_price


def _each(price: Decimal, tokens: int) -> Decimal:
    return (price / tokens).quantize(_FINEST)


def _aws() -> Provider:
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415 - as above

    return next(provider for provider in get_snapshot().providers if provider.id == _PROVIDER)


def _model(name: str) -> ModelInfo | None:
    aws = _aws()
    known = aws.find_model(name) if name else None
    if known is not None:
        return known
    for place in ("global.",) if name.startswith("global.") else _PLACES:
        pattern = re.compile(re.escape(place + name.removeprefix("global.")) + _VERSION)
        for model in aws.models:
            if pattern.fullmatch(model.id):
                return model
    return None
