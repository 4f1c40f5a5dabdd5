"""`/reject [ENV] [REASON]`: end what waits in this pull request."""

from __future__ import annotations

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="reject",
        summary="ends what waits in this pull request; what was approved before has to be approved anew",
        examples=("/reject", "/reject production", "/reject production the migration is missing"),
        # Whom the environment's policy names may have no more; that is looked at with the gate.
        permission=Permission.READ,
        arguments=(
            Argument(
                name="ENV", summary="the environment; the only one that waits without it", required=False
            ),
            Argument(name="REASON", summary="why, for everybody to read", required=False, rest=True),
        ),
        flags=(
            Flag(name="of", summary="the digest of what was shown, as the buttons say it", value="DIGEST"),
        ),
        pull_request_only=True,
    ),
    body="handlers.bodies.reject:body",
    foresee="handlers.bodies.reject:foresee",
)
