"""A day's sums."""

from __future__ import annotations

from decimal import Decimal

from bot.costs.metering.totals import sums
from tests.support.costs import line


def test_every_part_adds_up_to_the_whole() -> None:
    """By service, agent, pull request and environment the same money is told; what nobody claims has the empty name."""
    found = sums(
        [
            line("i-1", "3", agent="scout", number=12),
            line("i-2", "2", environment="staging", is_tagged=False),
            line("haiku", "4", service="Amazon Bedrock", agent="scout"),
        ]
    )
    assert found.total == 9
    assert found.by_service == {"Amazon Elastic Compute Cloud - Compute": 5, "Amazon Bedrock": 4}
    assert list(found.by_agent) == ["scout", ""]
    assert found.by_agent == {"scout": 7, "": 2}
    assert found.by_pull == {"": 6, "#12": 3}
    assert found.by_environment == {"": 7, "staging": 2}
    assert found.untagged == 2


def test_what_has_no_price_is_named_not_counted() -> None:
    """A line without a price is beside the total, and never a part of nothing dollars."""
    found = sums([line("i-1"), line("llama", None, service="Amazon Bedrock", is_tagged=False)])
    assert found.total == 1
    assert found.unpriced == ("llama",)
    assert "Amazon Bedrock" not in found.by_service
    assert found.untagged == Decimal(0)
