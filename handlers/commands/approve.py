"""`/approve [ENV]`: let what waits in this pull request go ahead."""

from __future__ import annotations

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="approve",
        summary="approves what waits in this pull request, exactly as it is shown",
        examples=("/approve", "/approve production"),
        # Whom the environment's policy names may have no more; that is looked at with the gate.
        permission=Permission.READ,
        arguments=(
            Argument(
                name="ENV", summary="the environment; the only one that waits without it", required=False
            ),
        ),
        flags=(
            Flag(name="of", summary="the digest of what was shown, as the buttons say it", value="DIGEST"),
        ),
        pull_request_only=True,
    ),
    body="handlers.bodies.approve:body",
    foresee="handlers.bodies.approve:foresee",
)
