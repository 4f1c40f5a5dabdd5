"""The stories that meter costs and tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs import sources
from bot.costs.look import CostSource
from bot.costs.metering.model import LOOK_AGAIN, LookAgain
from bot.costs.metering.story import Meter
from bot.costs.model import METER, MeterCosts
from bot.costs.notices.model import SEND_NOTICE, SendNotice
from bot.costs.notices.sending import Sender
from bot.engine.model import Flow
from bot.plugins import load

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of costs to what they need."""
    services = wiring.cost_services
    meter = Meter(services=services, sources=load(sources.__name__, "SOURCE", CostSource))
    return (
        Flow(name=METER, request=MeterCosts, story=meter.meter),
        Flow(name=LOOK_AGAIN, request=LookAgain, story=meter.look_again),
        Flow(name=SEND_NOTICE, request=SendNotice, story=Sender(services=services).send),
    )
