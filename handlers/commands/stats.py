"""`/stats [7d|30d] [WORKFLOW]`: how long does the pipeline take, how often do caches hit, how many tests are there?"""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission
from bot.stats.asked import DAYS

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="stats",
        summary="shows how long the pipeline's workflows take, how often they pass and find their caches, "
        "and their tests by category",
        examples=("/stats", "/stats 30d", "/stats 7d tests-all"),
        permission=Permission.READ,
        arguments=(
            Argument(
                name="DAYS", summary="over how long; 7d without it", required=False, choices=tuple(DAYS)
            ),
            Argument(
                name="WORKFLOW",
                summary="one of the pipeline's workflows, with its jobs: ci-build, tests-all, …",
                required=False,
            ),
        ),
    ),
    body="bot.stats.answering:stats",
)
