"""A look at the costs of a repository, from the clock's tick to its reading."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.support.costs import MONDAY, Teller, costing

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_push_finds_a_budget(tmp_path: Path) -> None:
    """A configuration with costs gives the repository a budget, and its costs are looked at once at once."""
    async with costing(
        tmp_path, Teller(hourly={"i-1": Decimal(2)}), begin=MONDAY + timedelta(hours=3)
    ) as costs:
        reading = await costs.reading()
        budget = await costs.budget()
    assert reading.sums.total == 6
    assert budget is not None
    assert budget.reading_id == reading.id
