"""Tokens are priced as AWS lists them, by the size of the average call."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from genai_prices import Usage, calc_price

from bot.costs.tokens.metrics import Counts
from bot.costs.tokens.prices import Rates, rates_of

_AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
_OPUS = "us.anthropic.claude-opus-4-5-20251101-v1:0"


def _rates(model: str, taken: int = 1_000) -> Rates:
    found = rates_of(model, taken_a_call=taken, at=_AT)
    assert found is not None
    return found


@pytest.mark.parametrize("model", [_OPUS, f"global.{_OPUS.removeprefix('us.')}", "amazon.nova-pro-v1:0"])
def test_a_day_costs_what_its_calls_cost(model: str) -> None:
    """The library's own price of a call, a thousand times; its input includes what the cache gave and took."""
    call = Usage(input_tokens=9_000, output_tokens=700, cache_read_tokens=6_000, cache_write_tokens=1_000)
    one = calc_price(call, model, provider_id="aws", genai_request_timestamp=_AT).total_price
    day = Counts(input=2_000_000, output=700_000, cache_read=6_000_000, cache_write=1_000_000, calls=1_000)
    assert _rates(model).price(day) == one * 1_000


def test_a_days_tokens_are_not_priced_as_one_enormous_call() -> None:
    """Some models cost more from a size of the prompt on; an average below it pays the low price."""
    model = "us.anthropic.claude-haiku-5-5"
    small, large = _rates(model, 5_000), _rates(model, 150_000)
    assert small.input < large.input
    assert small.price(Counts(input=10**9)) == Decimal(10**9) * small.input


def test_what_the_list_does_not_have_is_unknown_not_free() -> None:
    """A model of nobody has no price, and what only reads has none for what it writes."""
    assert rates_of("nobody.knows-v1:0", taken_a_call=10, at=_AT) is None
    assert rates_of("", taken_a_call=0, at=_AT) is None
    reader = _rates("amazon.titan-embed-text-v2:0")
    assert reader.price(Counts(output=5)) is None
    assert reader.price(Counts(input=1_000_000)) == Decimal("0.02")


@pytest.mark.parametrize(
    ("short", "listed"),
    [
        ("anthropic.claude-haiku-4-5", "regional.anthropic.claude-haiku-4-5-20251001-v1:0"),
        ("global.anthropic.claude-haiku-4-5", "global.anthropic.claude-haiku-4-5-20251001-v1:0"),
        ("openai.gpt-oss-120b", "openai.gpt-oss-120b-1:0"),
    ],
)
def test_a_model_is_found_without_its_version(short: str, listed: str) -> None:
    """One endpoint names models without date and version."""
    assert _rates(short).model == listed


def test_the_start_of_a_name_is_another_model() -> None:
    """Opus 4 is not Opus 4.5."""
    assert _rates("anthropic.claude-opus-4").model != _rates("anthropic.claude-opus-4-5").model
