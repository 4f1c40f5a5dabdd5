"""The process dies in every step of a train: the same is merged, the same is blamed, and CI runs not once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.train import API, NEEDS_OLD, NEW, station

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.train import Station

pytestmark = pytest.mark.no_cover

STEPS = (
    "aboard",
    "left behind",
    "to come",
    "rails",
    "batch building",
    "build",
    "batch testing",
    "move 2",
    "look",
    "cause",
    "batch red",
    "weigh 2",
    "base",
    "merge 2",
    "batch green",
    "batch merged",
    "rerun",
    "move 3",
    "merge 4",
    "clear",
)
RUNS = 5  # all three, the first, the culprit with its two attempts as what is left of all three, the last


async def play(here: Station) -> None:
    """A good one, a culprit, a good one."""
    for branch, files in (("one", {"1.txt": "1"}), ("bad", {"2.txt": NEEDS_OLD}), ("two", {"3.txt": "1"})):
        here.open(branch, files)
    here.push_base({API: NEW})
    await here.tick()
    await here.ask((2, 3, 4))
    await here.arrive()
    assert [here.repository.pulls[number].merged for number in (2, 3, 4)] == [True, False, True]
    assert await here.harbour.standing(3) == "stopped train_red"
    assert here.harbour.merges() == 2
    assert not here.base_was_red
    assert not here.leftovers()


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_changes_nothing(tmp_path: Path, step: str) -> None:
    async with station(tmp_path) as here:
        here.harbour.bot.engine.crash_in(step)
        await play(here)
        assert not here.harbour.bot.engine.dies_after(step), "the step was never reached"
        assert len(here.batches) == RUNS


async def test_every_step_twice_changes_nothing(tmp_path: Path) -> None:
    async with station(tmp_path, repeat_every_step=True) as here:
        await play(here)
        assert len(here.batches) == RUNS


async def test_a_train_that_died_for_good_is_tidied_up_by_the_next(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        here.plays = lambda run: run.head_branch is None or not run.head_branch.startswith("pilothouse/")
        here.open("one", {"1.txt": "1"})
        await here.tick()
        await here.ask([2])
        await here.tick()
        engine = here.harbour.bot.engine
        (train,) = (
            run_id
            for run_id, run in engine.runs.items()
            if run.start.flow == "merge_train" and run.state == "waiting"
        )
        await engine.restart()
        engine.runs[train].state = "failed"
        here.plays = lambda _: True
        for _ in range(130):  # until its silence is long enough
            await here.tick()
        await here.harbour.say("/merge --when-green", number=2)
        await here.arrive()
        assert here.repository.pulls[2].merged
        assert not here.leftovers()
