"""Commits in which a secret stands, or that nobody can look through, stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sessions import git
from tests.support.working import TOKEN, noise

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.working import Bench

pytestmark = pytest.mark.no_cover


async def test_a_secret_in_a_commit_keeps_all_of_them_here(work: Bench) -> None:
    """It was taken out again, and yet it would be pushed with its commit."""
    work.repository.commit("settings.py", f"TOKEN = {TOKEN!r}\n")
    work.repository.commit("settings.py", "TOKEN = None\n")
    work.repository.commit("three.txt", "3\n")
    assert (await work.push()).kept == ("A secret stands in its commits, so nothing was pushed.",)
    assert work.repository.has("a1") == ""


async def test_a_secret_that_is_taken_out_may_go(near: Bench) -> None:
    """The remote has it already; only without it is it better off."""
    near.repository.commit("settings.py", f"TOKEN = {TOKEN!r}\n")
    git(near.tree, "push", "--quiet", "origin", "a1")
    near.repository.commit("settings.py", "TOKEN = None\n")
    assert (await near.push()).text == "1 commit of `a1` was pushed."


def _as_binary(work: Bench) -> None:
    """As in https://github.com/vanillagreencom/kendex/pull/1844."""
    work.repository.commit(".gitattributes", "*.dat -diff\n* -text\n")
    work.repository.commit("one.dat", f"\x00\x01{TOKEN}\n")


def _in_a_message(work: Bench) -> None:
    git(work.tree, "commit", "--quiet", "--allow-empty", "--message", f"Try\n\n- {TOKEN}")


def _in_utf16(work: Bench) -> None:
    """As in https://github.com/GitGuardian/ggshield/pull/1525."""
    work.write("one.txt", TOKEN.encode("utf-16"))
    git(work.tree, "add", "one.txt")
    git(work.tree, "commit", "--quiet", "--message", "Write")


def _in_a_merge(work: Bench) -> None:
    work.repository.commit("one.txt", "1\n")
    git(work.tree, "switch", "--quiet", "--create", "side", "main")
    work.repository.commit("two.txt", "2\n")
    git(work.tree, "switch", "--quiet", "a1")
    git(work.tree, "merge", "--quiet", "--no-ff", "--no-commit", "side")
    work.write("one.txt", f"{TOKEN}\n")
    git(work.tree, "add", "one.txt")
    git(work.tree, "commit", "--quiet", "--message", "Merge")


def _by_a_replacement(work: Bench) -> None:
    """As in https://github.com/gittuf/gittuf/pull/1499."""
    clean = work.repository.commit("one.txt", "1\n")
    git(work.tree, "reset", "--quiet", "--hard", "HEAD~1")
    leaking = work.repository.commit("one.txt", f"{TOKEN}\n")
    git(work.tree, "replace", leaking, clean)


def _after_a_carriage_return(work: Bench) -> None:
    work.repository.commit("one.txt", f"+1\r-{TOKEN}\r")


def _in_a_name(work: Bench) -> None:
    work.repository.commit(TOKEN, "1\n")


def _behind_a_deleted_branch(work: Bench) -> None:
    """What the tree remembers of the remote is not what the remote has."""
    work.repository.commit("one.txt", f"{TOKEN}\n")
    git(work.tree, "push", "--quiet", "origin", "a1:leaked")
    git(work.tree, "fetch", "--quiet", "origin")
    git(work.repository.bare, "update-ref", "-d", "refs/heads/leaked")
    work.repository.commit("one.txt", "1\n")


@pytest.mark.parametrize(
    "hide",
    [
        pytest.param(_as_binary, id="in what is said to be binary"),
        pytest.param(_in_a_message, id="in a commit's message"),
        pytest.param(_in_utf16, id="in two bytes for each letter"),
        pytest.param(_in_a_merge, id="in a merge alone"),
        pytest.param(_by_a_replacement, id="behind a replacement"),
        pytest.param(_after_a_carriage_return, id="after a carriage return"),
        pytest.param(_in_a_name, id="in a file's name"),
        pytest.param(_behind_a_deleted_branch, id="on a branch that the remote has no more"),
    ],
)
async def test_a_secret_is_found_wherever_it_stands(near: Bench, hide: Callable[[Bench], None]) -> None:
    hide(near)
    assert (await near.push()).text == "A secret stands in its commits, so nothing was pushed."
    assert near.repository.has("a1") == ""


async def test_changes_that_are_too_large_to_look_through_stay(near: Bench) -> None:
    near.write("noise", noise(1_000_000))
    git(near.tree, "add", "noise")
    git(near.tree, "commit", "--quiet", "--message", "Record")
    pushed = await near.push()
    assert pushed.kept == (
        "1 commit of `a1` could not be looked through for secrets, so nothing was pushed.",
    )
    assert near.repository.has("a1") == ""


async def test_changes_of_many_parts_are_looked_through_whole(work: Bench) -> None:
    lines = noise(40_000).hex("\n", 20)
    work.repository.commit("noise.txt", f"{lines}\n{TOKEN}\n")
    assert (await work.push()).text == "A secret stands in its commits, so nothing was pushed."
    git(work.tree, "reset", "--quiet", "--hard", "main")
    work.repository.commit("noise.txt", lines)
    assert (await work.push()).pushed == 1
