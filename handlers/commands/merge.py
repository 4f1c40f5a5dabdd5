"""`/merge [merge|squash|rebase] [--when-green] [--priority N] [--cancel]`: merge, on positive evidence only."""

from __future__ import annotations

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission
from bot.merging.flags import CANCEL, PRIORITY, WHEN_GREEN

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="merge",
        summary="merges the pull request when everything that is asked of it is shown to hold",
        examples=(
            "/merge",
            "/merge squash --when-green",
            "/merge --when-green --priority 10",
            "/merge --cancel",
        ),
        permission=Permission.WRITE,
        arguments=(
            Argument(
                name="METHOD",
                summary="the way to merge, where not the repository's own",
                required=False,
                choices=("merge", "squash", "rebase"),
            ),
        ),
        flags=(
            Flag(name=WHEN_GREEN, summary="waits until nothing stands against it, instead of refusing"),
            Flag(name=PRIORITY, summary="larger goes before others; 0 where it is not given", value="N"),
            Flag(name=CANCEL, summary="takes the wish back, whoever had it"),
        ),
        pull_request_only=True,
        needs_head=True,
    ),
    body="bot.merging.stories.commands:merge",
    foresee="bot.merging.stories.commands:foresee",
)
