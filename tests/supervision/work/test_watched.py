"""The watchdog has an agent's work looked after at its ticks: what is committed is pushed, what may not is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.driving_hosts import WAYS
from tests.support.sessions import Repository, git, need_tmux
from tests.support.watching import watched
from tests.support.working import TOKEN

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("way", WAYS)
async def test_commits_are_on_github_by_the_next_tick(tmp_path: Path, way: str) -> None:
    need_tmux()
    async with watched(tmp_path, way) as seen:
        repository = Repository(folder=tmp_path / "git", full_name="octo/harbour")
        await seen.configure("A1", push="act")
        head = repository.commit("one.txt", "1\n")
        await seen.tick()
        assert repository.has("a1") == head
        row = (await seen.rows())["A1"]
        assert (row.head, row.work) == (head, "1 commit of `a1` was pushed.")
        repository.commit("two.txt", f"{TOKEN}\n")
        for _ in range(3):  # it is told once
            await seen.tick()
        assert repository.has("a1") == head
        assert (await seen.rows())["A1"].work == "A secret stands in its commits, so nothing was pushed."
        happened = await seen.happened("A1")
        assert (happened.count("pushed"), happened.count("kept")) == (1, 1)


async def test_a_crash_at_any_step_leaves_no_commit_behind(tmp_path: Path) -> None:
    need_tmux()
    async with watched(tmp_path, repeat_every_step=True) as seen:
        repository = Repository(folder=tmp_path / "git", full_name="octo/harbour")
        await seen.configure("A1", push="act")
        for step in ("glance", "tend", "note work"):
            head = repository.commit("one.txt", f"{step}\n")
            seen.bot.engine.crash_in(step)
            await seen.tick(timedelta(minutes=31))
            assert not seen.bot.engine.crashes_due
            assert repository.has("a1") == head, step
            assert (await seen.rows())["A1"].head == head
            assert git(repository.tree, "status", "--porcelain") == ""
