"""`/lock ENV REASON [--for 8h]`: close an environment to everybody else's deployments."""

from __future__ import annotations

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="lock",
        summary="closes an environment to everybody else's deployments",
        examples=(
            "/lock production the database is moved",
            "/lock staging load test --for 8h",
            "/lock * incident",
        ),
        permission=Permission.WRITE,
        arguments=(
            Argument(name="ENV", summary="the environment, as GitHub names it, or `*` for all"),
            Argument(name="REASON", summary="why, for whoever wants to deploy", rest=True),
        ),
        flags=(Flag(name="for", summary="when it ends by itself", value="8h"),),
    ),
    body="handlers.bodies.lock:body",
)
