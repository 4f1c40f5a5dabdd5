"""The stories that the clock plays all day long, and those that only hand on: they load little."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.costs.metering.ticking import Monitor
from bot.costs.model import MONITOR
from bot.engine.model import Flow
from bot.merging.keeping.model import SWEEP_MERGES
from bot.merging.stories.sweeping import WishSweep
from bot.recovery.flow import RECONCILE, SWEEP, Recovery, Tick
from bot.recovery.housekeeping import FORGET_PAYLOADS, HOUSEKEEPING, forget_payloads, keep_house
from bot.recovery.knowing import KNOW, Knower, KnowRepositories
from bot.sign_ins.flow import end_sign_ins
from bot.sign_ins.model import END_SIGN_INS, EndSignIns
from bot.supervision.keeping.ticking import Ticker
from bot.supervision.model import NOTICE_BUILD, SUPERVISOR, WATCHDOG, NoticeBuild
from handlers import wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.app.flows.wiring import Wiring
    from bot.engine.model import Intent
    from bot.github.models import PullRequest, RepositoryRef
    from bot.github.run_models import WorkflowRun
    from bot.storage.database import Database


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of the clock to what they need."""
    database, inbox = wiring.database, wiring.inbox
    recovery = Recovery(
        github=wiring.github,
        database=database,
        inbox=inbox,
        wanted=wanted,
        missed_work=partial(_missed_work, database),
        submit=wiring.submit,
        clock=wiring.clock,
    )
    knower = Knower(github=wiring.github, database=database, clock=wiring.clock)
    monitor, ticker = Monitor(services=wiring.cost_services), Ticker(services=wiring.cost_services)
    forgetting = timedelta(hours=wiring.settings.web.keep_payload_hours)
    return (
        Flow(name=RECONCILE, request=Tick, story=recovery.reconcile),
        Flow(name=SWEEP, request=Tick, story=recovery.sweep),
        Flow(name=KNOW, request=KnowRepositories, story=knower.know),
        Flow(name=HOUSEKEEPING, request=Tick, story=partial(keep_house, database=database, inbox=inbox)),
        Flow(
            name=FORGET_PAYLOADS, request=Tick, story=partial(forget_payloads, inbox=inbox, keep=forgetting)
        ),
        Flow(name=END_SIGN_INS, request=EndSignIns, story=partial(end_sign_ins, database=database)),
        Flow(name=SWEEP_MERGES, request=Tick, story=WishSweep(wiring.services).sweep),
        Flow(name=MONITOR, request=Tick, story=monitor.monitor),
        Flow(name=WATCHDOG, request=Tick, story=ticker.watchdog),
        Flow(name=SUPERVISOR, request=Tick, story=ticker.supervisor),
        Flow(name=NOTICE_BUILD, request=NoticeBuild, story=ticker.notice),
    )


async def _missed_work(
    database: Database, repository: RepositoryRef, pull: PullRequest, runs: tuple[WorkflowRun, ...]
) -> Sequence[Intent]:
    # Imported here: where no pull request is open, nothing has to be diagnosed.
    from bot.diagnosis.flow import missed_runs  # noqa: PLC0415 - see above

    return await missed_runs(database, repository, pull, runs)
