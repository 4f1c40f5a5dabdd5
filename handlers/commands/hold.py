"""`/hold [REASON]`: keep a pull request from being merged, whoever wants it."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="hold",
        summary="keeps the pull request from being merged, whoever wants it",
        examples=("/hold", "/hold until the migration has run"),
        permission=Permission.TRIAGE,
        arguments=(
            Argument(name="REASON", summary="why, for whoever wants it merged", required=False, rest=True),
        ),
        pull_request_only=True,
    ),
    body="bot.merging.stories.commands:hold",
)
