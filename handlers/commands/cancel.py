"""`/cancel [ID]`: stop a deployment that is under way or waits."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="cancel",
        summary="stops a deployment that is under way or waits",
        examples=("/cancel", "/cancel production", "/cancel 4711 the wrong region"),
        permission=Permission.WRITE,
        arguments=(
            Argument(
                name="ID",
                summary="the deployment or environment, where more than one of this pull request is under way",
                required=False,
            ),
            Argument(name="REASON", summary="why", required=False, rest=True),
        ),
    ),
    body="handlers.bodies.cancel:body",
)
