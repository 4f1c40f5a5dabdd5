"""`/revert`: propose to take a merged change back."""

from __future__ import annotations

from bot.commands.grammar import Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="revert",
        summary="opens a pull request that takes this merged change back",
        examples=("/revert",),
        permission=Permission.WRITE,
        pull_request_only=True,
    ),
    body="bot.picking.flow:revert",
    foresee="bot.picking.flow:foresee_revert",
)
