"""What is left in an agent's work tree so that something else than the agent's own work is done, read or pushed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.sessions import git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.working import Bench

_HOOKS = (
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-push",
    "post-index-change",
    "reference-transaction",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A program that tells that it was run, and where it tells so."""

    program: Path
    trace: Path

    @property
    def is_sprung(self) -> bool:
        """Whether it was run."""
        return self.trace.exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """A program that is named in a work tree; git as anyone runs it there does run it."""

    name: str
    learned_from: str
    leave: Callable[[Bench, Trap], None]
    bites: tuple[str, ...]  # the git command that runs it


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A remote that is another one than it seems, and what is told of it."""

    name: str
    learned_from: str
    leave: Callable[[Bench, Trap], None]
    told: str


def trap(bench: Bench, number: int) -> Trap:
    """This function will lay out a program that passes on what it reads."""
    program = bench.repository.folder / f"program-{number}"
    trace = bench.repository.folder / f"trace-{number}"
    program.write_text(f"#!/bin/sh\ntouch {trace}\ntimeout 0.3 cat\n", encoding="utf-8")
    program.chmod(0o755)
    return Trap(program=program, trace=trace)


def run_git(bench: Bench, arguments: tuple[str, ...]) -> None:
    """This function will run git in the work tree as anyone would, however it ends."""
    subprocess.run(["git", *arguments], cwd=bench.tree, check=False, capture_output=True, timeout=20)


def _config(bench: Bench, key: str, value: object) -> None:
    git(bench.tree, "config", key, str(value))


def _attribute(bench: Bench, line: str) -> None:
    with (bench.tree / ".git" / "info" / "attributes").open("a", encoding="utf-8") as attributes:
        attributes.write(f"{line}\n")


def as_a_monitor(bench: Bench, trap: Trap) -> None:
    """This function will name it as the monitor of the file system."""
    _config(bench, "core.fsmonitor", trap.program)


def as_hooks(bench: Bench, trap: Trap) -> None:
    """This function will put it where hooks are."""
    for name in _HOOKS:
        (bench.tree / ".git" / "hooks" / name).symlink_to(trap.program)


def as_a_folder_of_hooks(bench: Bench, trap: Trap) -> None:
    """This function will name a folder of hooks."""
    folder = bench.repository.folder / "hooks"
    folder.mkdir()
    (folder / "pre-commit").symlink_to(trap.program)
    _config(bench, "core.hooksPath", folder)


def as_a_filter(bench: Bench, trap: Trap) -> None:
    """This function will name it as a filter that a file of the tree asks for."""
    _config(bench, "filter.one.clean", trap.program)
    bench.write(".gitattributes", "*.one filter=one\n")
    bench.write("new.one")


def as_a_hidden_filter(bench: Bench, trap: Trap) -> None:
    """This function will name it as a filter that the tree asks for where no commit shows it."""
    _config(bench, "filter.two.clean", trap.program)
    _attribute(bench, "*.two filter=two")
    bench.write("new.two")


def as_a_reader_of_changes(bench: Bench, trap: Trap) -> None:
    """This function will name it as what makes text of a file."""
    _config(bench, "diff.three.textconv", trap.program)
    _attribute(bench, "README.md diff=three")
    bench.write("README.md", "rocket 3\n")


def in_an_included_file(bench: Bench, trap: Trap) -> None:
    """This function will name it in a file that the configuration includes."""
    included = bench.repository.folder / "included"
    included.write_text(f"[diff]\n  external = {trap.program}\n", encoding="utf-8")
    _config(bench, "include.path", included)


def as_what_signs(bench: Bench, trap: Trap) -> None:
    """This function will have commits signed by it."""
    _config(bench, "commit.gpgSign", "true")
    _config(bench, "gpg.program", trap.program)


def as_what_receives(bench: Bench, trap: Trap) -> None:
    """This function will name it as the program of the remote that takes a push."""
    _config(bench, "remote.origin.receivepack", trap.program)


def as_what_is_fetched_from(bench: Bench, trap: Trap) -> None:
    """This function will name it as the program of the remote that is asked what it has."""
    _config(bench, "remote.origin.uploadpack", trap.program)


def in_a_submodule(bench: Bench, trap: Trap) -> None:
    """This function will name it in the repository of a submodule."""
    inner = bench.tree / "inner"
    git(bench.tree, "init", "--quiet", str(inner))
    git(inner, "commit", "--quiet", "--allow-empty", "--message", "Begin")
    git(bench.tree, "-c", "advice.addEmbeddedRepo=false", "add", "inner")
    git(bench.tree, "commit", "--quiet", "--message", "Bring in")
    git(inner, "config", "core.fsmonitor", str(trap.program))


def by_another_transport(bench: Bench, trap: Trap) -> None:
    """This function will name it as the transport to the remote, and allow that."""
    _config(bench, "protocol.ext.allow", "always")
    _config(bench, "remote.origin.url", f"ext::{trap.program} /acme/rocket")


def by_another_address(bench: Bench, trap: Trap) -> None:
    """This function will have the address of the remote read as another one."""
    _config(bench, "protocol.ext.allow", "always")
    _config(bench, f"url.ext::{trap.program} /acme/rocket #.insteadOf", bench.repository.bare)


def by_another_address_for_pushes(bench: Bench, trap: Trap) -> None:
    """This function will have what is pushed go to another repository."""
    del trap
    other = bench.repository.folder / "acme" / "boat.git"
    git(bench.repository.folder, "init", "--quiet", "--bare", str(other))
    _config(bench, f"url.{other}.pushInsteadOf", bench.repository.bare)


def by_ssh(bench: Bench, trap: Trap) -> None:
    """This function will name it as what connects to the remote."""
    _config(bench, "core.sshCommand", trap.program)
    _config(bench, "remote.origin.url", "ssh://nobody@127.0.0.1:1/acme/rocket.git")


def by_what_is_missing(bench: Bench, trap: Trap) -> None:
    """This function will take an object away, so that git would fetch it from a remote that runs the program."""
    bench.repository.commit("README.md", "rocket 4\n")
    old = git(bench.tree, "rev-parse", "main:README.md")
    (bench.tree / ".git" / "objects" / old[:2] / old[2:]).unlink()
    _config(bench, "remote.origin.promisor", "true")
    _config(bench, "remote.origin.uploadpack", trap.program)


def by_another_place(bench: Bench, trap: Trap) -> None:
    """This function will say that the work tree is another folder."""
    del trap
    other = bench.repository.folder / "other"
    other.mkdir()
    (other / "private.txt").write_text("private\n", encoding="utf-8")
    _config(bench, "core.worktree", other)


def by_another_repository(bench: Bench, trap: Trap) -> None:
    """This function will put the repository of another tree in the place of its own."""
    del trap
    other = bench.repository.folder / "boat"
    git(bench.repository.folder, "init", "--quiet", "--initial-branch=a1", str(other))
    git(other, "commit", "--quiet", "--allow-empty", "--message", "Private")
    git(other, "remote", "add", "origin", "git@github.com:acme/boat.git")
    (bench.tree / ".git").rename(bench.repository.folder / "own")
    (bench.tree / ".git").write_text(f"gitdir: {other / '.git'}\n", encoding="utf-8")
