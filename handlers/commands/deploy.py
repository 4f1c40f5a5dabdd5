"""`/deploy ENV [SHA] [--plan] [--canary] [--for 4h]`: put the head of this pull request into an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.model import Continues, Refused
from bot.commands.render import queued_receipt
from bot.commands.spec import CommandSpec, Services
from bot.deployments.judging.conditions.parameters import parameters_from_flags
from bot.deployments.judging.foresight import foreseeing
from bot.deployments.judging.rules import refuse_sha
from bot.deployments.model import DeployRequest
from bot.deployments.render import render_turn
from bot.github.models import Permission

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
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


COMMAND = CommandSpec(
    grammar=Grammar(
        verb="deploy",
        summary="deploys the head of this pull request to an environment",
        examples=(
            "/deploy staging",
            "/deploy production 1a2b3c4",
            "/deploy staging --param region=eu",
            "/deploy review --for 4h",
        ),
        permission=Permission.WRITE,
        arguments=(
            Argument(name="ENV", summary="the environment, as GitHub names it"),
            Argument(name="SHA", summary="7 to 40 digits that must begin the head's SHA", required=False),
        ),
        flags=(
            Flag(name="param", summary="a parameter of the environment", value="NAME=VALUE", repeatable=True),
            Flag(name="plan", summary="only shows what would change"),
            Flag(name="canary", summary="goes out in the steps of the environment's policy"),
            Flag(name="for", summary="how long the environment is kept, then taken down", value="4h"),
        ),
        pull_request_only=True,
        needs_head=True,
    ),
    body=deploy,
    foresee=foreseeing(deploy),
)
