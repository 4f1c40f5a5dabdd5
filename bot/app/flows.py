"""Every durable story with what it needs, under its name in storage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.audit.effects import note_effect
from bot.commands import flow as commands
from bot.commands.model import FLOW as OBEY
from bot.commands.model import ObeyRequest
from bot.commands.spec import Services
from bot.costs.aws.accounts import Aws
from bot.costs.cost_flows import cost_flows
from bot.costs.services import CostServices
from bot.deployments import flow as deployments
from bot.deployments.health.probing import Prober
from bot.deployments.keeping.story import KEEP, KeepRequest, keep
from bot.deployments.locks.upkeep import FREE_PULL, SWEEP_LEASES, ClosedPull, LeaseUpkeep
from bot.deployments.model import FLOW as DEPLOY
from bot.deployments.model import RELAY, DeployRequest, RelayRequest
from bot.deployments.protection.model import FLOW as PROTECTION
from bot.deployments.protection.model import ProtectionRequest
from bot.deployments.protection.story import evaluate_and_release, protect
from bot.deployments.rollback.freeze import REPORT_FREEZE, Freezing, report_freeze
from bot.diagnosis import flow as diagnosis
from bot.diagnosis import summary
from bot.engine.model import Flow
from bot.gates.flow import GATES_OF_PULL, PRESS, SWEEP_GATES, GateKeeping, PressRequest, PullNews
from bot.gates.model import EVALUATE, EvaluateRequest
from bot.levels.noting import Levels
from bot.merging.stories.flows import wish_flows
from bot.merging.train.model import TRAIN, RunTrain
from bot.merging.train.story import Train
from bot.page_links import PageLinks, page_keys
from bot.picking.waiting import FLOW as BACKPORT_MERGED
from bot.picking.waiting import MergedPull, backport_merged
from bot.proposals.flow import Proposer
from bot.proposals.model import FLOW as PROPOSE
from bot.proposals.model import ProposeRequest
from bot.recovery.flow import RECONCILE, SWEEP, Recovery, Tick
from bot.recovery.housekeeping import FORGET_PAYLOADS, HOUSEKEEPING, forget_payloads, keep_house
from bot.recovery.knowing import KNOW, Knower, KnowRepositories
from bot.releases.flow import Releaser, relay_build
from bot.releases.model import FLOW as RELEASE
from bot.releases.model import RELAY_BUILD, BuildNews, ReleaseRequest
from bot.sign_ins.flow import end_sign_ins
from bot.sign_ins.model import END_SIGN_INS, EndSignIns
from bot.stats.flow import Noter
from bot.stats.model import NOTE_RUN, NoteRun
from bot.storage.effects import Effects
from bot.suites.suite_flows import suite_flows
from bot.supervision.supervision_flows import supervision_flows
from handlers import wanted
from handlers.grammars import SPECS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from bot.config.settings import Settings
    from bot.engine.model import Intent
    from bot.github.app import GitHub
    from bot.levels.model import Wait
    from bot.storage.database import Database
    from bot.storage.inbox import Inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What the stories are made with."""

    settings: Settings
    github: GitHub
    database: Database
    inbox: Inbox
    clock: Callable[[], datetime]
    submit: Callable[[Iterable[Intent]], Awaitable[None]]  # to the engine
    waited: Callable[[Wait], None] = lambda _wait: None  # told of how long people waited


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind every story to what it needs."""
    github, database = wiring.github, wiring.database
    effects = Effects(database, wiring.clock, note=note_effect)
    links = _page_links(wiring.settings)
    levels = Levels(database=database, clock=wiring.clock, observe=wiring.waited)
    services = Services(
        github=github, effects=effects, database=database, specs=SPECS, links=links, levels=levels
    )
    recovery = Recovery(
        github=github,
        database=database,
        inbox=wiring.inbox,
        wanted=wanted,
        missed_work=partial(diagnosis.missed_runs, database),
        submit=wiring.submit,
        clock=wiring.clock,
    )
    knower = Knower(github=github, database=database, clock=wiring.clock)
    obey = partial(commands.obey, services=services, obeyed_apps=wiring.settings.obeyed_apps)
    costs = wiring.settings.costs
    costing = CostServices(services=services, settings=costs, aws=Aws(costs), clock=wiring.clock)
    prober = Prober(allowed=wiring.settings.verify_private)
    deployer = deployments.Deployer(services=services, prober=prober)
    diagnose = diagnosis.Diagnoser(github, database).diagnose
    summarise = summary.Summariser(github, database, effects, links=links, levels=levels).summarise
    keeping = GateKeeping(services)
    upkeep = LeaseUpkeep(services=services)
    return (
        Flow(name=diagnosis.FLOW, request=diagnosis.DiagnoseRequest, story=diagnose),
        Flow(name=summary.FLOW, request=summary.SummariseRequest, story=summarise),
        Flow(name=OBEY, request=ObeyRequest, story=obey),
        Flow(
            name=DEPLOY,
            request=DeployRequest,
            story=deployer.deploy,
        ),
        Flow(name=REPORT_FREEZE, request=Freezing, story=partial(report_freeze, services=services)),
        Flow(name=PROTECTION, request=ProtectionRequest, story=partial(protect, services=services)),
        Flow(name=RELAY, request=RelayRequest, story=partial(deployments.relay, database=database)),
        Flow(
            name=EVALUATE,
            request=EvaluateRequest,
            story=partial(evaluate_and_release, keeping=keeping, services=services),
        ),
        Flow(name=GATES_OF_PULL, request=PullNews, story=keeping.gates_of_pull),
        Flow(name=PRESS, request=PressRequest, story=keeping.press),
        Flow(name=SWEEP_GATES, request=Tick, story=keeping.sweep),
        Flow(name=RELEASE, request=ReleaseRequest, story=Releaser(services=services).release),
        Flow(name=RELAY_BUILD, request=BuildNews, story=partial(relay_build, database=database)),
        Flow(name=KEEP, request=KeepRequest, story=partial(keep, services=services)),
        Flow(name=FREE_PULL, request=ClosedPull, story=upkeep.free_pull),
        Flow(name=SWEEP_LEASES, request=Tick, story=upkeep.sweep),
        *wish_flows(services),
        *cost_flows(costing),
        *supervision_flows(costing),
        Flow(name=TRAIN, request=RunTrain, story=Train(services).ride),
        Flow(name=BACKPORT_MERGED, request=MergedPull, story=partial(backport_merged, services=services)),
        Flow(name=PROPOSE, request=ProposeRequest, story=Proposer(github, database, effects).propose),
        Flow(name=NOTE_RUN, request=NoteRun, story=Noter(github=github, database=database).note),
        *suite_flows(services),
        Flow(name=END_SIGN_INS, request=EndSignIns, story=partial(end_sign_ins, database=database)),
        Flow(name=RECONCILE, request=Tick, story=recovery.reconcile),
        Flow(name=KNOW, request=KnowRepositories, story=knower.know),
        Flow(name=SWEEP, request=Tick, story=recovery.sweep),
        Flow(
            name=HOUSEKEEPING,
            request=Tick,
            story=partial(keep_house, database=database, inbox=wiring.inbox),
        ),
        Flow(
            name=FORGET_PAYLOADS,
            request=Tick,
            story=partial(
                forget_payloads,
                inbox=wiring.inbox,
                keep=timedelta(hours=wiring.settings.web.keep_payload_hours),
            ),
        ),
    )


def _page_links(settings: Settings) -> PageLinks | None:
    if not settings.public_url:
        return None
    return PageLinks(root=settings.public_url, key=page_keys(settings.webhook_secrets)[0])
