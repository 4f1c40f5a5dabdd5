"""`/backport BRANCH…`: propose a merged change for other branches too."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="backport",
        summary="opens a pull request with this merged change for each of the named branches",
        examples=("/backport release-1.x", "/backport release-1.x release-2.x"),
        permission=Permission.WRITE,
        arguments=(Argument(name="BRANCH…", summary="the branches, as GitHub names them", rest=True),),
        pull_request_only=True,
    ),
    body="bot.picking.flow:backport",
    foresee="bot.picking.flow:foresee_backport",
)
