"""What `/rollback` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Continues, Refused
from bot.commands.render import queued_receipt
from bot.decisions.model import Condition, Standing, conclude
from bot.deployments.judging.foresight import foreseeing
from bot.deployments.leases.model import Place
from bot.deployments.model import DeployRequest, Task
from bot.deployments.rollback.render import render_going_back
from bot.deployments.rollback.rules import wanted_from
from bot.deployments.rollback.story import target_of

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run


async def rollback(run: Run, call: Call, services: Services) -> Outcome:
    """This function will choose the deployment to go back to now, and hand it to the flow that deploys it."""
    command, request = call.command, call.request
    wanted = wanted_from(command.argument(1))
    if isinstance(wanted, Refused):
        return wanted
    place = Place(repository_id=request.repository.id, environment=command.argument(0))
    target = (await target_of(run, place, services, wanted=wanted)).found
    if isinstance(target, Refused):
        return target
    text = render_going_back(target)
    back = DeployRequest(
        key=call.receipt,
        repository=request.repository,
        number=request.number,
        author=request.author,
        is_trusted_app=request.author.is_bot,  # only a listed one comes this far
        asked_at=request.created_at,
        environment=target.environment,
        head_sha=target.sha,
        parameters=target.parameters,
        receipt=queued_receipt(request, command, text),
        then=request.after(command.index),
        task=Task.ROLLBACK,
        target=target.deployment_id,
    )
    return Continues(start=back.start(), text=text)


async def foresee(run: Run, call: Call, services: Services) -> Decision:
    """This function will decide about the rollback as it would be decided now, and say where it would go."""
    decision = await foreseeing(rollback)(run, call, services)
    outcome = await rollback(run, call, services)
    if not isinstance(outcome, Continues):
        return decision
    target = Condition(name="target", standing=Standing.MET, text=outcome.text)
    return conclude(decision.kind, (*decision.conditions, target))
