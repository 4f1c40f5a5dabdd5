"""Every durable story of cost with what it needs, under its name in storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.notices.model import SEND_NOTICE, SendNotice
from bot.costs.notices.sending import Sender
from bot.engine.model import Flow

if TYPE_CHECKING:
    from bot.costs.services import CostServices


def cost_flows(services: CostServices) -> tuple[Flow, ...]:
    """This function will bind every story of cost to what it needs."""
    return (Flow(name=SEND_NOTICE, request=SendNotice, story=Sender(services=services).send),)
