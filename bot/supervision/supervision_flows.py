"""Every durable story of supervision with what it needs, under its name in storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.model import PAUSE_AGENTS, PauseAgents
from bot.engine.model import Flow
from bot.supervision.pausing.story import Pauser

if TYPE_CHECKING:
    from bot.costs.services import CostServices


def supervision_flows(services: CostServices) -> tuple[Flow, ...]:
    """This function will bind every story of supervision to what it needs."""
    return (Flow(name=PAUSE_AGENTS, request=PauseAgents, story=Pauser(services=services).pause),)
