"""Where a try works on its host: a clone that is kept, and a work tree, a home and jobs of the try's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.supervision.programs.ordering import NAME, program, script

if TYPE_CHECKING:
    from bot.config.supervising import FixConfig
    from bot.github.models import RepositoryRef
    from bot.supervision.fixing.model import Fix
    from bot.supervision.hosts.model import Host, Order, Result, Unknown

_ORDER = timedelta(seconds=60)
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The place of one try."""

    host: Host
    folder: str  # `supervision.fix.folder`, which the operator made for the user that fixers run as
    repository_id: int
    fix_id: str
    remote: str  # what the host clones from
    branch: str
    base_sha: str

    @property
    def kept(self) -> str:
        """What the tries of a repository share: its clone, and what tools have downloaded and built."""
        return f"{self.folder}/{self.repository_id}"

    @property
    def place(self) -> str:
        """What this try alone has."""
        return f"{self.kept}/tries/{_UNSAFE.sub('-', self.fix_id)}"

    @property
    def tree(self) -> str:
        """The work tree."""
        return f"{self.place}/tree"

    @property
    def home(self) -> str:
        """The home of its fixers."""
        return f"{self.place}/home"

    def job(self, name: str) -> str:
        """This function will return where the files of one of its jobs are."""
        return f"{self.place}/jobs/{_UNSAFE.sub('-', name)}"

    def order(self, name: str, *arguments: str) -> Order:
        """This function will make the order to run one of the programs as the folder's owner."""
        return program(name, *arguments, folder=self.folder, timeout=_ORDER)

    async def ask_git(self, name: str, *arguments: str) -> Result | Unknown:
        """This function will run a program that reads or sets back the work tree, whatever a fixer did to git."""
        order = self.order(name, *arguments)
        argv = ("sh", "-c", script("afresh"), NAME, self.place, *order.argv)
        return await self.host.run(replace(order, argv=argv))

    async def ask(self, name: str, *arguments: str) -> Result | Unknown:
        """This function will run one of the programs on the host."""
        return await self.host.run(self.order(name, *arguments))


def bench_of(fix: Fix, *, host: Host, config: FixConfig, repository: RepositoryRef) -> Bench:
    """This function will name the place of a try; nothing is made yet.

    Raises:
        ValueError: the configuration names no folder.
    """
    if config.folder is None:
        raise ValueError("supervision.fix.folder is not configured")
    return Bench(
        host=host,
        folder=config.folder.rstrip("/"),
        repository_id=repository.id,
        fix_id=fix.id,
        remote=config.remote or f"{_server(fix.trouble.run_url)}/{repository.full_name}.git",
        branch=fix.trouble.branch,
        base_sha=fix.trouble.base_sha,
    )


def _server(url: str) -> str:
    """The server of a page's address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def close_bench(bench: Bench) -> None:
    """This function will remove all that the try alone had; what could not be removed goes with a later try."""
    await bench.ask("bench-close", bench.place)
