"""`/backport` through the whole bot: a merged change carried over to other branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from tests.support.picking import LINES, RELEASE, Yard, picking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

HEAD = f"pilothouse/backport/{RELEASE}/pr-"


@pytest.fixture
async def yard(tmp_path: Path) -> AsyncIterator[Yard]:
    async with picking(tmp_path) as opened:
        yield opened


async def test_a_squashed_change_is_carried_over_alone_in_its_authors_name(yard: Yard) -> None:
    """What else happened on main stays there, and what happened on the release branch stays too."""
    yard.push("main", "Elsewhere", other="main only")
    yard.push(RELEASE, "Fix the release", app=LINES.replace("one", "ONE"))
    pull = yard.merged()
    answer = await yard.say(pull, f"/backport {RELEASE}")
    (made,) = yard.ours()
    assert f"[#{made.number}](" in answer
    assert (made.base_ref, made.head_ref) == (RELEASE, f"{HEAD}{pull.number}")
    assert made.issue.title == f"[{RELEASE}] Deepen five (#{pull.number})"
    assert f"#{pull.number}" in (made.issue.body or "")
    (commit,) = yard.commits_on(yard.branches[RELEASE], made.head_sha)
    assert commit.author.login == "eve"
    assert commit.message.splitlines()[0] == f"Deepen five (#{pull.number})"
    assert f"(cherry picked from commit {yard.branches['main']})" in commit.message
    assert yard.files(made.head_sha) == yard.files(yard.branches[RELEASE]) | {
        "app.txt": LINES.replace("one", "ONE").replace("five", "FIVE")
    }
    assert not [name for name in yard.branches if "scratch" in name]


async def test_a_rebased_pull_request_comes_over_commit_by_commit(yard: Yard) -> None:
    yard.push(RELEASE, "Fix the release", app=LINES.replace("nine", "NINE"))
    yard.push("work", "First", by="eve", app=LINES.replace("two", "TWO"))
    yard.push("work", "Second", by="bob", extra="new")
    pull = yard.open("work", "Two things")
    yard.push("main", "Meanwhile", other="x")
    yard.merge(pull, "rebase")
    await yard.say(pull, f"/backport {RELEASE}")
    (made,) = yard.ours()
    commits = yard.commits_on(yard.branches[RELEASE], made.head_sha)
    assert [(one.message.splitlines()[0], one.author.login) for one in commits] == [
        ("First", "eve"),
        ("Second", "bob"),
    ]
    assert "other.txt" not in yard.files(made.head_sha)
    assert yard.files(made.head_sha)["extra.txt"] == "new"


async def test_a_squash_of_several_commits_comes_over_as_one(yard: Yard) -> None:
    yard.push("work", "First", app=LINES.replace("two", "TWO"))
    yard.push("work", "Second", extra="new")
    pull = yard.open("work", "Two things")
    yard.merge(pull, "squash")
    await yard.say(pull, f"/backport {RELEASE}")
    (made,) = yard.ours()
    (commit,) = yard.commits_on(yard.branches[RELEASE], made.head_sha)
    assert commit.message.startswith(f"Two things (#{pull.number})")


async def test_a_merge_commit_comes_over_as_the_change_it_made(yard: Yard) -> None:
    """By its first parent: what main had before is no part of it."""
    yard.push("work", "First", by="eve", app=LINES.replace("two", "TWO"))
    yard.push("work", "Second", by="bob", extra="new")
    pull = yard.open("work", "Two things")
    yard.push("main", "Meanwhile", other="x")
    yard.merge(pull, "merge")
    await yard.say(pull, f"/backport {RELEASE}")
    (made,) = yard.ours()
    (commit,) = yard.commits_on(yard.branches[RELEASE], made.head_sha)
    assert (commit.message.splitlines()[0], commit.author.login) == (f"Two things (#{pull.number})", "eve")
    assert "Co-authored-by: bob" in commit.message
    files = yard.files(made.head_sha)
    assert (files["extra.txt"], "other.txt" in files) == ("new", False)


async def test_a_conflict_names_the_files_and_leaves_nothing_behind(yard: Yard) -> None:
    yard.push(RELEASE, "Shallow five", app=LINES.replace("five", "5"), other="x")
    pull = yard.merged(app=LINES.replace("five", "FIVE"), extra="new")
    before = dict(yard.branches)
    answer = await yard.say(pull, f"/backport {RELEASE}")
    assert "pick_conflict" in answer
    assert "- `app.txt`" in answer
    assert "`extra.txt`" not in answer, "only one side changed it"
    assert f"git cherry-pick -x {yard.branches['main']}" in answer
    assert yard.branches == before
    assert yard.ours() == []


async def test_nothing_is_built_of_what_is_gone_in_a_moment(yard: Yard) -> None:
    yard.push(RELEASE, "Fix the release", app=LINES.replace("one", "ONE"))
    pull = yard.merged()
    await yard.say(pull, f"/backport {RELEASE}")
    scratch = [one for one in yard.bot.hub.store.commits.values() if "Scratch" in one.message]
    assert len(scratch) == 2, "one side, and the merge"
    assert all("[skip ci]" in one.message for one in scratch)
    (made,) = yard.ours()
    assert "[skip ci]" not in yard.commit(made.head_sha).message


async def test_a_squash_under_the_last_commits_name_is_no_rebase(yard: Yard) -> None:
    """Then only what the base became is picked, not the commit before it too."""
    yard.push("main", "First", other="x")
    yard.push("work", "First", app=LINES.replace("two", "TWO"))
    yard.push("work", "Second", extra="new")
    pull = yard.open("work", "Two things")
    yard.merge(pull, "squash", title="Second", message="")
    await yard.say(pull, f"/backport {RELEASE}")
    (made,) = yard.ours()
    (commit,) = yard.commits_on(yard.branches[RELEASE], made.head_sha)
    assert commit.message.startswith("Second")
    assert "other.txt" not in yard.files(made.head_sha)


async def test_what_cannot_be_a_branch_is_refused_before_anything_is_read(yard: Yard) -> None:
    answer = await yard.say(yard.merged(), "/backport ../main")
    assert "branch_missing" in answer
    assert not [call for call in yard.bot.calls if call.operation.startswith("graphql")]


async def test_a_dry_run_says_what_would_be_and_makes_nothing(yard: Yard) -> None:
    yard.push("moved", "Fix the release", app=LINES.replace("one", "ONE"))
    pull = yard.merged()
    before = dict(yard.branches)
    answer = await yard.say(pull, f"/plan /backport {RELEASE} moved")
    assert "It would be carried out now" in answer
    assert f"`{RELEASE}`: nothing stands in its way" in answer
    assert "`moved`: the pull request would come from" in answer
    answer = await yard.say(pull, "/plan /backport gone")
    assert "There is no branch `gone`" in answer
    assert "a..b` cannot be a branch" in await yard.say(pull, "/plan /backport a..b")
    assert "is not merged" in await yard.say(yard.bot.pull, "/plan /revert")
    assert (yard.branches, yard.ours()) == (before, [])
    await yard.say(pull, f"/backport {RELEASE}")
    assert "is open already, and would stay" in await yard.say(pull, f"/plan /backport {RELEASE}")


async def test_of_several_branches_each_has_its_own_end(yard: Yard) -> None:
    yard.push("stuck", "Shallow five", app=LINES.replace("five", "5"))
    pull = yard.merged()
    answer = await yard.say(pull, f"/backport {RELEASE} gone stuck {RELEASE}")
    (made,) = yard.ours()
    assert f"[#{made.number}](" in answer
    assert "`gone`: there is no such branch" in answer
    assert "`stuck`: nothing was made" in answer


async def test_asked_again_it_points_at_what_is_open(yard: Yard) -> None:
    pull = yard.merged()
    await yard.say(pull, f"/backport {RELEASE}")
    answer = await yard.say(pull, f"/backport {RELEASE}")
    (made,) = yard.ours()
    assert "was open already" in answer
    assert f"[#{made.number}](" in answer


async def test_what_a_branch_has_already_is_not_proposed(yard: Yard) -> None:
    pull = yard.merged()
    yard.push(RELEASE, "By hand", app=LINES.replace("five", "FIVE"))
    answer = await yard.say(pull, f"/backport {RELEASE} main")
    assert f"`{RELEASE}`: has all of it" in answer
    assert "`main`: has all of it" in answer
    assert yard.ours() == []


async def test_who_may_not_write_backports_nothing(yard: Yard) -> None:
    pull = yard.merged()
    answer = await yard.say(pull, f"/backport {RELEASE}", by="mallory")
    assert "not_permitted" in answer
    assert yard.ours() == []


async def test_a_hostile_title_stays_a_title(yard: Yard) -> None:
    """Neither the description nor the answer mentions anybody because a title does."""
    pull = yard.merged("Thank @everyone <b>and</b> fix")
    answer = await yard.say(pull, f"/backport {RELEASE}")
    (made,) = yard.ours()
    assert "@everyone" not in (made.issue.body or "")
    assert "@everyone" not in answer
    assert "<b>" not in (made.issue.body or "") + answer


@pytest.mark.parametrize(
    "step", ["change 0", f"target 0 {RELEASE}", f"pick 0 {RELEASE}", f"open 0 {RELEASE}"]
)
async def test_a_crash_after_any_step_opens_one_pull_request(yard: Yard, step: str) -> None:
    yard.push(RELEASE, "Fix the release", app=LINES.replace("one", "ONE"))
    pull = yard.merged()
    yard.bot.engine.crash_in(step)
    await yard.say(pull, f"/backport {RELEASE}")
    (made,) = yard.ours()
    assert len(yard.commits_on(yard.branches[RELEASE], made.head_sha)) == 1
    assert not [name for name in yard.branches if "scratch" in name]


async def test_every_step_done_twice_opens_one_pull_request(tmp_path: Path) -> None:
    async with picking(tmp_path, repeat_every_step=True) as yard:
        yard.push(RELEASE, "Fix the release", app=LINES.replace("one", "ONE"))
        pull = yard.merged()
        await yard.say(pull, f"/backport {RELEASE}")
        (made,) = yard.ours()
        assert len(yard.commits_on(yard.branches[RELEASE], made.head_sha)) == 1
        assert not [name for name in yard.branches if "scratch" in name]


@pytest.mark.parametrize("path", [r"/merges$", r"/git/refs$", r"/git/commits$", r"/pulls$"])
@pytest.mark.parametrize("after", [True, False])
async def test_an_answer_that_is_lost_changes_nothing(yard: Yard, path: str, *, after: bool) -> None:
    yard.push(RELEASE, "Fix the release", app=LINES.replace("one", "ONE"))
    pull = yard.merged()
    yard.bot.hub.faults.add(Fault(kind="status", method="POST", path=path, count=1, after=after))
    await yard.say(pull, f"/backport {RELEASE}")
    (made,) = yard.ours()
    assert len(yard.commits_on(yard.branches[RELEASE], made.head_sha)) == 1
    assert yard.files(made.head_sha)["app.txt"] == LINES.replace("one", "ONE").replace("five", "FIVE")
    assert not [name for name in yard.branches if "scratch" in name]


async def test_a_github_that_stays_broken_is_told(yard: Yard) -> None:
    yard.push(RELEASE, "Fix the release", app=LINES.replace("one", "ONE"))
    pull = yard.merged()
    yard.bot.hub.faults.add(Fault(kind="status", method="POST", path=r"/merges$"))
    answer = await yard.say(pull, f"/backport {RELEASE}")
    assert "github_unavailable" in answer
    assert "it is unknown whether GitHub did repos/merge" in answer
    assert yard.ours() == []
    assert not [name for name in yard.branches if "scratch" in name]


async def test_a_branch_left_by_a_closed_attempt_is_used_again(yard: Yard) -> None:
    """The first pull request was closed, the branch went on, and somebody asks again."""
    pull = yard.merged()
    await yard.say(pull, f"/backport {RELEASE}")
    (first,) = yard.ours()
    first.issue.state = "closed"
    yard.push(RELEASE, "Fix the release", app=LINES.replace("one", "ONE"))
    await yard.say(pull, f"/backport {RELEASE}")
    _, second = yard.ours()
    assert yard.files(second.head_sha)["app.txt"] == LINES.replace("one", "ONE").replace("five", "FIVE")
