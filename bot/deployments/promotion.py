"""Passes a person's word on to the canary that waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.deployments.history import history_of
from bot.deployments.model import Stage
from bot.engine.model import Signal
from bot.gates.model import NEWS, About, News
from bot.markdown import code

if TYPE_CHECKING:
    from bot.commands.model import Call
    from bot.commands.spec import Services
    from bot.deployments.leases.model import Place
    from bot.engine.model import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is under way in an environment, as far as a promotion needs it."""

    environment: str  # as it is written
    run_id: str = ""  # of the deployment that waits; empty where none does
    percent: int = 0  # which it has reached
    sha: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A person's word that a canary may go on."""

    signal: Signal
    text: str  # safe Markdown


async def waiting_for_promotion(run: Run, place: Place, services: Services) -> Waiting:
    """This function will read which canary of the environment waits to be promoted, if one does."""

    async def read() -> Waiting:
        rows = await services.database.read(
            lambda connection: history_of(connection, place.repository_id, place.environment)
        )
        row = next((row for row in rows if row.stage is Stage.PROMOTING), None)
        if row is None:
            return Waiting(environment=rows[0].environment if rows else place.environment)
        return Waiting(environment=row.environment, run_id=row.run_id, percent=row.percent, sha=row.sha)

    return await run.step("promoting", read, returns=Waiting)


def promotion_of(waiting: Waiting, call: Call) -> Promotion | Refused:
    """This function will make the word that lets exactly the step go on that waits now, or refuse."""
    name = code(waiting.environment)
    if not waiting.run_id:
        text = f"No canary waits in {name}. One does while a step of it is verified and the next one is to be promoted."
        return Refused(reason=Reason.NOTHING_TO_PROMOTE, text=text)
    login = call.request.author.login
    # the percentage tells which step is meant: a word that comes late must not promote the one after
    news = News(about=About.PROMOTE, by=login, text=str(waiting.percent))
    return Promotion(
        signal=Signal(run_id=waiting.run_id, topic=NEWS, message=news, key=f"promote-{call.receipt}"),
        text=f"{code(waiting.sha[:7])} goes on from {waiting.percent} % of {name}.",
    )
