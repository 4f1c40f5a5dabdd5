"""Reads green logs of the default branch now and then: what is usual there makes the unusual telling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.diagnosis.store import StoredReport
from bot.diagnosis.template_store import known_templates, may_learn, save_templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.diagnosis.reading import JobLogs
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.github.run_models import WorkflowRun
    from bot.storage.database import Database

MOST_LOGS = 10  # of one green run; the jobs of a matrix are alike


@dataclass(frozen=True, slots=True)
class GreenRuns:
    """What green runs teach."""

    database: Database
    logs: JobLogs

    async def learn(
        self, run: Run, repo: RepositoryClient, finished: WorkflowRun, *, passed: Sequence[StoredReport]
    ) -> list[StoredReport]:
        """This function will read a green run, if it is time to, and return its jobs with what their logs tell."""
        now = await run.now()
        is_time = await run.step(
            "time to learn",
            lambda: may_learn(self.database, repo.ref, finished.name, now=now),
            returns=bool,
        )
        if not is_time:
            return list(passed)
        read = await run.step(
            "learn",
            lambda: self._read(repo, finished, passed, now=now),
            returns=tuple[StoredReport, ...],
        )
        return [*read, *passed[len(read) :]]

    async def _read(
        self, repo: RepositoryClient, finished: WorkflowRun, passed: Sequence[StoredReport], *, now: datetime
    ) -> tuple[StoredReport, ...]:
        known = await known_templates(self.database, repo.ref, finished.name)
        told: list[StoredReport] = []
        for report in passed[:MOST_LOGS]:
            green = await self.logs.learn(repo, report.job, known=known)
            if green is None:
                told.append(report)
                continue
            known = green.known
            diagnosis = replace(report.diagnosis, report=green.report, caches=green.caches)
            told.append(replace(report, diagnosis=diagnosis))
        await save_templates(self.database, repo.ref, finished.name, known=known, now=now)
        return tuple(told)
