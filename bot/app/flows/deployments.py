"""The stories of a deployment, from the plan to what is kept of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.deployments.flow import Deployer, relay
from bot.deployments.health.probing import Prober
from bot.deployments.keeping.story import KEEP, KeepRequest, keep
from bot.deployments.model import FLOW as DEPLOY
from bot.deployments.model import RELAY, DeployRequest, RelayRequest
from bot.deployments.protection.model import FLOW as PROTECTION
from bot.deployments.protection.model import ProtectionRequest
from bot.deployments.protection.story import evaluate_and_release, protect
from bot.deployments.rollback.freeze import REPORT_FREEZE, Freezing, report_freeze
from bot.engine.model import Flow
from bot.gates.flow import GateKeeping
from bot.gates.model import EVALUATE, EvaluateRequest

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of deployments to what they need."""
    services = wiring.services
    deployer = Deployer(services=services, prober=Prober(allowed=wiring.settings.verify_private))
    evaluate = partial(evaluate_and_release, keeping=GateKeeping(services), services=services)
    return (
        Flow(name=DEPLOY, request=DeployRequest, story=deployer.deploy),
        Flow(name=RELAY, request=RelayRequest, story=partial(relay, database=services.database)),
        Flow(name=PROTECTION, request=ProtectionRequest, story=partial(protect, services=services)),
        Flow(name=EVALUATE, request=EvaluateRequest, story=evaluate),
        Flow(name=KEEP, request=KeepRequest, story=partial(keep, services=services)),
        Flow(name=REPORT_FREEZE, request=Freezing, story=partial(report_freeze, services=services)),
    )
