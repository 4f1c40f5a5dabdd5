"""The story of the summary: one comment and one check run of a pull request are made to say what is known now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.budget.store import spent_on
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.diagnosis.consequences import ONLY_SUMS_UP
from bot.diagnosis.model import JobReport, SummaryFacts
from bot.diagnosis.reporting.render import SUMMARY_MARKER, render_check, render_summary
from bot.diagnosis.reporting.report_facts import report_facts
from bot.diagnosis.standing import Standing, save_standing, standing
from bot.diagnosis.store import known_attempts, reports_of
from bot.diagnosis.verdict.evidence import Failed, Judge, parting
from bot.diagnosis.verdict.recovering import recovered_jobs
from bot.diagnosis.verdict.retrying import Retrier
from bot.engine.model import Start
from bot.github.actions import list_runs
from bot.github.checks import create_check, find_check, update_check
from bot.github.comments import create_comment, find_comment, update_comment
from bot.github.errors import NotFound
from bot.github.limits import Priority
from bot.github.models import CheckRun, Conclusion, PullRequest, RepositoryRef, Sha
from bot.github.pulls import get_pull
from bot.github.run_models import WorkflowRun

if TYPE_CHECKING:
    from datetime import datetime

    from bot.engine.model import Run
    from bot.github.app import GitHub
    from bot.github.client import RepositoryClient
    from bot.levels.noting import Levels
    from bot.page_links import PageLinks
    from bot.storage.database import Database
    from bot.storage.effects import Effects

FLOW = "summarise"
# Workflow runs of these events are the checks of a commit; a dispatched run answers to whoever dispatched it.
CHECKING_EVENTS = frozenset({"push", "pull_request", "pull_request_target", "merge_group"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariseRequest:
    """A head of a pull request of which something new is known."""

    repository: RepositoryRef
    number: int
    head_sha: Sha
    news: str  # what is new, as a key: the same news twice is said once
    # Only a red run's story has read what the repository wants: others edit what stands, and begin nothing.
    may_comment: bool = False
    may_check: bool = False
    is_asked: bool = False  # a person asked for the check run again: GitHub waits until it is written

    def start(self) -> Start:
        """This function will make the start of the flow that says so."""
        return Start(
            flow=FLOW,
            run_id=f"summarise-{self.number}-{self.news}",
            request=self,
            partition=f"{self.repository.full_name}#{self.number}",
        )


@dataclass(frozen=True, slots=True)
class Summariser:
    """Keeps the comment and the check run of a pull request at what is known."""

    github: GitHub
    database: Database
    effects: Effects
    links: PageLinks | None = None  # makes the addresses of the bot's own pages, where they can be reached
    levels: Levels | None = None

    async def summarise(self, run: Run, request: SummariseRequest) -> None:
        """This function will write, edit or quieten the summary of a pull request."""
        repo = self.github.repository(request.repository, priority=Priority.SUMMARY)
        runs = await run.step(
            "workflow runs", lambda: self._runs(repo, request.head_sha), returns=tuple[WorkflowRun, ...]
        )
        now = await run.now()
        await run.step("say", lambda: self._say(repo, request, runs=runs, now=now), returns=None)

    async def _runs(self, repo: RepositoryClient, head_sha: Sha) -> tuple[WorkflowRun, ...]:
        """The runs that count for a head; a red one whose logs are still being read counts as running."""
        runs = await _newest_runs(repo, head_sha)
        known = await known_attempts(self.database, repo.ref, head_sha)
        if all(_is_read(run, known) for run in runs):
            return runs
        # Red and not stored: another story is reading it now, or the repository wants it ignored.
        config = await read_configuration(repo)
        ignored = () if isinstance(config, ConfigurationErrors) else config.diagnosis.ignore_workflows
        wanted = (run for run in runs if run.path.rpartition("/")[2] not in ignored)
        return tuple(run if _is_read(run, known) else _unread(run) for run in wanted)

    async def _say(
        self,
        repo: RepositoryClient,
        request: SummariseRequest,
        *,
        runs: tuple[WorkflowRun, ...],
        now: datetime,
    ) -> None:
        number, head_sha = request.number, request.head_sha
        stands = await standing(self.database, repo.ref, number)
        if stands is None:
            if not any(run.conclusion is not None and run.conclusion.is_red for run in runs):
                return  # never red: nothing to say
            stands = Standing(
                comment_id=await self._find(repo, number),
                body_digest="",
                check_run_id=None,
                check_digest="",
                head_sha=head_sha,
            )
        # Read right before writing: what is known of another head than the present one is the past.
        pull = await get_pull(repo, number)
        if not pull.is_open or pull.head_sha != head_sha:
            return
        facts = await self._facts(repo, pull, runs=runs, now=now)
        facts = await Retrier(self.database, self.effects).try_again(repo, facts, now=now)
        if stands.comment_id is not None or request.may_comment:
            stands = await self._comment(repo, facts, stands)
            await save_standing(self.database, repo.ref, number, now=now, stands=stands)
            await self._note_waits(repo, runs)
        if stands.check_run_id is not None or request.may_check:
            stands = await self._check(repo, facts, stands, is_asked=request.is_asked)
            await save_standing(self.database, repo.ref, number, now=now, stands=stands)

    async def _comment(self, repo: RepositoryClient, facts: SummaryFacts, stands: Standing) -> Standing:
        body = render_summary(facts)
        digest = _digest(body)
        if digest == stands.body_digest:
            return stands
        comment_id = stands.comment_id
        if comment_id is not None:
            try:
                await update_comment(repo, comment_id, body)
            except NotFound:
                comment_id = None  # somebody deleted it: it is said anew below
        if comment_id is None:
            comment_id = await self._create(repo, facts.pull.number, body, lost=stands.comment_id)
        return replace(stands, comment_id=comment_id, body_digest=digest)

    async def _note_waits(self, repo: RepositoryClient, runs: tuple[WorkflowRun, ...]) -> None:
        for run in runs:
            if self.levels is not None and run.conclusion is not None and run.conclusion.is_red:
                cause = f"{run.id}-{run.attempt}"
                await self.levels.summarised(cause, repo.ref.id, began_at=run.updated_at)

    async def _create(self, repo: RepositoryClient, number: int, body: str, *, lost: int | None) -> int:
        async def act() -> int:
            return (await create_comment(repo, number, body)).id

        key = f"summary-{repo.ref.id}-{number}" + (f"-after-{lost}" if lost else "")
        return await self.effects.once(key, act, read_back=lambda: self._find(repo, number), returns=int)

    async def _find(self, repo: RepositoryClient, number: int) -> int | None:
        found = await find_comment(repo, number, marker=SUMMARY_MARKER)
        return None if found is None else found.id

    async def _check(
        self, repo: RepositoryClient, facts: SummaryFacts, stands: Standing, *, is_asked: bool
    ) -> Standing:
        report = render_check(facts)
        digest = _digest(repr(report))
        if digest == stands.check_digest and stands.head_sha == report.head_sha and not is_asked:
            return stands
        if stands.check_run_id is not None and stands.head_sha == report.head_sha:
            await update_check(repo, stands.check_run_id, report)
            return replace(stands, check_digest=digest)
        if not facts.is_red:
            return stands  # a head that was never red needs no check run to say so
        check = await self.effects.once(
            f"check-{repo.ref.id}-{report.external_id}",
            lambda: create_check(repo, report),
            read_back=lambda: find_check(
                repo, report.head_sha, name=report.name, external_id=report.external_id
            ),
            returns=CheckRun,
        )
        return replace(stands, check_run_id=check.id, check_digest=digest, head_sha=report.head_sha)

    async def _facts(
        self,
        repo: RepositoryClient,
        pull: PullRequest,
        *,
        runs: tuple[WorkflowRun, ...],
        now: datetime,
    ) -> SummaryFacts:
        judge = Judge(self.database, merge_base=parting(repo, pull))
        failed: list[JobReport] = []
        cancelled, summing = [], []
        for run in runs:
            if run.conclusion is None or not run.conclusion.is_red:
                continue
            for report in await reports_of(self.database, repo.ref, run.id, run.attempt):
                if report.job.conclusion is Conclusion.CANCELLED:
                    cancelled.append(report.job)
                    continue
                if report.diagnosis.problem == ONLY_SUMS_UP:
                    summing.append(report.job)
                    continue
                each = Failed(repository=repo.ref, pull=pull, run=run, report=report)
                failed.append(await judge.report(each, now=now))
        around = await report_facts(self.database, repo.ref, runs, now=now, links=self.links)
        spend = await self.database.read(lambda rows: spent_on(rows, repo.ref.id, pull.number))
        return SummaryFacts(
            repository=repo.ref,
            pull=pull,
            runs=runs,
            failed=tuple(failed),
            cancelled=tuple(cancelled),
            summing=tuple(summing),
            recovered=await recovered_jobs(self.database, repo.ref, runs),
            report=replace(around, spend=spend),
        )


async def _newest_runs(repo: RepositoryClient, head_sha: Sha) -> tuple[WorkflowRun, ...]:
    """The newest attempt of every checking workflow; of two runs of one workflow and event, the newer."""
    newest: dict[tuple[int, str], WorkflowRun] = {}
    for run in await list_runs(repo, head_sha=head_sha):
        key = (run.workflow_id, run.event)
        if run.event in CHECKING_EVENTS and (key not in newest or run.id > newest[key].id):
            newest[key] = run
    return tuple(sorted(newest.values(), key=lambda run: (run.name, run.id)))


def _is_read(run: WorkflowRun, known: set[tuple[int, int]]) -> bool:
    with_jobs = run.conclusion in {Conclusion.FAILURE, Conclusion.TIMED_OUT}
    return not with_jobs or (run.id, run.attempt) in known


def _unread(run: WorkflowRun) -> WorkflowRun:
    """A red run whose logs are still being read counts as running: its own diagnosis will say the rest."""
    return replace(run, status="in_progress", conclusion=None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
