"""`/status`: how does this pull request stand?"""

from __future__ import annotations

from bot.commands.grammar import Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="status",
        summary="shows how this pull request stands: head, checks, deployments, merge",
        examples=("/status",),
        permission=Permission.READ,
        pull_request_only=True,
    ),
    body="handlers.bodies.status:status",
)
