"""The stories of suites and of statistics."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.engine.model import Flow
from bot.stats.flow import Noter
from bot.stats.model import NOTE_RUN, NoteRun
from bot.suites.flow import SuiteRunner, relay
from bot.suites.looking import Looker
from bot.suites.model import RELAY_SUITES, RUN_SUITES, RelaySuites, RunSuites

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of suites and of statistics to what they need."""
    services = wiring.services
    database = services.database
    runner = SuiteRunner(services=services, looker=Looker(database=database))
    return (
        Flow(name=RUN_SUITES, request=RunSuites, story=runner.run_suites),
        Flow(name=RELAY_SUITES, request=RelaySuites, story=partial(relay, database=database)),
        Flow(name=NOTE_RUN, request=NoteRun, story=Noter(github=services.github, database=database).note),
    )
