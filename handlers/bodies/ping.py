"""What `/ping` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Done

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run


async def ping(run: Run, call: Call, services: Services) -> Outcome:  # noqa: ARG001 - every body has this shape
    """This function will answer with how long the comment took to get here."""
    seconds = (await run.now() - call.request.created_at).total_seconds()
    return Done(text=f"pong, {max(0, round(seconds))} s after the comment.")
