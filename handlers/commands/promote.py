"""`/promote ENV`: let the canary in an environment go on to its next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.grammar import Argument, Grammar
from bot.commands.model import Done, Refused
from bot.commands.spec import CommandSpec, Services
from bot.deployments.lease_model import Place
from bot.deployments.promotion import promotion_of, waiting_for_promotion
from bot.github.models import Permission

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.engine.model import Run


async def promote(run: Run, call: Call, services: Services) -> Outcome:
    """This function will tell the deployment that waits in the environment to go on."""
    place = Place(repository_id=call.request.repository.id, environment=call.command.argument(0))
    waiting = await waiting_for_promotion(run, place, services)
    promotion = promotion_of(waiting, call)
    if isinstance(promotion, Refused):
        return promotion
    await run.send(promotion.signal)
    return Done(text=promotion.text)


COMMAND = CommandSpec(
    grammar=Grammar(
        verb="promote",
        summary="lets the canary in an environment go on to its next step",
        examples=("/promote production",),
        permission=Permission.WRITE,
        arguments=(Argument(name="ENV", summary="the environment, as GitHub names it"),),
    ),
    body=promote,
)
