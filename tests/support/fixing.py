"""Repositories with a failure, and tries to fix it on a real host with the real tools."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.config.supervising import FixConfig
from bot.diagnosis.model import Cause, Failure
from bot.engine.model import Flow, Start
from bot.supervision.fixing.bench import Bench
from bot.supervision.fixing.model import Tried, Trouble
from bot.supervision.fixing.trying import TryTerms, try_fix
from tests.support.engine import InProcessEngine
from tests.support.sessions import Repository, git
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.decisions.model import Condition
    from bot.engine.model import Run
    from bot.supervision.fixing.model import Patch
    from bot.supervision.hosts.model import Host

TRY = "try"


def found(name: str) -> str | None:
    """This function will find a program of this machine, or of the environment that the tests run in."""
    return shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))


def need(*programs: str) -> None:
    """This function will skip the test on a machine without the programs, and fail it in CI."""
    missing = [name for name in programs if found(name) is None]
    if missing:
        message = f"not on this machine: {', '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A bare repository whose main branch has a failure, and the folder that fixers work in."""

    repository: Repository
    folder: Path  # supervision.fix.folder
    sha: str

    @property
    def place(self) -> Path:
        """Where the try is made."""
        return self.folder / "7" / "tries" / TRY

    @property
    def tree(self) -> Path:
        """Its work tree."""
        return self.place / "tree"

    def bench(self, host: Host) -> Bench:
        """This function will name the place of the try."""
        return Bench(
            host=host,
            folder=str(self.folder),
            repository_id=7,
            fix_id=TRY,
            remote=str(self.repository.bare),
            branch="main",
            base_sha=self.sha,
        )

    def tool(self, name: str, script: str) -> None:
        """This function will put a program where the operator puts those that fixers find first."""
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)

    def lend(self, name: str) -> None:
        """This function will let fixers find a program of the test's own environment."""
        self.tool(name, f'#!/bin/sh\nexec "{found(name)}" "$@"\n')

    @property
    def config(self) -> FixConfig:
        """Fixing in the folder, by tools alone."""
        return FixConfig(folder=str(self.folder))


# Stands for ruff: it complains as long as a file says `bad`, and fixes as a test wants it to.
LINTER = """#!/bin/sh
case "$*" in
  "check .") if grep -q bad code.txt; then echo "code.txt:1:1: E100 It is bad"; echo "Found 1 error."; exit 1; fi ;;
  "check --fix .") {fix} ;;
esac
"""
MENDING = "sed -i s/bad/good/ code.txt"


def linted(folder: Path, fix: str, more: Mapping[str, str] | None = None) -> Broken:
    """This function will make a repository of which a linter complains that fixes as said."""
    one = broken(folder, {"code.txt": "bad\n", "other.txt": "other\n"}, more)
    one.tool("ruff", LINTER.format(fix=fix))
    return one


def broken(folder: Path, files: Mapping[str, str], changed: Mapping[str, str] | None = None) -> Broken:
    """This function will make a repository with the files, of which some are changed."""
    repository = Repository(folder=folder)
    repository.bare.mkdir(parents=True)
    git(repository.bare, "init", "--bare", "--quiet")
    for name, text in {"README.md": "rocket\n", **files, **(changed or {})}.items():
        path = repository.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(repository.tree, "init", "--quiet", "--initial-branch=main")
    git(repository.tree, "add", "--all")
    git(repository.tree, "commit", "--quiet", "--message", "Change")
    git(repository.tree, "remote", "add", "origin", str(repository.bare))
    git(repository.tree, "push", "--quiet", "origin", "main")
    bench = folder / "fixes"
    bench.mkdir()
    return Broken(repository=repository, folder=bench, sha=git(repository.tree, "rev-parse", "HEAD"))


def trouble(tool: str, sha: str, *, cause: Cause = Cause.FORMAT, message: str = "it is broken") -> Trouble:
    """This function will make the failure that a build told of."""
    failure = Failure(
        tool=tool, cause=cause, message=message, excerpt=(message,), line=1, fingerprint="f" * 16
    )
    return Trouble(
        branch="main",
        base_sha=sha,
        run_id=1,
        run_url="https://github.com/acme/rocket/actions/runs/1",
        workflow="CI",
        job="build",
        job_url="https://github.com/acme/rocket/actions/runs/1/job/2",
        failure=failure,
    )


def allow(patch: Patch) -> Sequence[Condition]:
    """This function will find nothing wrong with any change."""
    del patch
    return ()


@dataclass(slots=True, kw_only=True)
class Trier:
    """Runs a try in the engine in memory; time passes only while nothing runs on the host."""

    terms: TryTerms
    trouble: Trouble
    engine: InProcessEngine = field(init=False)
    came_to: list[Tried] = field(default_factory=list)
    is_hurried: bool = False  # whether time passes while jobs run, too

    def __post_init__(self) -> None:
        """Make the engine."""
        self.engine = InProcessEngine([Flow(name="try", request=str, story=self._story)])

    async def _story(self, run: Run, request: str) -> None:
        del request
        self.came_to.append(await try_fix(run, self.trouble, self.terms))

    async def begin(self) -> None:
        """This function will start it."""
        await self.engine.submit([Start(flow="try", run_id="try-1", request="", partition="try")])

    async def run(self) -> Tried:
        """This function will run it to its end."""
        await self.begin()
        await self.go_on()
        return self.came_to[-1]

    async def go_on(self, *, stop: Callable[[], bool] = lambda: False) -> None:
        """This function will let time pass until the try has ended, or something holds."""
        async with asyncio.timeout(120):
            while True:
                await self.engine.drain(within=60)
                if stop() or self.engine.state_of("try-1") == "done":
                    return
                if self.engine.state_of("try-1") == "queued":
                    continue
                if not self.is_hurried:
                    await self._quiet()
                self.engine.clock.now = self.engine.next_deadline() or self.engine.clock.now

    async def _quiet(self) -> None:
        """Wait until no job runs."""
        jobs = Path(self.terms.bench.place) / "jobs"
        await until(
            lambda: not any("running" in state.read_text() for state in jobs.glob("*/state")), within=60
        )


def trier(
    one: Broken, host: Host, tool: str, config: FixConfig | None = None, *, cause: Cause = Cause.FORMAT
) -> Trier:
    """This function will make a try of the failure that a tool tells of."""
    terms = TryTerms(bench=one.bench(host), config=config or one.config, guard=allow)
    return Trier(terms=terms, trouble=trouble(tool, one.sha, cause=cause))
