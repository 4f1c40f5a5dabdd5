"""`/queue [ENV]`: who holds which environment, and who waits for it?"""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="queue",
        summary="shows who holds which environment and who waits for it",
        examples=("/queue", "/queue production"),
        permission=Permission.READ,
        arguments=(Argument(name="ENV", summary="the environment, as GitHub names it", required=False),),
    ),
    body="handlers.bodies.queue:body",
)
