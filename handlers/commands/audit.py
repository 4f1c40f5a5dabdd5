"""`/audit [N]`: who did what here, as the journal has it."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

FEW = 20
MOST = 100


COMMAND = CommandSpec(
    grammar=Grammar(
        verb="audit",
        summary="shows who did what here: commands, approvals, decisions and effects, as the journal has them",
        examples=("/audit", "/audit 50"),
        permission=Permission.MAINTAIN,
        arguments=(
            Argument(name="N", summary=f"how many entries, at most {MOST}; {FEW} without it", required=False),
        ),
    ),
    body="handlers.bodies.audit:audit",
)
