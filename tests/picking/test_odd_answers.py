"""What GitHub should not say of a merge, and may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.errors import Unavailable, Unexpected
from bot.github.models import Sha
from bot.picking.merging import put_together
from bot.picking.model import Side, ThreeWay
from bot.picking.reading import read_change
from tests.support.raw_github import PULL, REPO, REPOSITORY, Answer, raw_bench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.raw_github import Bench

OURS, THEIRS, BASE = Sha("a" * 40), Sha("b" * 40), Sha("c" * 40)
WAY = ThreeWay(base=BASE, base_tree="0", ours=Side(tree="1"), theirs=Side(tree="2", sha=THEIRS))
COMMIT = {
    "sha": OURS,
    "tree": {"sha": "1"},
    "author": {"name": "Ada", "email": "a@b.c", "date": "2026-01-01T00:00:00Z"},
    "committer": {"name": "Ada", "email": "a@b.c", "date": "2026-01-01T00:00:00Z"},
}
SCRATCH = {"ref": "refs/heads/scratch", "object": {"sha": OURS, "type": "commit"}}


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with raw_bench() as made:
        yield made


async def test_a_merge_in_which_github_finds_nothing_is_no_result(bench: Bench) -> None:
    """Each side has a commit that the other lacks, so there is always something."""
    bench.server.answer("POST", f"{REPO}/git/commits", Answer(COMMIT, 201))
    bench.server.answer("GET", f"{REPO}/git/ref/heads/scratch", Answer(SCRATCH))
    bench.server.answer("POST", f"{REPO}/merges", Answer(None, 204))
    with pytest.raises(Unexpected, match="nothing to merge"):
        await put_together(bench.github.repository(REPOSITORY), "scratch", WAY)


async def test_a_merged_pull_request_without_a_commit_is_not_called_unmerged(bench: Bench) -> None:
    """The two APIs need not tell the same moment."""
    bench.server.answer("GET", f"{REPO}/pulls/3", Answer(PULL | {"merged": True}))
    standing = {
        "id": "PR_3",
        "merged": False,
        "commits": {"totalCount": 1},
        "reviewThreads": {"totalCount": 0, "nodes": []},
    }
    answer = {"data": {"repository": {"pullRequest": standing}}}
    bench.server.answer("POST", "/graphql", Answer(answer))
    with pytest.raises(Unavailable, match="which commit #3 became"):
        await read_change(bench.github.repository(REPOSITORY), 3)
