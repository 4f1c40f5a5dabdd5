"""`/why [failure|deploy|gate|merge|…]`: why does the bot say what it says?"""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.decisions.asking import DECIDED
from bot.github.models import Permission

FAILURE = "failure"


COMMAND = CommandSpec(
    grammar=Grammar(
        verb="why",
        summary="explains a verdict or a decision: its facts with their evidence, and what would change it",
        examples=(
            "/why",
            "/why failure 3fa9c21e",
            "/why deploy production",
            "/why gate production",
            "/why merge",
            "/why session A1",
        ),
        permission=Permission.READ,
        arguments=(
            Argument(
                name="DECISION",
                summary="a failure, the newest decision of a kind, or the one with this ID; without it what there is",
                required=False,
                choices=(FAILURE, *DECIDED),
            ),
            Argument(
                name="ENV",
                summary="the environment, tag or agent, or the failure's ID; the newest or foremost without it",
                required=False,
                choices=("ID",),
            ),
        ),
    ),
    body="handlers.bodies.why:why",
)
