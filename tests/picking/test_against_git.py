"""The way of picking held against git itself: merged on the right base, two commits make a cherry-pick, or a revert."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.github.commit_models import GitPerson
from bot.github.models import Sha
from bot.picking.model import Pick
from bot.picking.rules import backward, forward, obvious_tree

if TYPE_CHECKING:
    from pathlib import Path

    from bot.picking.model import Side, ThreeWay

NAMES = ("a", "b", "c")
WORDS = st.lists(st.sampled_from("uvwxyz"), min_size=2, max_size=6)
FILES = st.dictionaries(st.sampled_from(NAMES), WORDS, min_size=1, max_size=3)


class Git:
    """A repository of real git."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        nobody = {"NAME": "Ada", "EMAIL": "ada@example.com", "DATE": "2026-01-01T00:00:00Z"}
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{
                f"GIT_{who}_{what}": value
                for who in ("AUTHOR", "COMMITTER")
                for what, value in nobody.items()
            },
        }
        self("init", "--quiet", "--initial-branch=main")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """This function will run git, whatever comes of it."""
        return subprocess.run(
            ("git", *words),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def __call__(self, *words: str) -> str:
        """This function will run git, which must succeed, and return what it says."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, files: dict[str, list[str]], *parents: str) -> Sha:
        """This function will make a commit of these files, each a word a line."""
        self("read-tree", "--empty")
        for name, words in files.items():
            (self.folder / "blob").write_text("".join(f"{word}\n" for word in words))
            blob = self("hash-object", "-w", "blob")
            self("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
        return self.commit_of(self("write-tree"), *parents)

    def commit_of(self, tree: str, *parents: str) -> Sha:
        """This function will make a commit of a tree."""
        named = [word for parent in parents for word in ("-p", parent)]
        return Sha(self("commit-tree", tree, *named, "-m", "x"))

    def tree(self, sha: str) -> str:
        """This function will name a commit's tree."""
        return self("rev-parse", f"{sha}^{{tree}}")

    def picked(self, verb: str, sha: str, onto: str) -> str | None:
        """This function will cherry-pick or revert a commit as a person does; None where it conflicts."""
        self("checkout", "--quiet", "--force", "--detach", onto)
        self("clean", "--quiet", "--force", "-d")
        done = self.run(verb, "--no-commit", sha)
        tree = self("write-tree") if done.returncode == 0 else None
        self("reset", "--quiet", "--hard")
        return tree

    def put_together(self, way: ThreeWay) -> str | None:
        """This function will do what the bot has GitHub do."""
        known = obvious_tree(way)
        if known is not None:
            return known
        done = self.run("merge-tree", "--write-tree", self._side(way, way.ours), self._side(way, way.theirs))
        return done.stdout.split()[0] if done.returncode == 0 else None

    def _side(self, way: ThreeWay, side: Side) -> str:
        return side.sha or self.commit_of(side.tree, way.base)


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Git:
    return Git(tmp_path_factory.mktemp("git"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(common=FILES, before=FILES, after=FILES, target=FILES)
def test_a_pick_is_what_git_makes_of_it(
    git: Git,
    common: dict[str, list[str]],
    before: dict[str, list[str]],
    after: dict[str, list[str]],
    target: dict[str, list[str]],
) -> None:
    """Trees and conflicts are git's own, on whatever lies between the branches."""
    root = git.commit(common)
    parent = git.commit(before, root)
    change = git.commit(after, parent)
    onto = git.commit(target, root)
    pick = Pick(
        sha=change,
        tree=git.tree(change),
        parent=parent,
        parent_tree=git.tree(parent),
        message="x",
        author=GitPerson(name="", email="", date=""),
    )
    there = forward(pick, git.tree(onto))
    assert git.put_together(there) == git.picked("cherry-pick", change, onto)
    back = backward([pick], git.tree(onto))
    assert git.put_together(back) == git.picked("revert", change, onto)
