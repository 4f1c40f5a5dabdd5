"""`/help [VERB]`: what may I write here, and how?"""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="help",
        summary="lists the commands you may run here, or explains one",
        examples=("/help", "/help deploy"),
        permission=Permission.READ,
        arguments=(Argument(name="VERB", summary="the command to explain", required=False),),
    ),
    body="handlers.bodies.help:explain",
)
