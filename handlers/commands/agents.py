"""`/agents`: how do the agents stand?"""

from __future__ import annotations

from bot.commands.grammar import Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="agents",
        summary="shows how each agent stands, what it did last, what of its work is kept back, what it cost today",
        examples=("/agents",),
        permission=Permission.READ,
    ),
    body="bot.supervision.answering.commands:agents",
)
