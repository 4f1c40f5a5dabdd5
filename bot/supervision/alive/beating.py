"""Keeps the issue that tells when each part of supervision looked last."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.supervision.model import Supervision


async def beat(run: Run, supervision: Supervision, services: CostServices) -> None:
    """This function will make the heartbeat issue say what was looked at; call it once in each cycle, at its end.

    Where GitHub does not take it, the next cycle writes it: a heartbeat never stops what it tells of.
    """
