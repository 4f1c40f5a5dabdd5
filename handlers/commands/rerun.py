"""`/rerun [failed|all|JOB]`: start the checks of this pull request's head again."""

from __future__ import annotations

from bot.commands.grammar import Argument, Grammar
from bot.commands.reruns import ALL, FAILED
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="rerun",
        summary="starts the checks of the head again: the failed ones, all, or one job",
        examples=("/rerun", "/rerun all", "/rerun test (3.12, ubuntu)"),
        permission=Permission.WRITE,
        arguments=(
            Argument(
                name="JOB",
                summary="the failed jobs (so without it), all jobs, or the job of this name",
                required=False,
                rest=True,
                choices=(FAILED, ALL),
            ),
        ),
        pull_request_only=True,
        needs_head=True,
    ),
    body="handlers.bodies.rerun:rerun",
)
