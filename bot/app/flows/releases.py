"""The stories of a release."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.engine.model import Flow
from bot.releases.flow import Releaser, relay_build
from bot.releases.model import FLOW as RELEASE
from bot.releases.model import RELAY_BUILD, BuildNews, ReleaseRequest

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of releases to what they need."""
    services = wiring.services
    return (
        Flow(name=RELEASE, request=ReleaseRequest, story=Releaser(services=services).release),
        Flow(name=RELAY_BUILD, request=BuildNews, story=partial(relay_build, database=services.database)),
    )
