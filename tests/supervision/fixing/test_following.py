"""A proposed fix is followed: its own build decides, what people do to it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.reasons import Reason
from bot.localhub.state import issues, pulls
from bot.supervision.fixing.model import FixState
from tests.support.breaking import BAD, breaking

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.breaking import Breaking

OTHER = "other.txt:1:1: W291 It is other\nFound 1 error."
ONCE = ", tries: 1"


@pytest.mark.parametrize("repeat", [False, True])
async def test_a_fix_that_is_none(tmp_path: Path, *, repeat: bool) -> None:
    """A fix whose own build still has the failure is said to be none, closed, and its branch removed."""
    async with breaking(tmp_path, repeat_every_step=repeat, more=ONCE) as here:
        fix = await here.propose()
        number = fix.number or 0
        await here.build(BAD, fix.head_ref)
        (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (FixState.FAILED, Reason.FIX_STILL_RED)
        assert here.bot.repository.pulls[number].issue.state == "open"
        (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (FixState.CLOSED, Reason.FIX_STILL_RED)
        assert fix.ended_at is not None
        still, last = here.said(number)
        assert "still has the failure, so this is no fix:\n\n- [`lint`](" in still
        assert last.endswith("No other try follows, so this is closed. A person has to mend the failure.")
        assert here.bot.repository.pulls[number].issue.state == "closed"
        assert fix.head_ref not in here.bot.repository.branches
        assert len(await here.tick()) == 1  # and it is not tried again


async def test_a_fix_that_breaks_something_else(tmp_path: Path) -> None:
    """A fix in whose build the same tool complains of something else is none either."""
    async with breaking(tmp_path, more=ONCE) as here:
        fix = await here.propose()
        await here.build(OTHER, fix.head_ref)
        (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (FixState.FAILED, Reason.FIX_STILL_RED)
        assert "fails where it passed before" in here.said(fix.number or 0)[0]


async def test_a_fix_whose_build_does_not_begin(tmp_path: Path) -> None:
    """Where no build of a fix begins, that is said once and nothing is concluded."""
    async with breaking(tmp_path) as here:
        fix = await here.propose()
        for _ in range(4):
            (fix,) = await here.tick()
        assert fix.state is FixState.PROPOSED
        (said,) = here.said(fix.number or 0)
        assert "No build of CI has begun here for 30 minutes" in said


def merge(here: Breaking, number: int) -> None:
    """This function will merge a pull request as a person does."""
    bot = here.bot
    pulls.merge(bot.hub.store, bot.repository, bot.repository.pulls[number], sender=bot.ada)


def close(here: Breaking, number: int) -> None:
    """This function will close a pull request as a person does."""
    bot = here.bot
    issues.set_state(bot.hub.store, bot.repository, bot.repository.issues[number], "closed", bot.ada)


def delete(here: Breaking, number: int) -> None:
    """This function will delete a pull request's branch as a person does."""
    bot = here.bot
    head = bot.repository.pulls[number].head_ref
    pulls.delete_branch(bot.hub.store, bot.repository, head, bot.ada)


@pytest.mark.parametrize(
    ("act", "state", "reason"),
    [
        (merge, FixState.MERGED, ""),
        (close, FixState.CLOSED, Reason.FIX_CLOSED),
        (delete, FixState.CLOSED, Reason.FIX_CLOSED),
    ],
)
async def test_people_are_respected(tmp_path: Path, act: object, state: FixState, reason: str) -> None:
    """What a person merges, closes or deletes is over: nothing is said, opened or tried again."""
    assert callable(act)
    async with breaking(tmp_path) as here:
        fix = await here.propose()
        act(here, fix.number)
        await here.bot.settle()
        (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (state, reason)
        assert fix.ended_at is not None
        assert here.said(fix.number or 0) == []
        assert len(await here.tick()) == 1
        assert len(here.pulls) == 1


async def test_a_failure_that_comes_back(tmp_path: Path) -> None:
    """What a person declined is left alone while the branch is red, and is another failure once it was green."""
    async with breaking(tmp_path, conduct="observe") as here:
        fix = await here.propose()
        close(here, fix.number or 0)
        await here.bot.settle()
        (fix,) = await here.tick()
        assert fix.reason == Reason.FIX_CLOSED
        await here.build(BAD)
        assert len(await here.tick()) == 1
        assert (await here.decided()).reason == Reason.FIX_CLOSED
        await here.build()
        here.push({"code.txt": "bad again\n"})
        await here.build(BAD)
        _, fix = await here.tick()
        assert fix.reason == Reason.ONLY_OBSERVED
        assert fix.round == 1


async def test_a_fix_that_somebody_took_over(tmp_path: Path) -> None:
    """Once somebody else has pushed to a fix, it is theirs: whatever its build says, the bot leaves it alone."""
    async with breaking(tmp_path, more=ONCE) as here:
        fix = await here.propose()
        theirs = here.push({"code.txt": "better\n"}, fix.head_ref)
        await here.build(BAD, fix.head_ref)
        (fix,) = await here.tick(timedelta(hours=30))
        assert fix.state is FixState.PROPOSED
        assert here.said(fix.number or 0) == []
        assert here.bot.repository.branches[fix.head_ref] == theirs


async def test_a_branch_that_was_mended_otherwise(tmp_path: Path) -> None:
    """Once the branch is green without it, a fix is closed and says so."""
    async with breaking(tmp_path) as here:
        fix = await here.propose()
        here.push({"code.txt": "good\n"})
        await here.build()
        (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (FixState.CLOSED, Reason.BUILD_GREEN)
        (said,) = here.said(fix.number or 0)
        assert said.endswith("The newest build of CI on `main` is green, so this is not needed any more.")
        assert fix.head_ref not in here.bot.repository.branches


@pytest.mark.parametrize("step", ["say", "close", "save"])
async def test_a_crash_while_it_is_closed(tmp_path: Path, step: str) -> None:
    """Killed at any step, a fix is closed once, says so once, and no person is taken to have closed it."""
    async with breaking(tmp_path) as here:
        fix = await here.propose()
        here.push({"code.txt": "good\n"})
        await here.build()
        name = {"say": f"say not needed {fix.id}"}.get(step, f"{step} {fix.id}")
        here.bot.engine.crash_in(name)
        (fix,) = await here.tick()
        assert here.bot.engine.crashes_due == ()
        assert (fix.state, fix.reason) == (FixState.CLOSED, Reason.BUILD_GREEN)
        assert len(here.said(fix.number or 0)) == 1


async def test_a_try_whose_run_was_lost(tmp_path: Path) -> None:
    """A try whose run ended without saying how does not keep others from being begun for ever."""
    async with breaking(tmp_path, conduct="observe") as here:
        await here.build(BAD)
        (observed,) = await here.tick()
        assert (observed.state, observed.reason) == (FixState.REFUSED, Reason.ONLY_OBSERVED)
        await here.lose(observed)
        found = {fix.id: fix for fix in await here.tick(timedelta(hours=3))}
        lost = found["lost"]
        assert (lost.state, lost.reason) == (FixState.UNKNOWN, Reason.BOT_FAILED)
