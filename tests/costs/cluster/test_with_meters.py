"""A cluster that was brought up here is metered, and billed to the pull request where it was asked for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.store.readings import newest_reading
from tests.support.clusters import yard
from tests.support.costs import tick_of

if TYPE_CHECKING:
    from pathlib import Path


async def test_its_machines_are_the_spend_of_the_pull_request(tmp_path: Path) -> None:
    """The tags by which it is ended are those by which it is metered; the day's figures hold it once."""
    async with yard(tmp_path, is_metered=True) as site:
        site.configure(site.by_fleet)
        site.world.make.machines("c7a.2xlarge", tags={"team": "harbour"})
        await site.say("/cluster up 2")
        site.bot.clock.advance(timedelta(minutes=15))
        await site.bot.engine.submit([tick_of(site.bot.clock.now)])
        await site.bot.settle()
        reading = await site.bot.database.read(lambda rows: newest_reading(rows, site.bot.ref.id))
        assert reading is not None
        spent = reading.sums.by_pull[f"#{site.bot.pull.number}"]
        hour = 2 * Decimal("0.18522") + Decimal("0.0554256") + Decimal("0.011232")
        assert abs(spent - hour / 4) < Decimal("0.01")  # with its disks
        shown = await site.say("/cluster status")
        assert "The day is expected to cost" in shown
        assert "With the cluster" not in shown
        assert "At this rate the day's limit is not reached on this day" in shown
