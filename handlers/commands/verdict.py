"""`/verdict ID real|flaky|infra`: say whose fault a failure is, and be believed before the bot."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="verdict",
        summary="says whose fault a failure is: your word goes before the bot's",
        examples=("/verdict 3fa9c21e flaky", "/verdict 3fa9c21e real", "/verdict 3fa9 infra"),
        permission=Permission.WRITE,
        arguments=(
            Argument(name="ID", summary="the failure's ID in the summary, or its first 4 digits and more"),
            Argument(
                name="real|flaky|infra",
                summary="the change's fault, chance, or the fault of machine and network",
            ),
        ),
        pull_request_only=True,
        needs_head=True,
    ),
    body="handlers.bodies.verdict:judge",
)
