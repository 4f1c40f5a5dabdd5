"""Notices in the month's issue, on the whole bot: one comment each, however often it is begun."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bot.localhub.faults import Fault
from tests.support.costs import TICK, Teller, costing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.costs import Costing

CONFIG = "costs:\n  limit: 100\n  actions: false\n"
HALF = "**50 % of the day's \\$100.00 are spent**"


def notices(costs: Costing) -> list[str]:
    """This function will list the titles of the notices that stand on issues."""
    issues = costs.bot.repository.issues.values()
    found = [
        one.body
        for issue in issues
        for one in issue.comments
        if one.body.startswith("<!-- pilothouse:budget ")
    ]
    return [body.split("\n\n")[1] for body in found]


async def spend(costs: Costing, dollars: int) -> None:
    """This function will let so much have been spent at the next tick, evenly since midnight."""
    ticks = (costs.now + TICK).hour * 4 + (costs.now + TICK).minute // 15
    costs.tellers[0].hourly = {"i-1": Decimal(dollars) * 4 / ticks}
    await costs.tick()


async def test_each_notice_is_one_comment(tmp_path: Path) -> None:
    """Every step may happen twice, and each mark is told by one comment in the month's issue."""
    async with costing(
        tmp_path, Teller(hourly={"i-1": Decimal(1)}), config=CONFIG, repeat_every_step=True
    ) as costs:
        for dollars in (1, 55, 56, 57):
            await spend(costs, dollars)
        assert notices(costs).count(HALF) == 1


async def test_what_github_does_not_take_is_written_by_a_later_look(tmp_path: Path) -> None:
    """While GitHub takes no comments the limit goes on, and the notice is there once it does."""
    async with costing(tmp_path, Teller(hourly={"i-1": Decimal(1)}), config=CONFIG) as costs:
        await spend(costs, 1)
        costs.bot.hub.faults.add(Fault(kind="status", method="POST", path="/comments$", status=403))
        await spend(costs, 55)
        assert notices(costs) == []
        costs.bot.hub.faults.clear()
        await spend(costs, 56)
        assert notices(costs).count(HALF) == 1
        await spend(costs, 57)
        assert notices(costs).count(HALF) == 1
