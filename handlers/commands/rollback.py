"""`/rollback ENV [to DEPLOYMENT]`: put the last known good deployment back into an environment."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="rollback",
        summary="puts the last known good deployment back into an environment",
        examples=("/rollback production", "/rollback production to 4711", "/rollback staging to 1a2b3c4"),
        permission=Permission.WRITE,
        arguments=(
            Argument(name="ENV", summary="the environment, as GitHub names it"),
            Argument(
                name="to DEPLOYMENT",
                summary="the id or commit of an earlier deployment, instead of the last good one",
                required=False,
                rest=True,
            ),
        ),
        pull_request_only=True,
    ),
    body="handlers.bodies.rollback:rollback",
    foresee="handlers.bodies.rollback:foresee",
)
