"""`/ping`: is the bot there?"""

from __future__ import annotations

from bot.commands.grammar import Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="ping",
        summary="says whether the bot is there and how long a comment takes to reach it",
        examples=("/ping",),
        permission=Permission.READ,
    ),
    body="handlers.bodies.ping:ping",
)
