"""Looks at the workflow runs of a repository that are at work, and has those mended that hang."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.supervision.model import Supervision


async def look_at_runs(run: Run, supervision: Supervision, services: CostServices) -> None:
    """This function will find the workflow runs that hang, do what the conduct allows and tell of them.

    What GitHub does not answer is found at the next tick: it keeps nothing else from being looked at.
    """
