"""`/cost [today|yesterday|7d|month|sources] [by service|agent|pr|environment]`: what was spent, and on what?"""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.costs.answering.question import Period, Way
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="cost",
        summary="shows what was spent against the daily limit, on what, and how sure that is",
        examples=("/cost", "/cost yesterday", "/cost 7d by agent", "/cost month by pr", "/cost sources"),
        permission=Permission.READ,
        arguments=(
            Argument(
                name="DAYS",
                summary="of which days; today without it",
                required=False,
                choices=tuple(Period),
            ),
            Argument(
                name="WAY",
                summary="by what it is parted",
                required=False,
                rest=True,
                choices=tuple(f"by {way}" for way in Way),
            ),
        ),
    ),
    body="bot.costs.answering.answering:cost",
)
