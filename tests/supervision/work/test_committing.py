"""Real files that an agent forgot are committed to its branch, or stay where they are, in both ways."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bot.config.supervising import Conduct
from tests.support.sessions import git
from tests.support.working import QUIET, TOKEN, age

if TYPE_CHECKING:
    from tests.support.working import Bench


async def test_forgotten_files_are_committed_and_pushed(work: Bench) -> None:
    work.write("new.txt")
    work.write("README.md", "rocket 2\n")
    script = work.write("tools/run.sh", "#!/bin/sh\n")
    script.chmod(0o755)
    tended = await work.tend()
    assert tended.text == (
        "3 forgotten files were committed to `a1`: `README.md`, `new.txt`, `tools/run.sh`. "
        "1 commit of `a1` was pushed."
    )
    assert tended.committed == ("`README.md`", "`new.txt`", "`tools/run.sh`")
    assert work.files() == {"README.md": "M", "new.txt": "A", "tools/run.sh": "A"}
    assert git(work.tree, "ls-files", "-s", "tools/run.sh").startswith("100755")
    assert work.repository.has("a1") == work.head == tended.head
    assert git(work.tree, "status", "--porcelain") == ""
    assert (await work.tend()).text == ""  # twice is as once


async def test_the_commit_is_the_agents_and_names_who_made_it(near: Bench) -> None:
    near.write("new.txt")
    await near.tend()
    told = git(near.tree, "log", "-1", "--format=%an <%ae>|%cn|%B").strip()
    assert told == (
        "Agent A1 <a1@example.org>|Agent A1|Commit 1 forgotten file\n\n"
        "Nothing touched it in the work tree for a while.\n\n"
        "Forgotten-by: A1\nCommitted-by: Pilothouse"
    )


async def test_an_agent_without_a_name_commits_under_its_own(near: Bench) -> None:
    near.write("new.txt")
    for key in ("user.name", "user.email"):
        git(near.tree, "config", key, "")
    await near.tend()
    assert git(near.tree, "log", "-1", "--format=%an <%ae>") == "A1 <A1@pilothouse.invalid>"


async def test_what_somebody_is_at_stays(near: Bench) -> None:
    """Also what only looks old: a file is as fresh as its move into the tree."""
    near.write("new.txt")
    age(near.write("moved.txt"))
    before = near.head
    assert (await near.tend(quiet=QUIET)).text == ""
    assert near.head == before


async def test_what_else_is_staged_is_not_committed(near: Bench) -> None:
    """Of what the agent is about to commit itself, nothing is taken away and nothing is added."""
    near.write("staged.py", f"TOKEN = {TOKEN!r}\n")
    git(near.tree, "add", "staged.py")
    near.write("new.txt")
    assert (await near.tend()).committed == ("`new.txt`",)
    assert near.files() == {"new.txt": "A"}
    assert git(near.tree, "status", "--porcelain") == "A  staged.py"


async def test_what_was_taken_out_of_gits_hands_stays_out(near: Bench) -> None:
    git(near.tree, "rm", "--quiet", "--cached", "README.md")
    assert (await near.tend()).text == ""
    assert git(near.tree, "status", "--porcelain") == "D  README.md\n?? README.md"


async def test_what_was_deleted_is_not_put_back_or_committed(near: Bench) -> None:
    (near.tree / "README.md").unlink()
    near.write("new.txt")
    await near.tend()
    assert near.files() == {"new.txt": "A"}


def _leave_what_stays(work: Bench) -> None:
    """One file of each kind that is not committed."""
    tree = work.tree
    work.repository.commit(".gitattributes", "stored.* filter=lfs\n")
    (tree / ".git" / "info" / "attributes").write_text("encrypted.txt filter=git-crypt\n")
    work.write("secret.py", f"TOKEN = {TOKEN!r}\n")
    work.write("wide_secret.py", TOKEN.encode("utf-16-le"))
    work.write(".env", "PORT=1\n")
    (tree / "link").symlink_to("/etc/passwd")
    (tree / "linked_folder").symlink_to("/etc")
    (tree / "README.md").unlink()
    (tree / "README.md").symlink_to("/etc/passwd")
    os.link(work.write("../outside"), tree / "hard_link")
    os.mkfifo(tree / "pipe")
    work.write("large", "x" * 1_000_001)
    with work.write("ten_gigabytes").open("wb") as file:
        file.truncate(10 * 1024**3)
    work.write("binary", b"\x7fELF\0\0")
    git(tree, "init", "--quiet", "inner")
    work.write("inner/settings.py")
    work.write("stored.bin")
    work.write("encrypted.txt")


async def test_what_may_hold_anything_else_stays_and_the_rest_is_committed(work: Bench) -> None:
    """Ten gigabytes are not read, no link is followed, and nothing is stored in the clear that is to be encrypted."""
    _leave_what_stays(work)
    work.write("new.txt")
    tended = await work.tend()
    assert tended.kept == tuple(
        f"Not committed, because it {told}."
        for told in (
            "is a repository of its own: `inner/`",
            "is a link: `README.md`, `link`, `linked_folder`",
            "has another name somewhere else (a hard link): `hard_link`",
            "is larger than 1 MB: `large`, `ten_gigabytes`",
            "goes through one of git's filters, such as Large File Storage: `encrypted.txt`, `stored.bin`",
            "is called like a file that holds secrets: `.env`",
            "holds a secret: `secret.py`, `wide_secret.py`",
            "is no text, so it cannot be looked through for secrets: `binary`",
        )
    )
    assert work.files() == {"new.txt": "A"}


async def test_a_file_may_be_called_anything(near: Bench) -> None:
    names: list[str | bytes] = [
        "a\nb",
        "-f",
        '"q"',
        "a b",
        "é",
        b"\xff\xfe",
        ":(glob)*",
        "*",
        "a\tb",
        "'; touch x",
        "a/-b",
    ]
    for name in names:
        near.write(name)
    tended = await near.tend()
    assert len(tended.committed) == len(names)
    assert "\n" not in tended.text
    assert set(near.files()) == {os.fsdecode(name) for name in names}
    assert git(near.tree, "status", "--porcelain") == ""


async def test_a_folder_in_the_place_of_a_file_is_committed(near: Bench) -> None:
    (near.tree / "README.md").unlink()
    near.write("README.md/part.md")
    assert (await near.tend()).committed == ("`README.md/part.md`",)
    assert near.files() == {"README.md": "D", "README.md/part.md": "A"}
    assert git(near.tree, "status", "--porcelain") == ""


async def test_what_cannot_be_read_keeps_nothing_else_here(near: Bench) -> None:
    near.write("closed.txt").chmod(0)
    near.write("new.txt")
    assert "`new.txt`" in (await near.tend()).committed


async def test_what_is_ignored_is_not_forgotten(near: Bench) -> None:
    near.repository.commit(".gitignore", "*.log\n")
    (near.tree / ".git" / "info" / "exclude").write_text("*.tmp\n")
    (near.repository.folder / "mine").write_text("*.bak\n")
    git(near.tree, "config", "core.excludesFile", str(near.repository.folder / "mine"))
    for name in ("a.log", "b.tmp", "c.bak"):
        near.write(name)
    before = near.head
    await near.tend()
    assert near.head == before


async def test_more_than_fifty_are_no_forgotten_ones(near: Bench) -> None:
    for number in range(51):
        near.write(f"build/{number}.txt", f"{number}\n")
    before = near.head
    tended = await near.tend()
    assert tended.kept == ("51 files lie still and have no commit; more than 50 are not committed.",)
    assert near.head == before
    (near.tree / "build" / "0.txt").unlink()
    assert len((await near.tend()).committed) == 50


async def test_far_more_are_not_even_listed(near: Bench) -> None:
    for number in range(1001):
        near.write(f"node_modules/{number}", "")
    assert (await near.tend()).kept == ("1,001 files have no commit, which are too many to commit any.",)


@pytest.mark.parametrize("conduct", [Conduct.OBSERVE, Conduct.SUGGEST])
async def test_who_may_not_act_only_says_so(near: Bench, conduct: Conduct) -> None:
    near.write("new.txt")
    before, kept = near.head, git(near.tree, "count-objects")
    tended = await near.tend(files=conduct)
    would = "1 forgotten file would be committed to `a1`: `new.txt`."
    assert tended.text == (would if conduct is Conduct.SUGGEST else "1 forgotten file: `new.txt`.")
    assert tended.suggested == ((would,) if conduct is Conduct.SUGGEST else ())
    assert (near.head, git(near.tree, "count-objects")) == (before, kept)  # nothing is written into the tree


async def test_on_another_branch_than_the_configured_one_nothing_is_committed(near: Bench) -> None:
    near.write("new.txt")
    tended = await near.tend(branch="agents/a1")
    assert tended.kept == ("Its work tree is on `a1` and not on `agents/a1`, so nothing was committed.",)


async def test_on_the_default_branch_nothing_is_committed(near: Bench) -> None:
    git(near.tree, "switch", "--quiet", "main")
    near.write("new.txt")
    before = near.head
    assert "default branch" in (await near.tend()).text
    assert near.head == before


async def test_an_index_that_is_broken_is_told_and_left_alone(near: Bench) -> None:
    near.write("new.txt")
    index = near.tree / ".git" / "index"
    index.write_bytes(b"DIRC broken")
    (told,) = (await near.tend()).kept
    assert told.startswith("Git cannot read its work tree, so nothing is committed or pushed: fatal:")
    assert "index file smaller than expected" in told
    assert index.read_bytes() == b"DIRC broken"


async def test_a_sparse_tree_keeps_what_it_does_not_have(near: Bench) -> None:
    near.repository.commit("one.txt", "1\n")
    near.write("deep/two.txt")
    git(near.tree, "add", "deep")
    git(near.tree, "commit", "--quiet", "--message", "Deepen")
    git(near.tree, "sparse-checkout", "set", "--cone", "--sparse-index", "here")
    near.write("here/new.txt")
    assert (await near.tend()).committed == ("`here/new.txt`",)
    assert near.files() == {"here/new.txt": "A"}
    assert "deep/two.txt" in git(near.tree, "ls-tree", "-r", "--name-only", "HEAD")


async def test_a_split_index_is_read_whole(near: Bench) -> None:
    git(near.tree, "update-index", "--split-index")
    near.write("new.txt")
    assert (await near.tend()).committed == ("`new.txt`",)
    assert git(near.tree, "status", "--porcelain") == ""


async def test_line_ends_are_stored_as_the_tree_would(near: Bench) -> None:
    git(near.tree, "config", "core.autocrlf", "true")
    near.write("new.txt", "one\r\ntwo\r\n")
    await near.tend()
    assert git(near.tree, "cat-file", "-s", "HEAD:new.txt") == "8"
    assert git(near.tree, "status", "--porcelain") == ""
