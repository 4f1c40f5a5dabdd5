"""`/plan COMMAND`: what would that command do, and what would it be held to?"""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="plan",
        summary="says what a command would do and what it would be held to, without doing it",
        examples=(
            "/plan deploy production",
            "/plan deploy staging --param region=eu",
            "/plan rollback production",
        ),
        permission=Permission.READ,
        arguments=(Argument(name="COMMAND", summary="any command, as it would be written"),),
        takes_line=True,
    ),
    body="handlers.bodies.plan:plan",
)
