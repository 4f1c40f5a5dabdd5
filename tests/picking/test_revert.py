"""`/revert` through the whole bot: a merged change taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.picking import LINES, Yard, picking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def yard(tmp_path: Path) -> AsyncIterator[Yard]:
    async with picking(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
async def test_a_change_is_taken_back_however_it_was_merged(yard: Yard, method: str) -> None:
    """And what came after it stays."""
    before = yard.files(yard.branches["main"])
    pull = yard.merged(method=method, app=LINES.replace("five", "FIVE"), extra="new")
    merged = yard.branches["main"]
    yard.push("main", "Later", app=LINES.replace("five", "FIVE").replace("nine", "NINE"), later="x")
    answer = await yard.say(pull, "/revert")
    (made,) = yard.ours()
    assert f"[#{made.number}](" in answer
    assert (made.issue.title, made.base_ref) == ('Revert "Deepen five"', "main")
    (commit,) = yard.commits_on(yard.branches["main"], made.head_sha)
    assert f"This reverts commit {merged}." in commit.message
    assert f"Reverts #{pull.number}" in commit.message
    expected = before | {"app.txt": LINES.replace("nine", "NINE"), "later.txt": "x"}
    assert yard.files(made.head_sha) == expected
    assert not [name for name in yard.branches if "scratch" in name]


async def test_right_after_the_merge_no_merging_is_needed(yard: Yard) -> None:
    before = yard.files(yard.branches["main"])
    pull = yard.merged()
    await yard.say(pull, "/revert")
    (made,) = yard.ours()
    assert yard.files(made.head_sha) == before
    assert not [call for call in yard.bot.calls if call.operation == "repos/merge"]


async def test_a_rebase_is_taken_back_as_a_whole(yard: Yard) -> None:
    before = yard.files(yard.branches["main"])
    yard.push("work", "First", app=LINES.replace("two", "TWO"))
    yard.push("work", "Second", app=LINES.replace("two", "2"), extra="new")
    pull = yard.open("work", "Two things")
    yard.merge(pull, "rebase")
    await yard.say(pull, "/revert")
    (made,) = yard.ours()
    assert yard.files(made.head_sha) == before
    (commit,) = yard.commits_on(yard.branches["main"], made.head_sha)
    assert commit.message.count("This reverts commit") == 2


async def test_what_was_built_upon_is_not_taken_back_by_guessing(yard: Yard) -> None:
    pull = yard.merged()
    yard.push("main", "Build on it", app=LINES.replace("five", "FIVE and a half"))
    before = dict(yard.branches)
    answer = await yard.say(pull, "/revert")
    assert "pick_conflict" in answer
    assert "- `app.txt`" in answer
    assert "git revert" in answer
    assert yard.branches == before
    assert yard.ours() == []


async def test_what_is_gone_already_is_not_taken_back_again(yard: Yard) -> None:
    pull = yard.merged()
    yard.push("main", "By hand", app=LINES)
    answer = await yard.say(pull, "/revert")
    assert "has nothing of it any more" in answer
    assert yard.ours() == []


async def test_what_is_not_merged_is_not_taken_back(yard: Yard) -> None:
    assert "not_merged" in await yard.say(yard.bot.pull, "/revert")
    assert yard.ours() == []


async def test_the_revert_of_a_revert_is_the_change_again(yard: Yard) -> None:
    pull = yard.merged()
    after = yard.files(yard.branches["main"])
    await yard.say(pull, "/revert")
    (back,) = yard.ours()
    yard.merge(back)
    await yard.say(back, "/revert")
    _, again = yard.ours()
    assert again.issue.title == 'Reapply "Deepen five"'
    assert yard.files(again.head_sha) == after


@pytest.mark.parametrize("step", ["change 0", "target 0 main", "pick 0 main", "open 0 main"])
async def test_a_crash_after_any_step_opens_one_pull_request(yard: Yard, step: str) -> None:
    pull = yard.merged()
    yard.push("main", "Later", later="x")
    yard.bot.engine.crash_in(step)
    await yard.say(pull, "/revert")
    (made,) = yard.ours()
    assert len(yard.commits_on(yard.branches["main"], made.head_sha)) == 1
    assert not [name for name in yard.branches if "scratch" in name]
