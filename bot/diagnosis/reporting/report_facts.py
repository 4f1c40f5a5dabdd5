"""Gathers what the summary says of a head's tests and workflow runs beside its failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.diagnosis.model import JobTests, ReportFacts, RunMeasures
from bot.diagnosis.prices import cost_of
from bot.diagnosis.reporting.metrics import (
    Stretches,
    caches_of,
    longest,
    longest_wait,
    measure_workflows,
    once_each,
    slowed_tests,
)
from bot.diagnosis.reporting.metrics_store import earlier_reports, outcomes_of, samples_since
from bot.diagnosis.verdict.history import Scope
from bot.diagnosis.verdict.trends import usual_tests
from bot.page_links import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.diagnosis.model import SuiteReport
    from bot.diagnosis.reporting.metrics_store import JobOutcome
    from bot.github.models import RepositoryRef
    from bot.github.run_models import WorkflowRun
    from bot.page_links import PageLinks
    from bot.storage.database import Database

USUAL = timedelta(days=30)
MOST_USUAL = 1_000  # jobs that tell what is usual for a workflow


async def report_facts(
    database: Database,
    repository: RepositoryRef,
    runs: Sequence[WorkflowRun],
    *,
    now: datetime,
    links: PageLinks | None = None,
) -> ReportFacts:
    """This function will gather what is stored of a head's red runs, and what is usual for them.

    Args:
        database: where it is stored.
        repository: whose runs these are.
        runs: the newest attempt of every workflow at the head.
        now: the time; links last from here.
        links: makes the addresses of the bot's pages; without it none is said.
    """
    gathering = _Gathering(database, repository, now, links)
    # What passed is on the pages: a comment that told of it would be edited at every end of a workflow run.
    red = [run for run in runs if run.conclusion is not None and run.conclusion.is_red]
    outcomes = await outcomes_of(database, repository.id, [(run.id, run.attempt) for run in red])
    tests = [await gathering.tests(one, one.report) for one in outcomes if one.report is not None]
    jobs = {run.id: [one for one in outcomes if one.sample.run_id == run.id] for run in red}
    measures = [await gathering.measures(run, jobs[run.id]) for run in red if jobs[run.id]]
    return ReportFacts(tests=tuple(tests), measures=tuple(measures), pages=gathering.pages(measures))


@dataclass(frozen=True, slots=True)
class _Gathering:
    """What every part of it needs."""

    database: Database
    repository: RepositoryRef
    now: datetime
    links: PageLinks | None

    async def tests(self, outcome: JobOutcome, report: SuiteReport) -> JobTests:
        """This function will say what a job's tests did beside what is usual for them."""
        sample = outcome.sample
        scope = Scope(
            repository_id=self.repository.id,
            workflow=sample.workflow,
            job=sample.job,
            base=self.repository.default_branch,
            branch=sample.branch,
            since=self.now - USUAL,
        )
        usual, _ = await self.database.read(
            lambda connection: usual_tests(connection, scope, but=sample.run_id, report=report)
        )
        earlier = await earlier_reports(self.database, scope, but=sample.run_id)
        return JobTests(
            workflow=sample.workflow,
            job=sample.job,
            url=outcome.url,
            report=report,
            usual=usual,
            slowed=slowed_tests(report, earlier),
        )

    async def measures(self, run: WorkflowRun, jobs: Sequence[JobOutcome]) -> RunMeasures:
        """This function will measure a run beside what is usual for its workflow."""
        samples = [one.sample for one in jobs]
        begin = self.now - USUAL
        known = await samples_since(
            self.database, self.repository.id, since=begin, workflow=run.name, most=MOST_USUAL
        )
        earlier = [one for one in once_each(known) if one.run_id != run.id]
        usual = next(iter(measure_workflows(earlier, Stretches(begin=begin, end=self.now, count=1))), None)
        return RunMeasures(
            workflow=run.name,
            url=run.html_url,
            seconds=longest(samples),
            usual_seconds=usual.duration.p50 if usual and usual.duration else None,
            queued=longest_wait(samples),
            usual_queued=usual.queue.p50 if usual and usual.queue else None,
            caches=caches_of(samples),
            cost=cost_of((one.seconds, one.labels) for one in samples if one.seconds is not None),
            page=self._tests(str(run.id), str(run.attempt)),
        )

    def pages(self, measures: Sequence[RunMeasures]) -> tuple[tuple[str, str], ...]:
        """This function will name the pages that a summary leads to; the tests of one run, or the list of runs."""
        if self.links is None:
            return ()
        tests = measures[0].page if len(measures) == 1 else self._tests()
        return (
            ("Tests", tests),
            ("Metrics", self._page(Kind.METRICS)),
            ("History", self._page(Kind.HISTORY)),
        )

    def _tests(self, *parts: str) -> str:
        """The page compares with the default branch, which it cannot know by itself."""
        page = self._page(Kind.TESTS, *parts)
        return f"{page}?base={quote(self.repository.default_branch, safe='')}" if page else ""

    def _page(self, kind: Kind, *parts: str) -> str:
        if self.links is None:
            return ""
        return self.links.address(self.repository.id, kind, *parts, now=self.now)
