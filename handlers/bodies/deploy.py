"""What `/deploy` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Continues, Refused
from bot.commands.render import queued_receipt
from bot.deployments.judging.conditions.parameters import parameters_from_flags
from bot.deployments.judging.foresight import foreseeing
from bot.deployments.judging.rules import refuse_sha
from bot.deployments.model import DeployRequest
from bot.deployments.render import render_turn

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run


async def deploy(run: Run, call: Call, services: Services) -> Outcome:  # noqa: ARG001 - every body has this shape
    """This function will hand the head that was read on acceptance to the flow that deploys it."""
    command, request, head = call.command, call.request, call.pinned
    parameters = parameters_from_flags(command.values("param"))
    if isinstance(parameters, Refused):
        return parameters
    refusal = refuse_sha(command.argument(1), head.sha)
    if refusal is not None:
        return refusal
    text = render_turn(command.argument(0))
    wanted = DeployRequest(
        key=call.receipt,
        repository=request.repository,
        number=request.number,
        author=request.author,
        is_trusted_app=request.author.is_bot,  # only a listed one comes this far
        asked_at=request.created_at,
        environment=command.argument(0),
        head_sha=head.sha,
        parameters=parameters,
        receipt=queued_receipt(request, command, text),
        then=request.after(command.index),
        canary=bool(command.values("canary")),
        plan_only=bool(command.values("plan")),
        keep="".join(command.values("for")),
    )
    return Continues(start=wanted.start(), text=text)


foresee = foreseeing(deploy)
