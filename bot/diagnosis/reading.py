"""Reads the logs of jobs as they download, a thread beside the event loop doing the work."""

from __future__ import annotations

import asyncio
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog

from bot.diagnosis.model import Diagnosis
from bot.diagnosis.reader import GreenLogReader, LogReader
from bot.github.actions import open_job_log
from bot.github.errors import GitHubError, NotFound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.diagnosis.choice.templates import KnownTemplates
    from bot.diagnosis.reader import GreenLog
    from bot.github.client import RepositoryClient
    from bot.github.run_models import Job

_FEED_BYTES = 1 << 20
_log = structlog.get_logger()
_Read_co = TypeVar("_Read_co", covariant=True)


class Reader(Protocol[_Read_co]):
    """Takes a log in chunks and says at the end what it read."""

    def feed(self, chunk: bytes) -> None:
        """This function will take the next bytes of the log."""
        ...

    def finish(self) -> _Read_co:
        """This function will return what was read."""
        ...


class JobLogs:
    """The logs of jobs, read."""

    def __init__(self) -> None:
        # One thread: reading a log is pure Python, and two would only take turns.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="diagnosis")

    async def diagnose(self, repo: RepositoryClient, job: Job, *, known: KnownTemplates) -> Diagnosis:
        """This function will diagnose a red job's log; that it cannot be read is a finding too."""
        failed_step = next(
            (step.name for step in job.steps if step.conclusion is not None and step.conclusion.is_red), None
        )
        try:
            async with open_job_log(repo, job.id) as chunks:
                reader = LogReader(failed_step=failed_step, steps=job.steps, known=known)
                return await self._feed(reader, chunks)
        except NotFound:
            return Diagnosis(step=failed_step or "", problem="GitHub no longer has the log of this job")
        except GitHubError as error:
            return Diagnosis(step=failed_step or "", problem=f"the log could not be downloaded: {error}")
        except Exception as error:  # noqa: BLE001 - our bug must not cost the summary; the verdict is unknown then
            place = traceback.extract_tb(error.__traceback__)[-1]
            # Not its words: they may quote the log.
            _log.error("diagnosis_failed", job=job.id, kind=type(error).__name__, place=str(place))
            return Diagnosis(step=failed_step or "", problem=f"the diagnosis failed: {type(error).__name__}")

    async def learn(self, repo: RepositoryClient, job: Job, *, known: KnownTemplates) -> GreenLog | None:
        """This function will read the log of a job that passed; None where it cannot be had."""
        try:
            async with open_job_log(repo, job.id) as chunks:
                return await self._feed(GreenLogReader(known), chunks)
        except (NotFound, GitHubError):
            return None

    async def _feed(self, reader: Reader[_Read_co], chunks: AsyncIterator[bytes]) -> _Read_co:
        loop = asyncio.get_running_loop()
        waiting = bytearray()
        async for chunk in chunks:
            waiting += chunk
            if len(waiting) >= _FEED_BYTES:
                await loop.run_in_executor(self._thread, reader.feed, bytes(waiting))
                waiting.clear()
        await loop.run_in_executor(self._thread, reader.feed, bytes(waiting))
        return await loop.run_in_executor(self._thread, reader.finish)
