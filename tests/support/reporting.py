"""Has the whole bot write its report of costs, as the meter does after each look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.config.costing import CostConfig
from bot.costs.model import METER
from bot.costs.report.keeping import keep_report
from bot.engine.model import Flow, Start

if TYPE_CHECKING:
    from bot.costs.model import Reading
    from bot.engine.model import Run
    from tests.support.bot import Bot

_KEEP = "keep_the_report"


async def keep(bot: Bot, reading: Reading, *, cause: str, config: CostConfig | None = None) -> None:
    """This function will have the bot write its report, as the meter does after each look."""
    metering: Any = bot.engine.flows[METER].story
    services = metering.__self__.services

    async def story(run: Run, _: str) -> None:
        await keep_report(run, reading, config or CostConfig(), services, bot.ref)

    bot.engine.flows[_KEEP] = Flow(name=_KEEP, request=str, story=story)
    await bot.engine.submit([Start(flow=_KEEP, run_id=f"{_KEEP}-{cause}", request=cause, partition="costs")])
    await bot.settle()
