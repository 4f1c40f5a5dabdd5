"""`/test [SUITE…|?]`: run suites of the pipeline at the head of this pull request, or list them."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission
from bot.suites.rules import ALL, LIST, STOP

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="test",
        summary="runs suites of the pipeline at the head of the pull request and says how they ended",
        examples=(
            "/test ?",
            "/test",
            "/test storage-tests jepsen-tests",
            "/test integration-tests",
            "/test stop",
        ),
        permission=Permission.WRITE,
        arguments=(
            Argument(
                name="SUITE…",
                summary="the jobs, or workflows, as `/test ?` lists them; all of them without it; `stop` ends what "
                "was started so",
                required=False,
                rest=True,
                choices=(LIST, ALL, STOP),
            ),
        ),
        pull_request_only=True,
        needs_head=True,
    ),
    body="bot.suites.asking:test",
    foresee="bot.suites.asking:foresee",
)
