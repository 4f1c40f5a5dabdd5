"""How a proposed fix goes on, from what is seen of it alone."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot.commands.reasons import Reason
from bot.supervision.fixing.model import FixState
from bot.supervision.fixing.states import AT_WORK, MOVES, OPEN, diagram, may_move
from bot.supervision.fixing.verdict.model import BuildEnd, Followed, Next, Standing, Word
from bot.supervision.fixing.verdict.rules import PATIENCE, SECOND_TRY, follow_fix

PROPOSED, FIXED, FAILED, CLOSED = FixState.PROPOSED, FixState.FIXED, FixState.FAILED, FixState.CLOSED
SUGGESTED, MERGED = FixState.SUGGESTED, FixState.MERGED
MOMENT = timedelta(minutes=1)
STANDING = [state for state in FixState if state in OPEN]
_OF_ISSUES = {Standing.OPEN, Standing.CLOSED, Standing.GONE}


def seen(state: FixState = PROPOSED, **changes: Any) -> Followed:
    """This function will make what is seen of a fix around which nothing happened."""
    told = {
        "standing": Standing.OPEN,
        "build": BuildEnd.RUNNING,
        "is_mended_elsewhere": False,
        "since": MOMENT,
        "may_try_again": False,
    }
    return Followed(state=state, **{**told, **changes})


@pytest.mark.parametrize("state", STANDING)
@pytest.mark.parametrize("build", list(BuildEnd))
def test_people_go_first(state: FixState, build: BuildEnd) -> None:
    """Whatever its build says: what people did to a fix holds, and what they took over is left alone."""
    around = {"build": build, "is_mended_elsewhere": True}
    merged = follow_fix(seen(state, standing=Standing.MERGED, **around))
    assert merged == Next(state=MERGED, ends=True)
    for standing in (Standing.CLOSED, Standing.GONE):
        closed = follow_fix(seen(state, standing=standing, **around))
        assert closed == Next(state=CLOSED, reason=Reason.FIX_CLOSED, ends=True)
    assert follow_fix(seen(state, standing=Standing.TAKEN, **around)) == Next(state=state)


@pytest.mark.parametrize(
    ("build", "state", "word"),
    [
        (BuildEnd.RUNNING, PROPOSED, None),
        (BuildEnd.NONE, PROPOSED, None),
        (BuildEnd.GREEN, FIXED, Word.FIXED),
        (BuildEnd.MENDED, FIXED, Word.FIXED),
        (BuildEnd.STILL, FAILED, Word.STILL_RED),
        (BuildEnd.WORSE, FAILED, Word.STILL_RED),
    ],
)
def test_its_own_build_decides(build: BuildEnd, state: FixState, word: Word | None) -> None:
    """Whether a fix is one, its own build says, and nothing else; a red one is not closed before the next try."""
    after = follow_fix(seen(build=build))
    assert (after.state, after.word, after.closes, after.ends) == (state, word, False, False)


def test_a_build_that_does_not_begin() -> None:
    """Where no build begins within half an hour, that is said, and waited on."""
    assert follow_fix(seen(build=BuildEnd.NONE, since=PATIENCE)) == Next(state=PROPOSED, word=Word.NO_BUILD)


@pytest.mark.parametrize("state", STANDING)
def test_a_branch_that_was_mended_otherwise(state: FixState) -> None:
    """Once the branch is green again without it, a fix that nobody took over is closed and says why."""
    after = follow_fix(seen(state, is_mended_elsewhere=True))
    assert (after.state, after.reason, after.word) == (CLOSED, Reason.BUILD_GREEN, Word.NOT_NEEDED)
    assert after.closes
    assert after.ends


def test_a_fix_that_clashes() -> None:
    """A fix that cannot be merged any more is closed; the branch is tried anew where it is still red."""
    after = follow_fix(seen(FIXED, standing=Standing.CLASHES))
    assert (after.state, after.reason, after.word) == (CLOSED, Reason.BUILD_OLD, Word.CLASHES)
    assert after.closes


@pytest.mark.parametrize(
    ("may_try_again", "since", "stays"),
    [
        (True, MOMENT, True),
        (True, SECOND_TRY, False),
        (False, MOMENT, False),
    ],
)
def test_a_fix_that_is_none(since: timedelta, *, may_try_again: bool, stays: bool) -> None:
    """A red fix waits for the second try as long as one may come; then it is closed with its reason."""
    after = follow_fix(seen(FAILED, may_try_again=may_try_again, since=since))
    if stays:
        assert after == Next(state=FAILED)
    else:
        assert (after.state, after.reason, after.word) == (CLOSED, Reason.FIX_STILL_RED, Word.LAST)
        assert after.closes


def test_a_suggestion_that_is_proposed_now() -> None:
    """A suggestion gives way to the pull request that proposes it; a pull request gives way to none."""
    after = follow_fix(seen(SUGGESTED, is_replaced=True))
    assert (after.state, after.reason, after.word) == (CLOSED, Reason.FIX_OPEN, Word.REPLACED)
    assert after.closes
    assert follow_fix(seen(FIXED, is_replaced=True)) == Next(state=FIXED)


@pytest.mark.parametrize("state", [FIXED, SUGGESTED])
def test_what_waits_for_a_person(state: FixState) -> None:
    """What is fixed or suggested waits for a person, whatever its build says from then on."""
    assert follow_fix(seen(state, build=BuildEnd.STILL)) == Next(state=state)


def test_every_move_is_in_the_table() -> None:
    """What is seen of a fix leads to just the moves that the table of states has, and ends it where none follows."""
    made = {state: set[FixState]() for state in STANDING}
    for state, standing, build, is_mended, since in product(
        STANDING, Standing, BuildEnd, (False, True), (MOMENT, SECOND_TRY)
    ):
        if state is SUGGESTED and standing not in _OF_ISSUES:
            continue
        around = {"standing": standing, "build": build, "is_mended_elsewhere": is_mended, "since": since}
        after = follow_fix(seen(state, **around))
        assert may_move(state, after.state), around
        assert after.ends is (not MOVES[after.state])
        made[state].add(after.state)
    assert made == {state: MOVES[state] | {state} for state in STANDING}


def test_the_table_of_states() -> None:
    """Every state is in the table; what is over leads nowhere; the diagram has each move."""
    assert set(MOVES) == set(FixState)
    assert not may_move(MERGED, FIXED)
    assert AT_WORK.isdisjoint(OPEN)
    lines = diagram().splitlines()
    assert len(lines) == 2 + sum(map(len, MOVES.values()))
    assert "    proposed --> fixed" in lines
