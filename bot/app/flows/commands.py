"""The story of a slash command."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.commands.flow import obey
from bot.commands.model import FLOW, ObeyRequest
from bot.engine.model import Flow

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the story of commands to what they need."""
    story = partial(obey, services=wiring.services, obeyed_apps=wiring.settings.obeyed_apps)
    return (Flow(name=FLOW, request=ObeyRequest, story=story),)
