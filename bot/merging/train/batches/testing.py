"""Tests a batch: waits for the checks of its commit, has failed jobs run again, and tidies up behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.config.terms import parse_duration
from bot.github.actions import get_run, list_runs, rerun_failed_jobs
from bot.github.branches import get_branch
from bot.github.errors import GitHubError
from bot.github.models import Sha
from bot.merging.judging.expected import standing_of
from bot.merging.judging.head_checks import read_head_checks
from bot.merging.train.batches.causes import Cause, Causes
from bot.merging.train.batches.evidence import Seen, SeenRun, Watch, find, pause, red_runs
from bot.merging.train.model import NEWS, Finding, Standing, TrainNews

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.merging.model import Batch
    from bot.merging.train.ride import Rails, Ride

_UNREAD = timedelta(seconds=30)
_READS, _READING = 3, timedelta(seconds=20)  # until what is red is diagnosed
_ENDED = {Standing.GREEN, Standing.RED, Standing.SILENT}

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A batch's commit and its base, as they were read."""

    seen: Seen
    base_sha: Sha | None


@dataclass(frozen=True, slots=True)
class Tester:
    """Tests the batches of one ride."""

    ride: Ride
    rails: Rails

    async def test(
        self, batch: Batch, numbers: Collection[int], again: tuple[SeenRun, ...]
    ) -> Finding | None:
        """This function will watch a batch's commit until it is clear what it proves.

        None is for a batch that proves nothing any more: its base moved, or one of these numbers left.
        """
        run = self.ride.run
        began_at = await run.now()
        watch = Watch(
            began_at=began_at,
            ends_at=began_at + parse_duration(self.rails.train.time_limit),
            quiet=parse_duration(self.rails.policy.quiet),
            again=again,
        )
        while True:
            looked = await self._look(batch, is_again=bool(again))
            if looked is not None and looked.base_sha != self.rails.sha:
                return None
            now = await run.now()
            finding = _find(looked, watch, now)
            if finding.standing in _ENDED:
                return finding
            wait = pause(finding, looked.seen, watch, now) if looked is not None else _UNREAD
            if not await self._rest(batch, numbers, now + wait):
                return None
            batch = await self.ride.beat(batch, await run.now())

    async def run_again(self, batch: Batch) -> tuple[SeenRun, ...]:
        """This function will have a batch's failed jobs run again, and return what is awaited: none where none can."""
        looked = await self._look(batch, is_again=True)
        awaited = red_runs(looked.seen) if looked is not None else ()
        begun = [run for run in awaited if await self._rerun(run)]
        return tuple(begun)

    async def cause(self, batch: Batch, finding: Finding) -> Cause:
        """This function will find out why a batch is red; what its logs say may take a moment to be known."""
        cause = await self._cause(batch, finding)
        for _ in range(_READS):
            if cause.is_read:
                break
            await self.ride.run.sleep(_READING)
            cause = await self._cause(batch, finding)
        return cause

    async def _cause(self, batch: Batch, finding: Finding) -> Cause:
        causes, now = Causes(self.ride.services), await self.ride.run.now()
        ask = partial(causes.of, self.ride.repo, batch, finding.failed, now=now)
        try:
            return await self.ride.run.step("cause", ask, returns=Cause)
        except GitHubError as error:
            _log.warning("cause_not_read", batch=batch.id, error=str(error))
            return Cause(failed=finding.failed, is_known_flaky=False, is_read=False)

    async def _rest(self, batch: Batch, numbers: Collection[int], until: datetime) -> bool:
        """Wait until the commit is worth another look, and say whether everybody is still aboard."""
        while (left := until - await self.ride.run.now()) > timedelta(0):
            news = await self.ride.run.wait(NEWS, timeout=left, returns=TrainNews)
            if not await self.ride.are_aboard(batch, numbers):
                return False
            if news is not None and (news.is_base or news.sha == batch.head_sha):
                return True
        return True

    async def _look(self, batch: Batch, *, is_again: bool) -> Looked | None:
        read = partial(self._read, batch, is_again=is_again)
        try:
            return await self.ride.run.step("look", read, returns=Looked)
        except GitHubError as error:
            _log.warning("batch_not_read", batch=batch.id, error=str(error))
            return None

    async def _read(self, batch: Batch, *, is_again: bool) -> Looked:
        """Which attempt a workflow run is at matters only where one was told to run again."""
        repo, sha = self.ride.repo, Sha(batch.head_sha)
        expected = self.rails.expected
        found = await read_head_checks(repo, sha, expected)
        runs = await list_runs(repo, head_sha=sha) if is_again else ()
        base = await get_branch(repo, batch.base_ref)
        seen = Seen(
            checks=standing_of(expected, found.checks),
            still_since=found.still_since,
            is_busy=found.is_busy,
            runs=tuple(
                SeenRun(
                    id=run.id,
                    attempt=run.attempt,
                    is_completed=run.is_completed,
                    is_red=run.conclusion is not None and run.conclusion.is_red,
                )
                for run in runs
            ),
        )
        return Looked(seen=seen, base_sha=base.sha if base is not None else None)

    async def _rerun(self, run: SeenRun) -> bool:
        """Have a workflow run's failed jobs run again, once for each attempt."""
        repo, effects = self.ride.repo, self.ride.services.effects

        async def act() -> bool:
            await rerun_failed_jobs(repo, run.id)
            return True

        async def find_it() -> bool | None:
            return True if (await get_run(repo, run.id)).attempt > run.attempt else None

        key = f"train_rerun/{repo.ref.id}/{run.id}/{run.attempt}"
        try:
            return await self.ride.run.step(
                "rerun",
                lambda: effects.once(key, act, read_back=find_it, returns=bool),
                returns=bool,
            )
        except GitHubError as error:  # too old, or run again too often
            _log.warning("batch_not_run_again", workflow_run_id=run.id, error=str(error))
            return False


def _find(looked: Looked | None, watch: Watch, now: datetime) -> Finding:
    if looked is not None:
        return find(looked.seen, watch, now)
    return Finding(standing=Standing.RUNNING if now < watch.ends_at else Standing.SILENT)
