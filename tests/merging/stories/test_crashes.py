"""The process dies after any step of the longer stories, and nothing happens twice, too early or never."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import merge_queue
from tests.support.merging import harbour

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.merging import Harbour

pytestmark = pytest.mark.no_cover

LABELLED = """\
merge:
  checks: [test]
  label: automerge
  up_to_date: true
  delete_branch: true
"""


async def by_label(here: Harbour) -> None:
    """Label, update, push over, merge, tidy up; the process is started anew after each."""
    here.configure(LABELLED)
    here.green()
    await here.later()
    here.label("automerge")
    for _ in range(4):
        await here.later()
        await here.bot.engine.restart()
        if not here.pull.merged:
            here.green()
    await here.later(timedelta(minutes=2))


@pytest.mark.parametrize(
    "step", ["wanted", "look 1", "update 1", "pushed", "merge 1", "tidy 1", "places", "depending", "trains"]
)
async def test_a_labelled_pull_request_is_updated_and_merged_once(tmp_path: Path, step: str) -> None:
    async with harbour(tmp_path) as here:
        here.bot.engine.crash_in(step)
        await by_label(here)
        assert not here.bot.engine.dies_after(step), "this step never happened"
        assert (here.pull.merged, here.merges()) == (True, 1)
        assert sum(call.operation == "pulls/update-branch" for call in here.bot.calls) == 1
        assert "feature" not in here.bot.repository.branches
        assert [one.conclusion for one in here.shown()] == ["cancelled", "success"]


async def test_a_labelled_pull_request_where_every_step_happens_twice(tmp_path: Path) -> None:
    async with harbour(tmp_path, repeat_every_step=True) as here:
        await by_label(here)
        assert (here.pull.merged, here.merges()) == (True, 1)
        assert sum(call.operation == "pulls/update-branch" for call in here.bot.calls) == 1


@pytest.mark.parametrize("step", ["enqueue 1", "settle 1", "hold 0", "unhold 0", "look 1"])
async def test_a_queued_pull_request_is_held_and_let_go(tmp_path: Path, step: str) -> None:
    async with harbour(tmp_path) as here:
        here.give_queue()
        here.green()
        await here.later()
        here.bot.engine.crash_in(step)
        for line in ("/merge --when-green", "/hold", "/unhold"):
            await here.say(line)
            await here.bot.engine.restart()
            await here.bot.settle()
        assert not here.bot.engine.dies_after(step), "this step never happened"
        assert await here.standing() == "queued in_merge_queue"
        here.answer_group()
        await here.bot.settle()
        assert here.pull.merged
        assert merge_queue.entry_of(here.bot.repository, here.pull) is None


@pytest.mark.parametrize("step", ["wish 0", "cancel 0", "places"])
async def test_a_wish_is_taken_back_for_good(tmp_path: Path, step: str) -> None:
    async with harbour(tmp_path) as here:
        run = here.begin()
        await here.say("/merge --when-green")
        here.bot.engine.crash_in(step)
        await here.say("/merge --cancel")
        await here.bot.engine.restart()
        here.end(run)
        await here.later()
        assert not here.bot.engine.dies_after(step), "this step never happened"
        assert not here.pull.merged
        assert await here.standing() == "withdrawn withdrawn"
        assert "**succeeded**" in here.answers()[1]


@pytest.mark.parametrize("crashes", range(4))
async def test_a_hold_takes_it_out_of_the_queue_wherever_the_process_dies(
    tmp_path: Path, crashes: int
) -> None:
    """A look that saved how the wish stands and died must not forget that GitHub would still merge it."""
    async with harbour(tmp_path) as here:
        here.give_queue()
        here.green()
        await here.later()
        await here.say("/merge --when-green")
        for _ in range(crashes):
            here.bot.engine.crash_in("look 1")
        await here.say("/hold")
        for _ in range(crashes):
            await here.bot.engine.restart()
            await here.bot.settle()
        assert merge_queue.entry_of(here.bot.repository, here.pull) is None
        assert await here.standing() == "waiting held"
        assert "**waiting** · `held`" in here.answers()[0]


@pytest.mark.parametrize("step", ["look 1", "pushed", "standing", "ask"])
async def test_whoever_asked_is_told_wherever_the_process_dies(tmp_path: Path, step: str) -> None:
    async with harbour(tmp_path) as here:
        here.begin()
        await here.say("/merge --when-green")
        here.bot.engine.crash_in(step)
        if step == "pushed":
            here.push(by="tess")
        else:
            here.bot.clock.advance(timedelta(seconds=1))
            await here.say("/merge", by="bob")
        await here.bot.settle()
        await here.bot.engine.restart()
        await here.bot.settle()
        assert not here.bot.engine.dies_after(step), "this step never happened"
        first = "`head_moved`" if step == "pushed" else "`bob` asked anew"
        assert first in here.answers()[0]
        assert "**refused**" in here.answers()[-1]
