"""Gathers what is known about a failed job and has it judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.model import JobReport
from bot.diagnosis.verdict import history, trends
from bot.diagnosis.verdict.comparing import order
from bot.diagnosis.verdict.facts import BaseFacts, FailureFacts, VerdictFacts, branch_name
from bot.diagnosis.verdict.judgements import words
from bot.diagnosis.verdict.sameness import is_specific
from bot.diagnosis.verdict.verdicts import decide_verdict
from bot.github.commits import merge_base
from bot.github.errors import GitHubError
from bot.github.models import Conclusion

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.diagnosis.model import Failure
    from bot.diagnosis.store import StoredReport
    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest, RepositoryRef
    from bot.github.run_models import WorkflowRun
    from bot.storage.database import Database

MEMORY = timedelta(days=30)
_MERGES = frozenset({"pull_request"})  # events whose runs build the merge of head and base
# https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One failed job of a pull request's head."""

    repository: RepositoryRef
    pull: PullRequest
    run: WorkflowRun
    report: StoredReport

    @property
    def scope(self) -> tuple[str, str]:
        """The workflow and job."""
        return (self.run.name, self.report.job.name)


@dataclass(frozen=True, slots=True)
class Judge:
    """Says whose fault failed jobs are, by what is stored."""

    database: Database
    # Where the pull request left its base; asked only where the base failed the same way.
    merge_base: Callable[[], Awaitable[str]]

    async def report(self, failed: Failed, *, now: datetime) -> JobReport:
        """This function will report a failed job with its verdict."""
        facts = await self.facts(failed, now=now)
        return JobReport(
            job=failed.report.job,
            workflow=failed.run.name,
            diagnosis=failed.report.diagnosis,
            evidence=decide_verdict(facts),
        )

    async def facts(self, failed: Failed, *, now: datetime) -> VerdictFacts:
        """This function will gather what is known about a failed job beside its log."""
        facts = await self.database.read(lambda connection: _gathered(connection, failed, now))
        if any(one.on_base for one in facts.failures):
            base = replace(facts.base, merge_base=await self.merge_base())
            facts = replace(facts, base=base)
        return facts


def parting(repo: RepositoryClient, pull: PullRequest) -> Callable[[], Awaitable[str]]:
    """This function will make the question where a pull request left its base, asked of GitHub at most once."""
    known: list[str] = []

    async def ask() -> str:
        if not known:
            try:
                known.append(await merge_base(repo, pull.base_sha, pull.head_sha))
            except GitHubError:  # what it would excuse is not excused then
                known.append("")
        return known[0]

    return ask


def _gathered(connection: Connection, failed: Failed, now: datetime) -> VerdictFacts:
    pull, run, diagnosis = failed.pull, failed.run, failed.report.diagnosis
    workflow, job = failed.scope
    branch = branch_name(pull.head_ref, head_repository=pull.head_repository, repository=pull.base_repository)
    scope = history.Scope(
        repository_id=failed.repository.id,
        workflow=workflow,
        job=job,
        base=pull.base_ref,
        branch=branch,
        since=now - MEMORY,
    )
    but = (run.id, run.attempt)
    told = diagnosis.failures
    on_base = history.failures_on_base(connection, scope)
    said = words(connection, scope.repository_id, {one.fingerprint for one in told})
    seen = history.seen(connection, scope, [one for one in told if is_specific(one)], but=but)
    found = tuple(
        replace(
            _facts(one, seen.get(one.fingerprint), run_id=run.id),
            differently=history.failed_differently(one, on_base),
            said=said.get(one.fingerprint),
        )
        for one in told
    )
    usual, usual_url = trends.usual_tests(connection, scope, but=run.id, report=diagnosis.report)
    others = {(one.workflow, one.job) for each in found for one in each.on_base} - {(workflow, job)}
    return VerdictFacts(
        run_id=run.id,
        workflow=workflow,
        job=job,
        author=pull.author.login,
        branch=branch,
        head_sha=pull.head_sha,
        now=now,
        base=BaseFacts(
            branch=pull.base_ref,
            results=history.results(connection, scope, jobs=others, told=on_base),
            newest_runs=history.newest_runs(connection, scope, {each for each, _ in others}),
        ),
        failures=found,
        builds_merge=run.event in _MERGES,
        timed_out=failed.report.job.conclusion is Conclusion.TIMED_OUT,
        problem=diagnosis.problem,
        passes=history.passes(connection, scope, run_id=run.id, but=run.attempt),
        tests_ran=diagnosis.tests_ran,
        tests_usual=usual,
        usual_url=usual_url,
    )


def _facts(failure: Failure, seen: history.Seen | None, *, run_id: int) -> FailureFacts:
    if seen is None:  # its message is too general to be looked for
        return FailureFacts(failure=failure)
    others = (*seen.on_base, *seen.elsewhere, *seen.earlier)
    proofs = [one for one in others if one.passed_again and one.run_id != run_id]
    return FailureFacts(
        failure=failure,
        on_base=seen.on_base,
        elsewhere=seen.elsewhere,
        earlier=seen.earlier,
        proofs=tuple(sorted(proofs, key=order, reverse=True)),
    )
