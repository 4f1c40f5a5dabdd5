"""Every durable story of suites with what it needs, under its name in storage."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.engine.model import Flow
from bot.suites.flow import SuiteRunner, relay
from bot.suites.looking import Looker
from bot.suites.model import RELAY_SUITES, RUN_SUITES, RelaySuites, RunSuites

if TYPE_CHECKING:
    from bot.commands.spec import Services


def suite_flows(services: Services) -> tuple[Flow, ...]:
    """This function will bind every story of suites to what it needs."""
    runner = SuiteRunner(services=services, looker=Looker(database=services.database))
    return (
        Flow(name=RUN_SUITES, request=RunSuites, story=runner.run_suites),
        Flow(name=RELAY_SUITES, request=RelaySuites, story=partial(relay, database=services.database)),
    )
