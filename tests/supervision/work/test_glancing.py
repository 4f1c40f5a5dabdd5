"""Many work trees are looked at in one call, and only those with something to do are looked after."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING

import pytest

from bot.supervision.hosts.model import Result, Unknown
from bot.supervision.work.glancing import glance
from tests.support.sessions import git
from tests.support.working import QUIET, TERMS, bench

if TYPE_CHECKING:
    from bot.supervision.hosts.model import Host, Order
    from tests.support.working import Bench


@dataclass
class Counting:
    """A host that counts what it is asked."""

    host: Host
    count: int = 0

    async def run(self, order: Order) -> Result | Unknown:
        """This function will run the program, and count it."""
        self.count += 1
        return await self.host.run(order)


@dataclass
class Answering:
    """A host that gives one answer to everything."""

    answer: Result | Unknown

    async def run(self, order: Order) -> Result | Unknown:
        """This function will run nothing."""
        del order
        return self.answer


async def test_a_tree_looks_of_nothing_until_there_is_something(work: Bench) -> None:
    assert await work.look() == ""
    head = work.repository.commit("one.txt", "1\n")
    assert await work.look() == f"{head} 1 0"
    await work.push()
    assert await work.look() == ""
    work.write("new.txt")
    assert await work.look(quiet=QUIET) == ""  # somebody is at it
    first = await work.look()
    assert first is not None
    assert first.startswith(f"{head} 0 ")
    work.write("new.txt", "more\n")
    assert await work.look() not in {first, ""}


async def test_all_trees_of_a_host_take_one_call(near: Bench, tmp_path: Path) -> None:
    folders = [str(near.tree)]
    for number in range(6):
        folders.append(str(tmp_path / f"tree-{number}"))
        git(near.tree, "worktree", "add", "--quiet", "-b", f"b{number}", folders[-1])
    git(tmp_path / "tree-3", "commit", "--quiet", "--allow-empty", "--message", "Go on")
    git(tmp_path / "tree-5", "checkout", "--quiet", "--detach")
    host = Counting(near.host)
    looks = await glance(host, "main", dict.fromkeys([*folders, str(tmp_path / "none")], TERMS))
    assert not isinstance(looks, Unknown)
    assert host.count == 1
    done = {folder: look for folder, look in looks.items() if look}
    assert done == {
        folders[4]: f"{git(tmp_path / 'tree-3', 'rev-parse', 'HEAD')} 1 0",
        folders[6]: "detached",
        str(tmp_path / "none"): "missing",
    }


async def test_what_a_killed_look_left_behind_is_taken_away(near: Bench) -> None:
    left, fresh = (Path(mkdtemp(prefix="pilothouse-work-", dir="/tmp")) for _ in range(2))
    (left / "config").touch()
    then = left.stat().st_mtime - 7200
    os.utime(left, (then, then))
    await near.look()
    assert (left.exists(), fresh.exists()) == (False, True)
    fresh.rmdir()


async def test_trees_of_several_users_take_a_call_for_each(near: Bench) -> None:
    """Git tells nothing of a tree to another one than its owner."""
    folders, owners = ("/a", "/b", "/c", "/d"), {"/a": 1, "/b": 2, "/c": 1, "/d": 2}

    @dataclass
    class Shared:
        calls: int = 0

        async def run(self, order: Order) -> Result:
            self.calls += 1
            asked = order.argv[7::2]
            own = (owners[folder] == owners[order.folder] for folder in asked)
            lines = (
                f"{number} {f'{near.head} 1 0' if mine else 'unowned'}\n" for number, mine in enumerate(own)
            )
            return Result(code=0, out="".join(lines), err="")

    host = Shared()
    assert await glance(host, "main", dict.fromkeys(folders, TERMS)) == dict.fromkeys(
        folders, f"{near.head} 1 0"
    )
    assert host.calls == 2


def _give_away(folder: Path) -> None:
    for each in (folder, *folder.rglob("*")):
        os.chown(each, 65534, 65534, follow_symlinks=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a tree away")
async def test_a_tree_is_looked_after_as_its_owner() -> None:
    with TemporaryDirectory() as folder:
        async with bench("local", Path(folder)) as work:
            head = work.repository.commit("one.txt", "1\n")
            _give_away(Path(folder))
            assert await work.look() == f"{head} 1 0"
            assert (await work.push()).text == "1 commit of `a1` was pushed."


async def test_without_trees_nobody_is_asked(near: Bench) -> None:
    host = Counting(near.host)
    assert await glance(host, "main", {}) == {}
    assert host.count == 0


async def test_a_host_that_does_not_say_is_not_concluded_from() -> None:
    away = Unknown(why="the host is away")
    assert await glance(Answering(away), "main", {"/a": TERMS}) == away
    broken = await glance(Answering(Result(code=127, out="", err="sh: no *")), "main", {"/a": TERMS})
    assert broken == Unknown(why="exit 127: sh: no \\*")


async def test_a_tree_of_which_a_host_does_not_say_keeps_all_it_has(near: Bench) -> None:
    near.write("new.txt")
    away = replace(near, host=Answering(Unknown(why="the host is away")))
    tended = await away.tend(quiet=timedelta(0))
    assert tended.kept == (
        "Its work tree could not be read, so nothing was committed (the host is away).",
        "Its work tree could not be read, so nothing was pushed (the host is away).",
    )
