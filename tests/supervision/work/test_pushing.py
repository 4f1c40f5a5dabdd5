"""Real commits of a real work tree are pushed, or stay, in both ways of reaching its host."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.config.supervising import Conduct
from bot.supervision.work.pushing import push
from tests.support.sessions import git
from tests.support.working import TERMS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.working import Bench


async def test_commits_are_pushed_to_their_own_branch(work: Bench) -> None:
    repository = work.repository
    repository.commit("one.txt", "1\n")
    head = repository.commit("two.txt", "2\n")
    pushed = await work.push()
    assert (pushed.text, pushed.head, pushed.pushed) == ("2 commits of `a1` were pushed.", head, 2)
    assert repository.has("a1") == head
    again = await work.push()
    assert (again.text, again.head, again.pushed) == ("", head, 0)
    later = repository.commit("three.txt", "3\n")
    assert (await work.push()).text == "1 commit of `a1` was pushed."
    assert repository.has("a1") == later


async def test_the_tree_knows_what_was_pushed(near: Bench) -> None:
    """As after its own push: whoever works there is not told to push once more."""
    near.repository.commit("one.txt", "1\n")
    await near.push()
    assert git(near.tree, "rev-parse", "refs/remotes/origin/a1") == near.head


async def test_nothing_goes_to_the_default_branch(work: Bench) -> None:
    git(work.tree, "switch", "--quiet", "main")
    before = work.repository.has("main")
    work.repository.commit("one.txt", "1\n")
    pushed = await work.push()
    assert pushed.kept == (
        "Its work tree is on the default branch, to which nothing is committed or pushed.",
    )
    assert work.repository.has("main") == before


async def test_another_history_is_never_overwritten(work: Bench) -> None:
    repository = work.repository
    repository.commit("one.txt", "1\n")
    await work.push()
    there = repository.has("a1")
    git(repository.tree, "reset", "--quiet", "--hard", "HEAD~1")
    repository.commit("one.txt", "another\n")
    assert (await work.push()).text == "Its branch and the remote's have parted, so nothing was pushed."
    assert repository.has("a1") == there


async def test_what_somebody_else_pushed_there_is_not_overwritten(near: Bench, tmp_path: Path) -> None:
    near.repository.commit("one.txt", "1\n")
    await near.push()
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", "--branch", "a1", str(near.repository.bare), str(other))
    git(other, "commit", "--quiet", "--allow-empty", "--message", "By another")
    git(other, "push", "--quiet", "origin", "a1")
    assert (await near.push()).text == ""  # it has nothing that the remote lacks
    near.repository.commit("two.txt", "2\n")
    assert "have parted" in (await near.push()).text
    assert near.repository.has("a1") == git(other, "rev-parse", "HEAD")


async def test_a_branch_that_was_taken_away_after_its_merge_stays_away(near: Bench) -> None:
    """Only what is newer brings it back."""
    near.repository.commit("one.txt", "1\n")
    await near.push()
    git(near.repository.bare, "update-ref", "-d", "refs/heads/a1")
    assert (await near.push()).text == ""
    near.repository.commit("two.txt", "2\n")
    assert (await near.push()).pushed > 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("checkout", "--quiet", "--detach"),
            "Its work tree is on no branch, so nothing is committed or pushed.",
        ),
        (("remote", "remove", "origin"), "Its branch has no remote, so nothing was pushed."),
        (
            ("remote", "set-url", "origin", "/no/such/acme/rocket.git"),
            "Its remote could not be reached, so nothing was pushed: fatal: '/no/such/acme/rocket.git' does not",
        ),
        (
            ("remote", "set-url", "--add", "--push", "origin", "/no/such/acme/boat.git"),
            "Its remote is another repository, so nothing was pushed.",
        ),
        (("config", "core.worktree", "/etc"), "1 commit of `a1` was pushed."),
    ],
)
async def test_what_stands_in_the_way_is_told(near: Bench, arguments: tuple[str, ...], told: str) -> None:
    near.repository.commit("one.txt", "1\n")
    git(near.tree, *arguments)
    assert (await near.push()).text.startswith(told)


async def test_a_remote_of_two_addresses_is_not_pushed_to(near: Bench) -> None:
    """Only one of them would be looked at."""
    near.repository.commit("one.txt", "1\n")
    for address in (near.repository.bare, "/no/such/elsewhere.git"):
        git(near.tree, "remote", "set-url", "--add", "--push", "origin", str(address))
    assert (await near.push()).text == "Its remote has several addresses, so nothing was pushed."


async def test_another_repository_is_not_pushed_to(near: Bench) -> None:
    near.repository.commit("one.txt", "1\n")
    other = replace(near, full_name="acme/boat")
    assert (await other.push()).text == "Its remote is another repository, so nothing was pushed."
    assert near.repository.has("a1") == ""


async def test_another_branch_than_the_configured_one_is_not_pushed(near: Bench) -> None:
    near.repository.commit("one.txt", "1\n")
    told = "Its work tree is on `a1` and not on `agents/a1`, so nothing was pushed."
    assert (await near.push(branch="agents/a1")).text == told
    assert (await near.push(branch="a1")).pushed == 1


@pytest.mark.parametrize(
    ("conduct", "text", "suggested"),
    [
        (Conduct.OBSERVE, "1 commit of `a1` is not pushed.", ()),
        (Conduct.SUGGEST, "1 commit of `a1` would be pushed.", ("1 commit of `a1` would be pushed.",)),
    ],
)
async def test_who_may_not_act_only_says_so(
    near: Bench, conduct: Conduct, text: str, suggested: tuple[str, ...]
) -> None:
    near.repository.commit("one.txt", "1\n")
    pushed = await near.push(push=conduct)
    assert (pushed.text, pushed.suggested) == (text, suggested)
    assert near.repository.has("a1") == ""


async def test_a_folder_that_is_none_of_gits_is_told(work: Bench) -> None:
    shutil.rmtree(work.tree / ".git")
    assert (await work.push()).text == "Its work tree is none of git's."
    shutil.rmtree(work.tree)
    assert (await work.push()).text == "Its work tree is none of git's."


async def test_a_folder_inside_of_another_tree_is_no_tree(near: Bench) -> None:
    inner = near.tree / "inner"
    inner.mkdir()
    near.repository.commit("one.txt", "1\n")
    moved = replace(near.work_tree(), folder=str(inner))
    assert (await push(moved, TERMS)).text == "Its work tree is none of git's."


async def test_a_work_tree_beside_the_first_one_is_pushed_too(near: Bench, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    git(near.tree, "worktree", "add", "--quiet", "-b", "a2", str(beside))
    git(beside, "commit", "--quiet", "--allow-empty", "--message", "Go on")
    assert (
        await push(replace(near.work_tree(), folder=str(beside)), TERMS)
    ).text == "1 commit of `a2` was pushed."


async def test_a_shallow_tree_is_pushed_too(near: Bench, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    near.repository.commit("one.txt", "1\n")
    await near.push()
    git(
        tmp_path,
        "clone",
        "--quiet",
        "--depth=1",
        "--branch=a1",
        f"file://{near.repository.bare}",
        str(shallow),
    )
    git(shallow, "commit", "--quiet", "--allow-empty", "--message", "Go on")
    assert (
        await push(replace(near.work_tree(), folder=str(shallow)), TERMS)
    ).text == "1 commit of `a1` was pushed."


async def test_a_remote_that_refuses_is_quoted(work: Bench) -> None:
    """As GitHub does it of a protected branch."""
    hook = work.repository.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho '@everyone the quay is closed'\nexit 1\n")
    hook.chmod(0o755)
    work.repository.commit("one.txt", "1\n")
    said = (await work.push()).text
    assert "1 commit of `a1` could not be pushed" in said
    assert "the quay is closed" in said
    assert "@everyone" not in said


async def test_two_looks_at_once_push_once(near: Bench) -> None:
    near.repository.commit("one.txt", "1\n")
    told = [each.text for each in await asyncio.gather(near.push(), near.push())]
    assert "1 commit of `a1` was pushed." in told
    assert near.repository.has("a1") == near.head
