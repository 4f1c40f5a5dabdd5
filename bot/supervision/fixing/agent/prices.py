"""Reads what an agent's work cost out of what it wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEP = "step_finish"  # the line that OpenCode writes when the model has answered once
_BEGINS = '{"type":"step_finish"'
_LONGEST = 100_000  # characters of a line that tells a price
_MOST = Decimal(1_000_000)  # dollars, beyond which it is a mistake and no price
_FINEST = Decimal("0.000001")
# OpenCode's names of providers that the price list has under another one.
_PROVIDERS = {"amazon-bedrock": "aws", "google-vertex": "google", "xai": "x-ai", "togetherai": "together"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One call of a model."""

    cost: Decimal  # as the agent reckons it; 0 where it knows no price
    taken: int  # tokens that it was given, those of the cache among them
    cached: int
    written: int  # into the cache
    given: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What an agent has used so far."""

    price: Decimal | None = None  # in US dollars; None where it is not known
    calls: int = 0  # of a model


def spent_of(output: str, *, model: str | None = None) -> Spent:
    """This function will return what an agent has used so far, as `price_of` reads it."""
    return Spent(price=price_of(output, model=model), calls=sum(1 for _ in _steps(output)))


def price_of(output: str, *, model: str | None = None) -> Decimal | None:
    """This function will return what the calls of a model cost that the agent told of so far, in US dollars.

    Args:
        output: what it wrote, also while it still works: lines of JSON as `opencode run --format json` writes them.
        model: provider/model, whose list price holds where the agent knows none.

    Returns:
        None where it tells of no call, or of one that has no price: that is not known, and not nothing.
    """
    prices = [step.cost or _listed(step, model) for step in _steps(output)]
    known = [price for price in prices if price is not None]
    if not prices or len(known) != len(prices):
        return None
    return sum(known, start=Decimal(0)).quantize(_FINEST)


def _steps(output: str) -> Iterator[_Step]:
    for line in output.splitlines():
        if not line.startswith(_BEGINS) or len(line) > _LONGEST:
            continue
        try:
            step = _step(json.loads(line, parse_float=Decimal))
        except (ValueError, TypeError, AttributeError, KeyError, ArithmeticError, RecursionError):
            continue
        if step is not None:
            yield step


def _step(event: dict[str, Any]) -> _Step | None:
    if event["type"] != _STEP:
        return None
    part = event["part"]
    tokens = part["tokens"]
    cached, written = _count(tokens.get("cache", {}), "read"), _count(tokens.get("cache", {}), "write")
    cost = Decimal(part["cost"])
    if not (cost.is_finite() and 0 <= cost <= _MOST):
        return None
    return _Step(
        cost=cost,
        taken=_count(tokens, "input") + cached + written,
        cached=cached,
        written=written,
        given=_count(tokens, "output") + _count(tokens, "reasoning"),
        at=datetime.fromtimestamp(int(event["timestamp"]) / 1000, UTC),
    )


def _count(tokens: dict[str, Any], kind: str) -> int:
    count = int(tokens.get(kind, 0))
    if count < 0:
        raise ValueError(kind)
    return count


def _listed(step: _Step, model: str | None) -> Decimal | None:
    """The price list's price of a call; None where the list does not have the model."""
    if not step.taken and not step.given:
        return Decimal(0)
    # A quarter of a second and 20 MB, which a worker without agents that fix shall not pay for.
    from genai_prices import Usage  # noqa: PLC0415 - see above
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415 - see above

    provider, _, name = (model or "").partition("/")
    usage = Usage(
        input_tokens=step.taken,
        cache_read_tokens=step.cached,
        cache_write_tokens=step.written,
        output_tokens=step.given,
    )
    try:
        listed, priced = get_snapshot().find_provider_model(
            name, None, _PROVIDERS.get(provider, provider), None
        )
        return priced.calc_price(usage, listed, genai_request_timestamp=step.at).total_price
    except (LookupError, ValueError):
        return None
