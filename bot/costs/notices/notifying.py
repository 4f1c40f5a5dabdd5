"""Hands a notice to its channels; sending goes on in runs of its own, so that no channel holds up the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.notices.model import Channel, SendNotice

if TYPE_CHECKING:
    from bot.config.costing import CostConfig
    from bot.costs.notices.model import Notice
    from bot.engine.model import Run


async def notify(run: Run, notice: Notice, *, config: CostConfig) -> None:
    """This function will have the notice sent by every channel that the configuration names, once each."""
    wanted = config.notices
    if wanted.chat is not None:
        await run.send(SendNotice(notice=notice, channel=Channel.CHAT, to=(wanted.chat,)).start())
    if wanted.email:
        await run.send(SendNotice(notice=notice, channel=Channel.EMAIL, to=wanted.email).start())
