"""`/unlock ENV [--force REASON]`: open an environment that is locked, kept or frozen."""

from __future__ import annotations

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="unlock",
        summary="opens an environment that is locked, kept or frozen",
        examples=("/unlock production", "/unlock production --force the owner is on leave"),
        permission=Permission.WRITE,
        arguments=(
            Argument(name="ENV", summary="the environment, as GitHub names it, or `*` for the lock on all"),
            Argument(
                name="REASON",
                summary="why, for the journal and for whoever holds it; force needs it",
                required=False,
                rest=True,
            ),
        ),
        flags=(Flag(name="force", summary="also where another person or a deployment holds it"),),
    ),
    body="handlers.bodies.unlock:body",
)
