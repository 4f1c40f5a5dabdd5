"""An agent's work tree on a host, with its bare remote, as the bot looks after it."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from bot.config.supervising import Conduct
from bot.supervision.work.glancing import glance
from bot.supervision.work.model import WorkTerms, WorkTree
from bot.supervision.work.pushing import push
from bot.supervision.work.tending import tend
from tests.support.driving_hosts import reached
from tests.support.looking import ROCKET
from tests.support.sessions import Repository, git

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.supervision.hosts.model import Host
    from bot.supervision.work.model import Tended

TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3
QUIET = timedelta(minutes=10)
_LONG_AGO = 3600  # seconds
TERMS = WorkTerms(agent="A1", push=Conduct.ACT, files=Conduct.ACT, quiet=timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A host, and a repository whose work tree an agent works in."""

    host: Host
    repository: Repository
    full_name: str = ROCKET.full_name

    @property
    def tree(self) -> Path:
        """Where the agent works."""
        return self.repository.tree

    @property
    def head(self) -> str:
        """The commit that the agent is at."""
        return git(self.tree, "rev-parse", "HEAD")

    def work_tree(self) -> WorkTree:
        """This function will name the work tree as the bot does."""
        repository = replace(ROCKET, full_name=self.full_name)
        return WorkTree(host=self.host, folder=str(self.tree), repository=repository)

    async def push(self, **terms: Any) -> Tended:
        """This function will push the work tree's commits."""
        return await push(self.work_tree(), replace(TERMS, **terms))

    async def tend(self, **terms: Any) -> Tended:
        """This function will look after the work tree."""
        return await tend(self.work_tree(), replace(TERMS, **terms))

    async def look(self, **terms: Any) -> str | None:
        """This function will glance at the work tree."""
        folder = str(self.tree)
        looks = await glance(self.host, "main", {folder: replace(TERMS, **terms)})
        return looks.get(folder) if isinstance(looks, dict) else str(looks)

    def write(self, name: str | bytes, content: str | bytes = "forgotten\n") -> Path:
        """This function will leave a file in the work tree."""
        path = Path(os.fsdecode(os.path.join(os.fsencode(self.tree), os.fsencode(name))))  # noqa: PTH118 - names of bytes
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def files(self) -> dict[str, str]:
        """This function will return what the last commit changed, by path: A for what is new."""
        call = ["git", "show", "--no-renames", "--format=", "--name-status", "-z", "HEAD"]
        done = subprocess.run(call, cwd=self.tree, check=True, capture_output=True, timeout=20)
        told = os.fsdecode(done.stdout).split("\0")
        return dict(zip(told[1::2], told[::2], strict=False))


@asynccontextmanager
async def bench(way: str, folder: Path) -> AsyncIterator[Bench]:
    """This function will make a repository on a host that is reached in one of the two ways."""
    repository = Repository(folder=folder / "git")
    repository.folder.mkdir()
    repository.make()
    git(repository.tree, "config", "user.name", "Agent A1")
    git(repository.tree, "config", "user.email", "a1@example.org")
    async with reached(way) as found:
        yield Bench(host=found.host, repository=repository)


def age(path: Path) -> None:
    """This function will make a file look as if it had been written an hour ago; when it was put there, stays."""
    then = time.time() - _LONG_AGO
    os.utime(path, (then, then), follow_symlinks=False)


def noise(size: int) -> bytes:
    """This function will make bytes that cannot be packed."""
    return Random(7).randbytes(size)  # noqa: S311 - the same ones each time
