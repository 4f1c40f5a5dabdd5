"""Decides how a fix goes on: one table, from what is seen of it alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.verdict.model import BuildEnd, Next, Standing, Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.supervision.fixing.verdict.model import Followed

PATIENCE = timedelta(minutes=30)  # for a build of the fix to begin
SECOND_TRY = timedelta(days=1)  # within which another try must have begun

_MERGED = Next(state=FixState.MERGED, ends=True)
_CLOSED = Next(state=FixState.CLOSED, reason=Reason.FIX_CLOSED, ends=True)
_NOT_NEEDED = Next(
    state=FixState.CLOSED, reason=Reason.BUILD_GREEN, word=Word.NOT_NEEDED, closes=True, ends=True
)
_CLASHES = Next(state=FixState.CLOSED, reason=Reason.BUILD_OLD, word=Word.CLASHES, closes=True, ends=True)
_DROPPED = Next(state=FixState.CLOSED, reason=Reason.FIX_STILL_RED, word=Word.LAST, closes=True, ends=True)
_REPLACED = Next(state=FixState.CLOSED, reason=Reason.FIX_OPEN, word=Word.REPLACED, closes=True, ends=True)
_FIXED = Next(state=FixState.FIXED, word=Word.FIXED)
_STILL_RED = Next(state=FixState.FAILED, reason=Reason.FIX_STILL_RED, word=Word.STILL_RED)

# What people did goes before anything else.
_BY_PEOPLE: Mapping[Standing, Next] = {
    Standing.MERGED: _MERGED,
    Standing.CLOSED: _CLOSED,
    Standing.GONE: _CLOSED,
}
_BY_BUILD: Mapping[BuildEnd, Next] = {
    BuildEnd.GREEN: _FIXED,
    BuildEnd.MENDED: _FIXED,
    BuildEnd.STILL: _STILL_RED,
    BuildEnd.WORSE: _STILL_RED,
}


def follow_fix(seen: Followed) -> Next:
    """This function will say how a fix goes on; where nothing follows, it stays as it is."""
    if seen.standing in _BY_PEOPLE:
        return _BY_PEOPLE[seen.standing]
    stays = Next(state=seen.state)
    if seen.standing is Standing.TAKEN:
        return stays  # whoever pushed to it has it now
    if seen.is_mended_elsewhere:
        return _NOT_NEEDED
    if seen.standing is Standing.CLASHES:
        return _CLASHES
    return _by_itself(seen, stays)


def _by_itself(seen: Followed, stays: Next) -> Next:
    """What follows where nobody did anything and the branch is as it was."""
    if seen.state is FixState.FAILED:
        return stays if seen.may_try_again and seen.since < SECOND_TRY else _DROPPED
    if seen.state is FixState.SUGGESTED and seen.is_replaced:
        return _REPLACED
    if seen.state is not FixState.PROPOSED:
        return stays
    if seen.build is BuildEnd.NONE and seen.since >= PATIENCE:
        return Next(state=seen.state, word=Word.NO_BUILD)
    return _BY_BUILD.get(seen.build, stays)
