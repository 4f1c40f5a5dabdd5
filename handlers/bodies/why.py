"""What `/why` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Done, Reason, Refused
from bot.decisions.asking import (
    ABOUT_ENVIRONMENTS,
    ANY,
    BUDGET,
    DECIDED,
    FIX,
    ON_ISSUES,
    Question,
    find_decision,
    is_decision_id,
)
from bot.decisions.model import RecordedDecision
from bot.decisions.render import render_recorded
from bot.decisions.store import concluded
from bot.deployments.leases.view import environment_said
from bot.diagnosis.verdict.asking import Answer, why_failure
from bot.markdown import code
from handlers.commands.why import FAILURE

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run

RELEASE = "release"


async def why(run: Run, call: Call, services: Services) -> Outcome:
    """This function will explain what is asked for: every fact with its evidence, and what would change it."""
    topic = call.command.argument(0).lower()
    if not call.request.is_pull_request and topic not in ON_ISSUES and not is_decision_id(topic):
        named = (
            "/why release TAG",
            "/why cluster",
            "/why budget",
            "/why session AGENT",
            "/why fix",
        )
        known = f"{', '.join(map(code, named))} and {code('/why DECISION')}"
        text = f"On an issue there is {known}; the rest is about pull requests."
        return Refused(reason=Reason.NOT_A_PULL_REQUEST, text=text)
    if topic in {"", FAILURE}:
        outcome = await _why_failure(run, call, services)
        nothing_broke = isinstance(outcome, Refused) and outcome.reason is Reason.NO_FAILURE
        row = await _find(run, call, services, ANY) if nothing_broke and not topic else None
        return outcome if row is None else _told(row)
    if topic in DECIDED or is_decision_id(topic):
        row = await _find(run, call, services, topic)
        if row is None:
            return _unknown(topic, call.command.argument(1))
        told = _told(row)
        # A decision rests on what it was asked; that somebody holds the environment is said beside it.
        held = (
            await environment_said(run, call, services, environment=row.environment)
            if row.environment and row.kind in ABOUT_ENVIRONMENTS
            else ""
        )
        return Done(text=f"{told.text}\n\nThe environment now:\n\n{held}") if held else told
    known = ", ".join(code(f"/why {each}") for each in (FAILURE, *DECIDED, "DECISION"))
    text = f"{code(topic)} cannot be explained; there is {known}."
    return Refused(reason=Reason.UNKNOWN_TOPIC, text=text)


async def _why_failure(run: Run, call: Call, services: Services) -> Outcome:
    repo = services.repository(call.request.repository)
    now = await run.now()
    number, identifier = call.request.number, call.command.argument(1)
    said = await run.step(
        f"why {call.command.index}",
        lambda: why_failure(services.database, repo, number=number, identifier=identifier, now=now),
        returns=Answer,
    )
    return Done(text=said.text) if said.reason is None else Refused(reason=said.reason, text=said.text)


async def _find(run: Run, call: Call, services: Services, topic: str) -> RecordedDecision | None:
    question = Question(
        repository_id=call.request.repository.id,
        topic=topic,
        environment=call.command.argument(1),
        number=call.request.number,
    )
    return await run.step(
        f"decision {call.command.index}",
        lambda: find_decision(services.database, question),
        returns=RecordedDecision | None,
    )


def _told(row: RecordedDecision) -> Done:
    return Done(text=render_recorded(row, concluded(row)))


def _unknown(topic: str, environment: str) -> Refused:
    if topic not in DECIDED:
        text = f"There is no decision {code(topic)} in this repository, or it is older than 90 days."
        return Refused(reason=Reason.UNKNOWN_DECISION, text=text)
    about = f" about {code(environment)}" if environment else ""
    if topic == FIX:
        return Refused(
            reason=Reason.UNKNOWN_DECISION, text=f"Nothing ({code(topic)}) was decided{about} yet."
        )
    text = f"Nothing ({code(topic)}) was decided{about} here yet; {_planned(topic, environment)} says what would be."
    return Refused(reason=Reason.UNKNOWN_DECISION, text=text)


def _planned(topic: str, environment: str) -> str:
    match topic:
        case "merge":
            return code("/plan /merge")
        case "cluster":
            return code("/plan cluster up")
        case "agent" | "session":
            return code(f"/plan agent {environment or 'NAME'} restart")
        case _ if topic == BUDGET:
            return code("/budget why")
        case _ if topic == RELEASE:
            return code(f"/release plan {environment}".rstrip())
        case _:
            return code(f"/plan {'deploy' if topic == 'gate' else topic} {environment or 'ENV'}")
