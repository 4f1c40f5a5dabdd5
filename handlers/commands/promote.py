"""`/promote ENV`: let the canary in an environment go on to its next step."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="promote",
        summary="lets the canary in an environment go on to its next step",
        examples=("/promote production",),
        permission=Permission.WRITE,
        arguments=(Argument(name="ENV", summary="the environment, as GitHub names it"),),
    ),
    body="handlers.bodies.promote:promote",
    foresee="handlers.bodies.promote:foresee",
)
