"""What a whole bot has read and done stands on the page of its costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from bot.page_links import TODAY, Kind
from tests.support.costs import MONDAY, Teller, costing
from tests.support.reading import pages_over

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_day_over_its_limit_is_told_with_what_was_done_and_why(tmp_path: Path) -> None:
    """The page of the day as the ladder has left it: each stage's doing, and the conditions that decided it."""
    async with costing(tmp_path, Teller(hourly={"i-1": Decimal(8)})) as costs:
        await costs.tick(timedelta(hours=11))
        await costs.tick(timedelta(hours=1))
        await costs.tick()
        async with pages_over(costs.bot.database, now=costs.now) as reader:
            page = await reader.see(Kind.COSTS, TODAY, repository_id=costs.bot.ref.id, now=costs.now)

    assert "<dd>$98.00 <small>of $100.00</small></dd>" in page
    assert "Frozen" in page
    assert "Freeze" in page
    assert '<span class="state calm">Would have</span>' in page  # a dry run
    assert "Why the budget stands as it does" in page
    assert "<code>freeze</code>" in page


async def test_the_day_before_can_still_be_read(tmp_path: Path) -> None:
    async with costing(tmp_path, Teller(hourly={"i-1": Decimal(2)})) as costs:
        await costs.tick_until(MONDAY + timedelta(hours=1))
        await costs.tick(timedelta(days=1))
        async with pages_over(costs.bot.database, now=costs.now) as reader:
            see = partial(reader.see, Kind.COSTS, repository_id=costs.bot.ref.id, now=costs.now)
            today, monday = await see(TODAY), await see("2026-11-02")

    assert "Costs of Tuesday, 3 November 2026" in today
    assert 'rel="prev">← 2026-11-02</a>' in today
    assert "Costs of Monday, 2 November 2026" in monday
    assert "/2026-11-02" in monday
    assert "/2026-11-01" not in monday  # nobody has looked at that day
