"""`/budget`: how the day's budget stands and why, and what people change of it."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.costs.changes import FORMS
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="budget",
        summary="shows, explains or changes the day's budget; what spends or ends more is said by two people",
        examples=(
            "/budget",
            "/budget why",
            "/budget extend 25 until 18:00 because the demo runs late",
            "/budget second 1a2b3c4d",
            "/budget set 120 because a fourth agent came",
            "/budget enforce",
            "/budget dry-run",
        ),
        # Who may change it the configuration says; everybody may see how it stands.
        permission=Permission.READ,
        arguments=(
            Argument(
                name="CHANGE",
                summary="what is changed, with its amount, time (UTC) and reason; without it how the budget stands",
                required=False,
                rest=True,
                choices=tuple(FORMS),
            ),
        ),
        takes_line=True,
    ),
    body="bot.costs.budgeting.commands:budget",
    foresee="bot.costs.budgeting.foreseeing:foresee",
)
