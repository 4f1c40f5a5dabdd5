"""A station: many pull requests for one base, CI that runs on every push, jobs that fail with and without a cause."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.state import accounts, git, issues, pulls, runs
from bot.merging.model import EvaluateMerges
from bot.merging.train.model import TRAIN
from tests.support.merging import Harbour, harbour

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Pull, Repository
    from bot.localhub.state.store import Happening

POLICY = """merge:
  checks: [test]
  method: {method}
  quiet: 30s
  train:
    batch: {batch}
    retries: {retries}
"""
TRAINS = "pilothouse/train/"
API = "api.txt"
OLD, NEW = b"1\n", b"2\n"
NEEDS_OLD = "needs api 1"
RED_LOG = b"""2026-11-03T09:00:00.0000000Z ##[group]Run pytest
2026-11-03T09:00:00.1000000Z ##[endgroup]
2026-11-03T09:00:01.0000000Z =========================== short test summary info ============================
2026-11-03T09:00:01.0000000Z FAILED tests/test_crane.py::test_lifts - AssertionError: the crane needs api 1
2026-11-03T09:00:01.0000000Z ========================= 1 failed, 3 passed in 0.10s ==========================
2026-11-03T09:00:01.1000000Z ##[error]Process completed with exit code 1.
"""
FLAKY_LOG = RED_LOG.replace(
    b"tests/test_crane.py::test_lifts - AssertionError: the crane needs api 1",
    b"tests/test_tide.py::test_turns - TimeoutError: the tide did not turn in 5 s",
)
_TICK = timedelta(seconds=31)


@dataclass
class Station:
    """The harbour with a train, and what its CI did."""

    harbour: Harbour
    fails: Callable[[WorkflowRun], bool] = lambda _: False  # whether this attempt fails without a cause
    plays: Callable[[WorkflowRun], bool] = lambda _: True  # whether a run ends at once
    starts: Callable[[str], bool] = lambda _: True  # on which branches CI runs
    batches: list[WorkflowRun] = field(default_factory=list)  # one entry for each attempt on a train's branch
    base_was_red: list[str] = field(default_factory=list)
    waiting: list[WorkflowRun] = field(default_factory=list)

    @property
    def repository(self) -> Repository:
        """Where all happens."""
        return self.harbour.bot.repository

    def watch(self) -> None:
        """This function will let CI run on every push."""
        store = self.harbour.bot.hub.store
        store.listeners.append(self._heard)
        store.player = self.play

    def open(self, branch: str, files: Mapping[str, str | bytes | None]) -> Pull:
        """This function will open a pull request with these files."""
        store, author = self.harbour.bot.hub.store, self.harbour.bot.ada
        git.push(store, self.repository, branch, files=files, message="Dredge", author=author)
        return pulls.open_pull(store, self.repository, title=f"Dredge {branch}", head=branch, author=author)

    def open_fork(self, login: str, files: Mapping[str, str | bytes | None]) -> Pull:
        """This function will open a pull request from a person's fork, where CI ran too."""
        store, author = self.harbour.bot.hub.store, self.harbour.user(login)
        fork = accounts.fork(store, self.repository, owner=author)
        git.push(store, fork, "topic", files=files, message="Dredge", author=author)
        pull = pulls.open_pull(
            store, self.repository, title="Dredge", head="topic", author=author, head_repository=fork
        )
        known = runs.workflow_of(store, self.repository, "ci.yml", name="CI")
        new = runs.NewRun(
            head_sha=pull.head_sha,
            head_branch="topic",
            head_repository=fork,
            actor=author,
            event="pull_request",
        )
        self.play(runs.start_run(store, self.repository, known, new, jobs=("test",)))
        return pull

    def push_base(self, files: Mapping[str, str | bytes | None]) -> str:
        """This function will push to the base past every pull request."""
        store, author = self.harbour.bot.hub.store, self.harbour.bot.ada
        return git.push(store, self.repository, "main", files=files, message="Base", author=author).sha

    async def ask(self, numbers: Sequence[int]) -> None:
        """This function will ask for each of them to be merged when green."""
        for number in numbers:
            self.harbour.bot.clock.advance(timedelta(seconds=1))
            issues.write_comment(
                self.harbour.bot.hub.store,
                self.repository,
                number,
                body="/merge --when-green",
                author=self.harbour.bot.ada,
            )
        await self.harbour.bot.settle()

    async def arrive(self, *, ticks: int = 400) -> None:
        """This function will let time pass until every train has come to its end."""
        for _ in range(ticks):
            await self.harbour.bot.settle()
            if not self.is_riding() and not await self._has_ready():
                return
            self.harbour.bot.clock.advance(_TICK)
        raise AssertionError("the train never arrives")

    async def sweep(self) -> None:
        """This function will have everything looked at that nobody told the bot of."""
        bot = self.harbour.bot
        look = EvaluateMerges(repository=bot.ref, cause=f"sweep-{bot.clock():%H%M%S}")
        await bot.engine.submit([look.start()])
        await bot.settle()

    async def tick(self, times: int = 1) -> None:
        """This function will let half a minute pass."""
        for _ in range(times):
            await self.harbour.later(_TICK)

    def is_riding(self) -> bool:
        """This function will say whether a train is under way."""
        riding = {"queued", "running", "waiting"}
        return any(
            one.start.flow == TRAIN and one.state in riding for one in self.harbour.bot.engine.runs.values()
        )

    def is_red(self, files: Mapping[str, bytes]) -> bool:
        """This function will say what a test of these files finds: some need the old API, and the new one is there."""
        needs_old = any(NEEDS_OLD in content.decode() for name, content in files.items() if name != API)
        return needs_old and files.get(API) == NEW

    def files(self, sha: str) -> Mapping[str, bytes]:
        """This function will give the files of a commit."""
        return self.harbour.bot.hub.store.commits[sha].files

    def play(self, run: WorkflowRun) -> None:
        """This function will run the jobs of the newest attempt."""
        if run.head_branch is not None and run.head_branch.startswith(TRAINS):
            self.batches.append(run)
        if not self.plays(run):
            self.waiting.append(run)
            return
        self.end(run)

    def end(self, run: WorkflowRun) -> None:
        """This function will end an attempt as its files and luck will have it."""
        is_red, fails = self.is_red(self.files(run.head_sha)), self.fails(run)
        log = RED_LOG if is_red else FLAKY_LOG if fails else None
        self.harbour.bot.finish(run, {"test": log})

    def leftovers(self) -> list[str]:
        """This function will list what trains left on GitHub."""
        return [branch for branch in self.repository.branches if branch.startswith("pilothouse/")]

    async def _has_ready(self) -> bool:
        for number in self.repository.pulls:
            wish = await self.harbour.wish(number)
            if wish is not None and wish.state in {"ready", "testing"}:
                return True
        return False

    def _heard(self, happening: Happening) -> None:
        if happening.event != "push" or happening.repository is not self.repository:
            return
        ref, _, sha = happening.subject
        if not ref.startswith("refs/heads/") or sha == git.ZERO:
            return
        branch = ref.removeprefix("refs/heads/")
        store = self.harbour.bot.hub.store
        if branch == "main" and self.is_red(self.files(sha)):
            self.base_was_red.append(sha)
        # https://docs.github.com/en/actions/managing-workflow-runs/skipping-workflow-runs
        if not self.starts(branch) or "[skip ci]" in store.commits[sha].message:
            return
        known = runs.workflow_of(store, self.repository, "ci.yml", name="CI")
        new = runs.NewRun(head_sha=sha, head_branch=branch, actor=happening.sender, event="push")
        self.play(runs.start_run(store, self.repository, known, new, jobs=("test",)))


@asynccontextmanager
async def station(
    folder: Path,
    *,
    batch: int = 8,
    retries: int = 1,
    method: str = "squash",
    repeat_every_step: bool = False,
) -> AsyncIterator[Station]:
    """This function will open the bot in a repository with a train."""
    async with harbour(folder, repeat_every_step=repeat_every_step) as here:
        opened = Station(here)
        opened.watch()
        here.configure(POLICY.format(batch=batch, retries=retries, method=method))
        opened.push_base({API: OLD})
        await here.bot.settle()
        yield opened
