"""Answers why a failure of a pull request has its verdict, from what is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.diagnosis.store import reports_of
from bot.diagnosis.verdict import trends
from bot.diagnosis.verdict.evidence import Failed, Judge, parting
from bot.diagnosis.verdict.facts import FailureFacts
from bot.diagnosis.verdict.judgements import failures_on
from bot.diagnosis.verdict.naming import pick_failure
from bot.diagnosis.verdict.why import Question, render_why
from bot.github.actions import get_run
from bot.github.errors import NotFound
from bot.github.pulls import get_pull

if TYPE_CHECKING:
    from datetime import datetime

    from bot.diagnosis.verdict.judgements import KnownFailure
    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered; with a reason it is a refusal."""

    text: str  # safe Markdown
    reason: Reason | None = None


async def why_failure(
    database: Database, repo: RepositoryClient, *, number: int, identifier: str, now: datetime
) -> Answer:
    """This function will explain the verdict of the failure with this ID, or of the foremost one."""
    pull = await get_pull(repo, number)
    known = await failures_on(database, repo.ref, number=number, head_sha=pull.head_sha)
    picked = pick_failure(identifier, known)
    if isinstance(picked, Refused):
        return Answer(text=picked.text, reason=picked.reason)
    try:
        question = await _question(database, repo, pull, picked, now=now)
    except NotFound:
        text = "GitHub no longer has the workflow run of this failure."
        return Answer(text=text, reason=Reason.NO_FAILURE)
    return Answer(text=render_why(question))


async def _question(
    database: Database, repo: RepositoryClient, pull: PullRequest, picked: KnownFailure, *, now: datetime
) -> Question:
    reports = await reports_of(database, repo.ref, picked.run_id, picked.attempt)
    report = next(each for each in reports if each.job.id == picked.job_id)
    run = replace(await get_run(repo, picked.run_id), attempt=picked.attempt)
    failed = Failed(repository=repo.ref, pull=pull, run=run, report=report)
    facts = await Judge(database, merge_base=parting(repo, pull)).facts(failed, now=now)
    seen = next(
        (one for one in facts.failures if one.failure.fingerprint == picked.failure.fingerprint),
        FailureFacts(failure=picked.failure),
    )
    fingerprint, tests = seen.failure.fingerprint, seen.failure.tests
    trend, rates = await database.read(
        lambda connection: (
            trends.trend(connection, repo.ref.id, fingerprint),
            trends.rates(connection, repo.ref.id, workflow=picked.workflow, job=picked.job, tests=tests),
        )
    )
    return Question(
        facts=facts,
        seen=seen,
        job_url=report.job.html_url,
        head_sha=picked.head_sha,
        trend=trend,
        rates=rates,
    )
