"""What `/promote` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Done, Refused
from bot.decisions.model import Condition, Standing, conclude
from bot.deployments.leases.model import Place
from bot.deployments.promotion import Promotion, promotion_of, waiting_for_promotion

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run


async def promote(run: Run, call: Call, services: Services) -> Outcome:
    """This function will tell the deployment that waits in the environment to go on."""
    promotion = await _promotion(run, call, services)
    if isinstance(promotion, Refused):
        return promotion
    await run.send(promotion.signal)
    return Done(text=promotion.text)


async def foresee(run: Run, call: Call, services: Services) -> Decision:
    """This function will say whether a canary waits to be promoted."""
    promotion = await _promotion(run, call, services)
    if isinstance(promotion, Refused):
        open_one = Condition(
            name="canary", standing=Standing.UNMET, text=promotion.text, reason=promotion.reason
        )
        return conclude("promote", (open_one,))
    return conclude("promote", (Condition(name="canary", standing=Standing.MET, text=promotion.text),))


async def _promotion(run: Run, call: Call, services: Services) -> Promotion | Refused:
    place = Place(repository_id=call.request.repository.id, environment=call.command.argument(0))
    return promotion_of(await waiting_for_promotion(run, place, services), call)
