"""Starts failed jobs again, once, and remembers it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from bot.commands.reruns import CHECKING_EVENTS
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.diagnosis.verdict.retry import Again, Leave, RetryFacts, decide_retry, may_retry
from bot.github.actions import get_run, rerun_failed_jobs, rerun_job
from bot.github.errors import Forbidden, GitHubError, NotFound, Unprocessable
from bot.github.pulls import get_pull
from bot.storage.tables import retries

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.diagnosis.model import JobReport, SummaryFacts
    from bot.github.client import RepositoryClient
    from bot.github.run_models import WorkflowRun
    from bot.storage.database import Database
    from bot.storage.effects import Effects

DAY = timedelta(hours=24)
REFUSED = 0  # no attempt has this number: GitHub would not start it again

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Retrier:
    """Starts again what failed by the machine's fault or by proven chance."""

    database: Database
    effects: Effects

    async def try_again(self, repo: RepositoryClient, facts: SummaryFacts, *, now: datetime) -> SummaryFacts:
        """This function will start again what may be, and have each job's report say what was done about it.

        What GitHub does not answer is left as it is: the summary must not wait for it.
        """
        if not any(may_retry(report) for report in facts.failed):
            return facts
        try:
            return await self._try_all(repo, facts, now=now)
        except GitHubError as error:
            _log.warning("retry_failed", pull_request=facts.pull.number, error=str(error))
            return facts

    async def _try_all(self, repo: RepositoryClient, facts: SummaryFacts, *, now: datetime) -> SummaryFacts:
        config = await read_configuration(repo)
        # Where the file has mistakes, it may well be that it says no.
        if isinstance(config, ConfigurationErrors) or not config.diagnosis.retry:
            return facts
        failed = list(facts.failed)
        for run in facts.runs:
            own = tuple(report for report in failed if report.job.run_id == run.id)
            if not any(may_retry(report) for report in own):
                continue
            told = await self._try(repo, facts, run=run, own=own, now=now)
            failed = [replace(each, retry=told.get(each.job.id, each.retry)) for each in failed]
        return replace(facts, failed=tuple(failed))

    async def _try(
        self,
        repo: RepositoryClient,
        facts: SummaryFacts,
        *,
        run: WorkflowRun,
        own: tuple[JobReport, ...],
        now: datetime,
    ) -> dict[int, str]:
        """What is said of each job of the run, by its id."""
        known = await self._known(repo, facts, run=run, own=own, now=now)
        begun = [report.job.id for report in own if known.retried.get(report.job.name) == report.job.id]
        if begun and known.run_now.attempt > run.attempt:  # before a crash, or GitHub's list lags behind
            return dict.fromkeys(begun, _started(run.attempt + 1))
        decision = decide_retry(known)
        candidates = [report.job.id for report in own if may_retry(report)]
        match decision:
            case Leave(why=why):
                return dict.fromkeys(candidates, f"Not started again by itself: {why}.") if why else {}
            case Again():
                attempt = await self._start(repo, facts.pull.number, run, decision, now=now)
        return dict.fromkeys((report.job.id for report in decision.jobs), _started(attempt))

    async def _known(
        self,
        repo: RepositoryClient,
        facts: SummaryFacts,
        *,
        run: WorkflowRun,
        own: tuple[JobReport, ...],
        now: datetime,
    ) -> RetryFacts:
        """What is decided by; head and run are read right before, whatever was true when the logs were read."""
        ids = {report.job.id for report in own}
        retried, today = await self.database.read(
            lambda connection: _retried(connection, facts, run=run, but=ids, since=now - DAY)
        )
        return RetryFacts(
            run=run,
            run_now=await get_run(repo, run.id),
            pull=await get_pull(repo, facts.pull.number),
            failed=own,
            failed_in_all=len(facts.failed) + facts.truncated,
            retried=retried,
            retried_today=today,
            checks_commits=run.event in CHECKING_EVENTS,
            now=now,
        )

    async def _start(
        self, repo: RepositoryClient, number: int, run: WorkflowRun, decision: Again, *, now: datetime
    ) -> int:
        """The attempt that was made; all attempts of a job at one commit are one row, written before the act."""
        rows = [
            {
                "repository_id": repo.ref.id,
                "head_sha": run.head_sha,
                "workflow": run.name,
                "job": report.job.name,
                "number": number,
                "job_id": report.job.id,
                "reason": report.evidence.reason,
                "retried_at": now,
            }
            for report in decision.jobs
        ]
        await _remember(self.database, rows)

        async def act() -> int:
            try:
                if decision.all_failed:
                    await rerun_failed_jobs(repo, run.id)
                else:
                    await rerun_job(repo, decision.jobs[0].job.id)
            except (Forbidden, NotFound, Unprocessable) as error:
                _log.warning("retry_refused", workflow_run_id=run.id, error=str(error))
                return REFUSED
            _log.info("retried", workflow_run_id=run.id, jobs=[report.job.name for report in decision.jobs])
            return run.attempt + 1

        async def find() -> int | None:
            attempt = (await get_run(repo, run.id)).attempt
            return attempt if attempt > run.attempt else None

        key = f"retry/{repo.ref.id}/{run.id}/{run.attempt}"
        return await self.effects.once(key, act, read_back=find, returns=int)


def _started(attempt: int) -> str:
    if attempt == REFUSED:
        return "Not started again by itself: GitHub refused it."
    return f"Started again by itself, as attempt {attempt}."


def _retried(
    connection: Connection, facts: SummaryFacts, *, run: WorkflowRun, but: Collection[int], since: datetime
) -> tuple[dict[str, int], int]:
    """The jobs of this workflow and commit that were started again, and how many re-runs the pull request had."""
    mine = retries.c.repository_id == facts.repository.id
    at_head = select(retries.c.job, retries.c.job_id).where(
        mine, retries.c.head_sha == run.head_sha, retries.c.workflow == run.name
    )
    of_pull = select(retries.c.workflow, retries.c.retried_at).where(
        mine,
        retries.c.number == facts.pull.number,
        retries.c.retried_at > since,
        retries.c.job_id.not_in(tuple(but)),
    )
    retried = {row.job: row.job_id for row in connection.execute(at_head).all()}
    # Jobs that were started together have one time: they were one re-run.
    return retried, len(connection.execute(of_pull.distinct()).all())


async def _remember(database: Database, rows: list[dict[str, object]]) -> None:
    def change(connection: Connection) -> None:
        for row in rows:
            mine = [retries.c[name] == row[name] for name in ("repository_id", "head_sha", "workflow", "job")]
            if connection.execute(select(retries.c.job_id).where(*mine)).first() is None:
                connection.execute(retries.insert().values(row))

    try:
        await database.write(change)
    except IntegrityError:  # another pull request with this head was quicker: it is one re-run
        _log.info("retry_known", job=rows[0]["job"])
