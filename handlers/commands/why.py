"""`/why [failure [ID]]`: why does the bot say what it says?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.grammar import Argument, Grammar
from bot.commands.model import Done, Reason, Refused
from bot.commands.spec import CommandSpec, Services
from bot.diagnosis.verdict.asking import Answer, why_failure
from bot.github.models import Permission
from bot.markdown import code

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.engine.model import Run

FAILURE = "failure"
TOPICS = (FAILURE,)


async def why(run: Run, call: Call, services: Services) -> Outcome:
    """This function will explain what is asked for: every fact with its evidence, and what would change it."""
    topic, identifier = call.command.argument(0) or FAILURE, call.command.argument(1)
    if topic.lower() not in TOPICS:
        known = ", ".join(code(f"/why {each}") for each in TOPICS)
        return Refused(
            reason=Reason.UNKNOWN_TOPIC, text=f"{code(topic)} cannot be explained; there is {known}."
        )
    repo = services.repository(call.request.repository)
    now = await run.now()

    said = await run.step(
        f"why {call.command.index}",
        lambda: why_failure(
            services.database, repo, number=call.request.number, identifier=identifier, now=now
        ),
        returns=Answer,
    )
    return Done(text=said.text) if said.reason is None else Refused(reason=said.reason, text=said.text)


COMMAND = CommandSpec(
    grammar=Grammar(
        verb="why",
        summary="explains a verdict: its facts with their evidence, and what would change it",
        examples=("/why failure", "/why failure 3fa9c21e"),
        permission=Permission.READ,
        arguments=(
            Argument(name=FAILURE, summary="what to explain; so without it", required=False),
            Argument(
                name="ID", summary="the failure's ID in the summary; the foremost without it", required=False
            ),
        ),
        pull_request_only=True,
    ),
    body=why,
)
