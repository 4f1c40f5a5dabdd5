"""Holds what a fixer changed against what a fix may be, before anything of it leaves the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.decisions.model import Condition, Standing
from bot.supervision.fixing.guards.form import form, is_longer, size
from bot.supervision.fixing.guards.leaking import secrets
from bot.supervision.fixing.guards.manifests import manifests
from bot.supervision.fixing.guards.model import WHO, GuardTerms
from bot.supervision.fixing.guards.places import places
from bot.supervision.fixing.guards.rebuilding import Rebuilt, rebuild
from bot.supervision.fixing.guards.silencing import silences
from bot.supervision.fixing.guards.testing import tests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.supervising import FixConfig
    from bot.supervision.fixing.model import Patch

KIND = "guard"


def terms_of(config: FixConfig, blobs: Mapping[str, str] | None = None) -> GuardTerms:
    """This function will read what a repository's fixes are held to.

    Args:
        config: the section `supervision.fix`.
        blobs: git's ids of all files at the base commit, as GitHub has them; with them it is proven that the change is
            of that commit.
    """
    return GuardTerms(files=config.files, lines=config.lines, keep_out=config.keep_out, blobs=blobs)


def guard(patch: Patch, terms: GuardTerms) -> tuple[Condition, ...]:
    """This function will hold a change against each rule; it may be published only where all conditions are met.

    Args:
        patch: its diff is what `git diff --full-index --no-renames --no-ext-diff --no-textconv --text` writes.
        terms: the limits.
    """
    if not patch.files:
        text = "It changes nothing."
        unmet = Condition(name="effect", standing=Standing.UNMET, reason=Reason.FIX_WITHOUT_EFFECT, text=text)
        return (unmet,)
    is_read = not is_longer(patch, terms)
    rebuilt = rebuild(patch, terms.blobs) if is_read else Rebuilt(problem="it is too long")
    changes = rebuilt.changes
    sized = size(patch, rebuilt, terms)
    return (
        secrets(patch, changes),
        places([file.path for file in patch.files], terms.keep_out),
        form(patch, changes),
        _diff(rebuilt),
        sized,
        *(_unread(sized) if sized.is_open else (tests(changes), silences(changes), manifests(changes))),
    )


def _unread(sized: Condition) -> tuple[Condition, ...]:
    """What is not looked at in a change that is too large anyway, so that none keeps us busy."""
    return tuple(
        Condition(
            name=name,
            standing=Standing.UNKNOWN,
            reason=sized.reason,
            text="It is too large for that to be looked at.",
            who=WHO,
        )
        for name in ("tests", "silences", "dependencies")
    )


def _diff(rebuilt: Rebuilt) -> Condition:
    if not rebuilt.problem:
        return Condition(name="diff", standing=Standing.MET, text="Its diff tells all that changed.")
    return Condition(
        name="diff",
        standing=Standing.UNKNOWN,
        reason=Reason.FIX_BROKEN,
        text="What it changes could not be read beyond doubt, so it is not published.",
        who=WHO,
    )
