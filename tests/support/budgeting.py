"""People who change a budget on the whole bot: ada and bo may, wren may not."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.audit.model import Kind
from bot.audit.store import newest_entries
from bot.costs.store.changes import waiting_changes
from bot.localhub.state import accounts, issues
from bot.storage.cost_tables import budget_changes
from tests.support.costs import Costing, Teller, costing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.costs.changes import Change

CONFIG = "costs:\n  limit: 100\n  ceiling: 140\n  actions: false\n  report: {issue: false}\n"
_ROLES = {"ada": "maintain", "bo": "maintain", "wren": "write"}


@dataclass
class Desk:
    """A repository with a budget, and people who write about it."""

    costs: Costing
    teller: Teller

    async def says(self, login: str, body: str) -> str:
        """This function will have a person comment a minute later, and return the bot's answer."""
        bot = self.costs.bot
        bot.clock.advance(timedelta(minutes=1))
        before = len(self.answers())
        author = bot.hub.store.user(login)
        issues.write_comment(bot.hub.store, bot.repository, bot.pull.number, body=body, author=author)
        await bot.settle()
        new = self.answers()[before:]
        return "\n".join(new)

    def answers(self) -> list[str]:
        """This function will list the receipts, the oldest first."""
        bot = self.costs.bot
        comments = bot.repository.issues[bot.pull.number].comments
        return [one.body for one in comments if one.app is bot.hub.app]

    async def waiting(self) -> tuple[Change, ...]:
        """This function will list what waits for a second person."""
        now = self.costs.now
        return await self.costs.bot.database.read(
            lambda rows: waiting_changes(rows, self.costs.bot.ref.id, now=now)
        )

    async def states(self) -> list[str]:
        """This function will list how the changes stand, the oldest first."""
        query = select(budget_changes.c.state).order_by(budget_changes.c.asked_at, budget_changes.c.id)
        return await self.costs.bot.database.read(lambda rows: list(rows.scalars(query)))

    async def noted(self) -> list[tuple[str, str]]:
        """This function will list what the journal says of changes, the oldest first."""
        entries = await self.costs.bot.database.read(
            lambda rows: newest_entries(rows, self.costs.bot.ref.id, most=500)
        )
        mine = [one.entry for one in entries if one.entry.kind is Kind.APPROVAL]
        return [(one.actor, one.what) for one in reversed(mine)]

    async def limit(self) -> Decimal:
        """This function will return the limit that holds now."""
        budget = await self.costs.budget()
        assert budget is not None
        return budget.limit_at(self.costs.now)

    async def spend(self, dollars: str) -> None:
        """This function will let so much have been spent by the next tick, and the clock tick twice."""
        hours = Decimal(str((self.costs.now - self.costs.now.replace(hour=0, minute=0)) / timedelta(hours=1)))
        self.teller.hourly = {"i-1": Decimal(dollars) / (hours + Decimal("0.25"))}
        await self.costs.tick()


@asynccontextmanager
async def desk(folder: Path, *, config: str = CONFIG, repeat_every_step: bool = False) -> AsyncIterator[Desk]:
    """This function will open the bot at noon, with costs that were read once."""
    teller = Teller(hourly={"i-1": Decimal(1)})
    async with costing(folder, teller, config=config, repeat_every_step=repeat_every_step) as costs:
        for login, role in _ROLES.items():
            accounts.set_role(costs.bot.repository, costs.bot.hub.store.user(login), role)
        await costs.tick(timedelta(hours=12))
        yield Desk(costs, teller)
