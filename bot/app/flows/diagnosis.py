"""The stories of a finished workflow run: it is diagnosed, and the pull request is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.flow import FLOW as DIAGNOSE
from bot.diagnosis.flow import Diagnoser, DiagnoseRequest
from bot.diagnosis.summary import FLOW as SUMMARISE
from bot.diagnosis.summary import Summariser, SummariseRequest
from bot.engine.model import Flow

if TYPE_CHECKING:
    from bot.app.flows.wiring import Wiring


def flows(wiring: Wiring) -> tuple[Flow, ...]:
    """This function will bind the stories of diagnosis to what they need."""
    services = wiring.services
    diagnoser = Diagnoser(services.github, services.database)
    summariser = Summariser(
        services.github, services.database, services.effects, links=services.links, levels=services.levels
    )
    return (
        Flow(name=DIAGNOSE, request=DiagnoseRequest, story=diagnoser.diagnose),
        Flow(name=SUMMARISE, request=SummariseRequest, story=summariser.summarise),
    )
