"""Real tmux sessions and real git work trees, as agents have them."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

# Writes a line twenty times a second, as long as it may run.
WORKER = "while true; do echo on >> {out}; sleep 0.05; done"


def need_tmux() -> None:
    """This function will skip the test on a machine without tmux, and fail it in CI."""
    if shutil.which("tmux") is None:
        message = "no tmux on this machine: install it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """A tmux server of a test's own."""

    folder: Path

    @property
    def socket(self) -> str:
        """Where it listens."""
        return str(self.folder / "tmux")

    @property
    def out(self) -> Path:
        """What the worker writes to."""
        return self.folder / "out"

    def start(self, name: str, *command: str) -> None:
        """This function will begin a session."""
        self.run("new-session", "-d", "-s", name, *command)

    def run(self, *arguments: str) -> str:
        """This function will give tmux a command."""
        call = ["tmux", "-S", self.socket, "-f", os.devnull, *arguments]
        return subprocess.run(call, check=True, capture_output=True, text=True, timeout=20).stdout

    def work(self, name: str) -> None:
        """This function will begin a session whose shell has a child that works."""
        script = self.folder / "worker.sh"
        script.write_text(WORKER.format(out=self.out), encoding="utf-8")
        self.start(name, f"sh {script}; true")

    async def dies(self, name: str) -> None:
        """This function will wait until the process of a session's pane has ended."""
        await until(lambda: self.run("list-panes", "-t", name, "-F", "#{pane_dead}").strip() == "1")

    def end(self) -> None:
        """This function will end the server with all that runs in it."""
        subprocess.run(
            ["tmux", "-S", self.socket, "kill-server"], check=False, capture_output=True, timeout=20
        )

    def lines(self) -> int:
        """This function will count what the worker has written."""
        return self.out.read_text().count("\n") if self.out.exists() else 0

    async def goes_on(self) -> None:
        """This function will wait until the worker writes more than it has."""
        before = self.lines()
        await until(lambda: self.lines() > before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A bare repository, and a work tree of it on a branch of its own."""

    folder: Path
    full_name: str = "acme/rocket"

    @property
    def bare(self) -> Path:
        """Where the remote is."""
        return self.folder / f"{self.full_name}.git"

    @property
    def tree(self) -> Path:
        """Where the agent works."""
        return self.folder / "tree"

    def make(self) -> Repository:
        """This function will make both, with one commit on main and the branch a1."""
        self.bare.mkdir(parents=True)
        git(self.bare, "init", "--bare", "--quiet", "--initial-branch=main")
        git(self.folder, "clone", "--quiet", str(self.bare), str(self.tree))
        git(self.tree, "switch", "--quiet", "--create", "main")
        self.commit("README.md", "rocket\n")
        git(self.tree, "push", "--quiet", "origin", "main")
        git(self.tree, "switch", "--quiet", "--create", "a1")
        return self

    def commit(self, name: str, text: str) -> str:
        """This function will commit a file and return the commit."""
        (self.tree / name).write_text(text, encoding="utf-8")
        git(self.tree, "add", name)
        git(self.tree, "commit", "--quiet", "--message", f"Change {name}")
        return git(self.tree, "rev-parse", "HEAD")

    def has(self, branch: str) -> str:
        """This function will return the commit of a branch of the remote, or nothing."""
        return git(self.bare, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")


def git(folder: Path, *arguments: str) -> str:
    """This function will run git and return what it says."""
    named = ("-c", "user.name=A1", "-c", "user.email=a1@example.org", "-c", "advice.detachedHead=false")
    call = ["git", *named, *arguments]
    done = subprocess.run(call, cwd=folder, check=True, capture_output=True, text=True, timeout=20)
    return done.stdout.strip()
