"""`/unhold`: let a held pull request be merged again."""

from __future__ import annotations

from bot.commands.grammar import Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="unhold",
        summary="lets a held pull request be merged again",
        examples=("/unhold",),
        permission=Permission.TRIAGE,
        pull_request_only=True,
    ),
    body="bot.merging.stories.commands:unhold",
)
