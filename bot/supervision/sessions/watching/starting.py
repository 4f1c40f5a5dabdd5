"""Starts all sessions that are due, side by side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.supervision.sessions.gathering import machines_of
from bot.supervision.sessions.orders import Beginning
from bot.supervision.sessions.starting import begin
from bot.supervision.sessions.store import event_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.costs.services import CostServices
    from bot.supervision.sessions.plan import Watch
    from bot.supervision.sessions.starting import Begun

_MOST_AT_ONCE = 16  # on all hosts together


async def start_all(watch: Watch, names: Sequence[str], services: CostServices) -> tuple[Begun, ...]:
    """This function will start the sessions and say how each start went; twice is as once."""
    turns = asyncio.Semaphore(_MOST_AT_ONCE)
    machines = machines_of(watch.repository, watch.plan.supervised, services)

    async def one(name: str) -> Begun:
        known = watch.known.get(name)
        place = watch.place(name, known.process if known is not None else None)
        beginning = Beginning(
            key=event_id(watch.run_id, name), command=watch.command(name, is_first=place.process is None)
        )
        async with turns:
            return await begin(machines.reach(place.agent.host), place, beginning)

    return tuple(await asyncio.gather(*map(one, names)))
