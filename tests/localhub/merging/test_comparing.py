"""Comparisons on the local GitHub: renames, forks, what is ahead and behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import accounts, git
from tests.localhub.merging.conftest import R

if TYPE_CHECKING:
    from tests.localhub.merging.conftest import Yard


async def test_a_renamed_file_is_one_change(yard: Yard) -> None:
    text = "".join(f"{number}\n" for number in range(9))
    yard.push("main", {"old.txt": text, "moved.txt": text + "more\n"})
    pull = yard.open(
        "rename",
        {
            "old.txt": None,
            "new.txt": text.replace("8", "eight"),
            "moved.txt": None,
            "there.txt": text + "more\n",
        },
    )
    files = await yard.read(f"pulls/{pull.number}/files")
    shown = [(one["filename"], one["status"], one.get("previous_filename"), one["changes"]) for one in files]
    assert shown == [("new.txt", "renamed", "old.txt", 2), ("there.txt", "renamed", "moved.txt", 0)]
    assert (await yard.read(f"pulls/{pull.number}"))["changed_files"] == 2
    assert (await yard.read("compare/main...rename"))["files"] == files


async def test_ahead_and_behind_are_counted(yard: Yard) -> None:
    yard.push("main", {"a.txt": "1"})
    yard.push("main", {"a.txt": "2"})
    found = await yard.read("compare/main...topic")
    assert (found["status"], found["ahead_by"], found["behind_by"]) == ("diverged", 1, 2)
    assert [one["filename"] for one in found["files"]] == ["src/lib.rs"]
    assert (await yard.read("compare/main...main"))["status"] == "identical"
    behind = await yard.read(f"compare/main...{yard.tip().parents[0]}")
    assert (behind["status"], behind["behind_by"]) == ("behind", 1)


async def test_a_fork_is_compared_by_its_owner(yard: Yard) -> None:
    store, eve = yard.hub.store, yard.hub.store.user("eve")
    fork = accounts.fork(store, yard.repository, owner=eve)
    made = git.push(store, fork, "topic", files={"eve.txt": "eve"}, message="Eve", author=eve)
    found = await yard.read("compare/main...eve:topic")
    assert found["commits"][-1]["sha"] == made.sha
    assert (await yard.read("compare/acme:main...topic"))["ahead_by"] == 1
    assert (await yard.call("GET", f"{R}/compare/main...nobody:topic")).status == 404
