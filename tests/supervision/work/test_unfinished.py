"""Nothing is committed into what an agent, or git, is in the middle of."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.sessions import git

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.working import Bench


def _merging(work: Bench) -> None:
    git(work.tree, "switch", "--quiet", "--create", "side", "main")
    work.repository.commit("two.txt", "2\n")
    git(work.tree, "switch", "--quiet", "a1")
    work.repository.commit("one.txt", "1\n")
    git(work.tree, "merge", "--quiet", "--no-ff", "--no-commit", "side")


def _bisecting(work: Bench) -> None:
    git(work.tree, "bisect", "start")


def _rebasing(work: Bench) -> None:
    (work.tree / ".git" / "rebase-merge").mkdir()


def _conflicting(work: Bench) -> None:
    """Of a stash nothing tells but the index."""
    work.write("README.md", "mine\n")
    git(work.tree, "stash", "--quiet")
    work.repository.commit("README.md", "theirs\n")
    with pytest.raises(subprocess.CalledProcessError):
        git(work.tree, "stash", "pop")


@pytest.mark.parametrize("begin", [_merging, _bisecting, _rebasing, _conflicting])
async def test_nothing_is_committed_into_something_unfinished(
    near: Bench, begin: Callable[[Bench], None]
) -> None:
    begin(near)
    near.write("new.txt")
    before = near.head
    told = "A merge, a rebase or the like is not finished in its work tree, so nothing was committed."
    assert told in (await near.tend()).kept
    assert near.head == before


async def test_while_something_works_in_the_index_nothing_is_committed(near: Bench) -> None:
    near.write("new.txt")
    lock = near.tree / ".git" / "index.lock"
    lock.touch()
    assert (await near.tend()).kept == ("Something works in its git index, so nothing was committed.",)
    assert lock.exists()
    lock.unlink()
    assert (await near.tend()).committed == ("`new.txt`",)
