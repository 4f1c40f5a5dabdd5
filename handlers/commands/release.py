"""`/release VERSION`, `/release plan|next|status|resume|abort`: publish a version on positive evidence."""

from __future__ import annotations

from bot.commands.grammar import Argument, Flag, Grammar
from bot.commands.spec import CommandSpec
from bot.github.models import Permission

COMMAND = CommandSpec(
    grammar=Grammar(
        verb="release",
        summary="releases a version, or shows, resumes or aborts one",
        examples=(
            "/release v1.0.0",
            "/release plan",
            "/release next minor",
            "/release status v1.0.0",
            "/release resume v1.0.0",
            "/release abort v1.0.0 the wrong branch",
            "/release v1.2.1 --branch 1.x",
            "/release 0.4.0 --component client",
        ),
        permission=Permission.WRITE,
        arguments=(
            Argument(
                name="VERSION",
                summary="the version, with or without its tag's prefix; `next` is what the commits call for",
                choices=("plan", "next", "status", "resume", "abort"),
            ),
            Argument(
                name="OF",
                summary="which version is meant; after `next`: major, minor or patch",
                required=False,
            ),
            Argument(name="REASON", summary="why it is aborted", required=False, rest=True),
        ),
        flags=(
            Flag(name="component", summary="one of several things that are released", value="NAME"),
            Flag(name="branch", summary="releases from this branch, not the default one", value="NAME"),
            Flag(name="prerelease", summary="is shown as a pre-release; after `next`: the next one (rc)"),
            Flag(name="draft", summary="stops before it is published"),
        ),
    ),
    body="handlers.bodies.release:release",
    foresee="bot.releases.asking.showing:foresee",
)
