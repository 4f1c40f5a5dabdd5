"""Words how a fix went on, as comments on its pull request or issue say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.markdown import code, escape, link, marker
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.saying.describing import fix_branch
from bot.supervision.fixing.verdict.model import BuildEnd, Word
from bot.supervision.model import FIX_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.supervision.fixing.model import Fix
    from bot.supervision.fixing.verdict.model import Next, SeenBuild

MARKER = "fix-word"
_ENDED: Mapping[FixState, str] = {
    FixState.MERGED: "It was merged.",
    FixState.CLOSED: "A person closed it.",
    FixState.UNKNOWN: "The run that tried it ended without saying how it went.",
}


def word_marker(fix: Fix, word: Word) -> str:
    """This function will make the first line by which the comment is found again."""
    return marker(MARKER, f"{fix.id}/{word.value.replace(' ', '-')}")


def render_word(fix: Fix, word: Word, build: SeenBuild) -> str:
    """This function will say how a fix went on."""
    return f"{word_marker(fix, word)}\n\n{_text(fix, word, build)}"


def how_it_went(fix: Fix, after: Next, build: SeenBuild) -> str:
    """This function will say in safe Markdown how a fix stands now, as its row tells it."""
    if after.word is not None:
        return _text(fix, after.word, build)
    return _ENDED.get(after.state, "")


def _text(fix: Fix, word: Word, build: SeenBuild) -> str:
    trouble = fix.trouble
    workflow, branch = escape(trouble.workflow), code(trouble.branch)
    match word:
        case Word.FIXED | Word.STILL_RED | Word.NO_BUILD:
            return _of_build(workflow, word, build)
        case Word.NOT_NEEDED:
            return f"The newest build of {workflow} on {branch} is green, so this is not needed any more."
        case Word.CLASHES:
            return (
                f"This can no longer be merged into {branch}. It is closed; where the failure is still there, the "
                "next look at the branch tries it anew."
            )
        case Word.LAST:
            return "No other try follows, so this is closed. A person has to mend the failure."
        case Word.REPLACED:
            return f"A pull request from {code(fix_branch(trouble))} proposes it now."
        case _:
            assert_never(word)


def _of_build(workflow: str, word: Word, build: SeenBuild) -> str:
    """What the build of a fix says of the failure."""
    name = link(workflow, build.url)
    if word is Word.FIXED:
        rest = " It is red for other reasons, which were there before or were hidden by it."
        also = rest if build.end is BuildEnd.MENDED else ""
        return f"The build of {name} no longer has the failure.{also} A person has to review the change."
    if word is Word.NO_BUILD:
        return (
            f"No build of {workflow} has begun here for 30 minutes, so nothing can be said of the failure. It has "
            f"to run on pushes to {code(f'{FIX_PREFIX}*')} or on pull requests."
        )
    is_still = build.end is BuildEnd.STILL
    what = "still has the failure" if is_still else "fails where it passed before"
    listed = "\n".join(f"- {line}" for line in build.failures)
    return f"The build of {name} {what}, so this is no fix:\n\n{listed}"
