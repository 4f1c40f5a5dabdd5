"""A notice that did not arrive is a gap of the day's readings, which go on as sure as before."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bot.config.cost_settings import CostSettings
from bot.costs.notices.model import SEND_NOTICE
from tests.support.bot import REPOSITORY
from tests.support.costs import PLAIN, Teller, costing

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_notice_that_did_not_arrive_is_a_gap_of_the_next_reading(tmp_path: Path) -> None:
    """The operator has set no such webhook: the budget is told of at its mark nevertheless, in its issue."""
    config = PLAIN + "  notices: {chat: ops}\n"
    settings = CostSettings(notice_repositories=frozenset({REPOSITORY.lower()}))
    spends = Teller(hourly={"i-1": Decimal(240)})
    async with costing(tmp_path, spends, config=config, settings=settings) as costs:
        first = await costs.tick()
        sent = [run for run in costs.bot.engine.runs.values() if run.start.flow == SEND_NOTICE]
        assert sent
        second = await costs.tick()
        (gap, *_) = [gap for gap in second.gaps if gap.source == "notices"]
        assert "PILOTHOUSE\\_CHAT\\_WEBHOOKS" in gap.text
        assert second.is_sure
        assert first.sums.total < second.sums.total
