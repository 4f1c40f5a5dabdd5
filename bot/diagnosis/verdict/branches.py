"""Judges the failures of a branch's own build, of which no pull request is the author."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.diagnosis.verdict import history, trends
from bot.diagnosis.verdict.comparing import order
from bot.diagnosis.verdict.evidence import MEMORY
from bot.diagnosis.verdict.facts import BaseFacts, FailureFacts, VerdictFacts
from bot.diagnosis.verdict.judgements import words
from bot.diagnosis.verdict.sameness import is_specific
from bot.diagnosis.verdict.verdicts import judge
from bot.github.models import Conclusion

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.diagnosis.model import Evidence, Failure
    from bot.diagnosis.store import StoredReport
    from bot.github.run_models import WorkflowRun


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchBuild:
    """One red job of the build of a branch."""

    repository_id: int
    branch: str
    run: WorkflowRun
    report: StoredReport


def judge_build(connection: Connection, build: BranchBuild, *, now: datetime) -> tuple[Evidence, ...]:
    """This function will say whose fault each failure of the job is, in the order of its diagnosis.

    What other branches saw counts only where they saw it before this build did: what breaks a branch that everybody
    works from is seen on all of theirs.
    """
    told = build.report.diagnosis.failures
    scope = history.Scope(
        repository_id=build.repository_id,
        workflow=build.run.name,
        job=build.report.job.name,
        base=build.branch,
        branch=build.branch,
        since=now - MEMORY,
    )
    but = (build.run.id, build.run.attempt)
    specific = [one for one in told if is_specific(one)]
    seen = history.seen(connection, scope, specific, but=but) if specific else {}
    facts = _around(connection, scope, build, now=now)
    said = words(connection, scope.repository_id, {one.fingerprint for one in told})
    return tuple(
        judge(facts, replace(_facts(one, seen.get(one.fingerprint), build), said=said.get(one.fingerprint)))
        for one in told
    )


def _facts(failure: Failure, seen: history.Seen | None, build: BranchBuild) -> FailureFacts:
    if seen is None:  # its message is too general to be looked for
        return FailureFacts(failure=failure)
    run = build.run
    proofs = [one for one in (*seen.on_base, *seen.elsewhere) if one.passed_again and one.run_id != run.id]
    return FailureFacts(
        failure=failure,
        elsewhere=tuple(one for one in seen.elsewhere if order(one) < (run.id, run.attempt)),
        earlier=seen.on_base,
        proofs=tuple(sorted(proofs, key=order, reverse=True)),
    )


def _around(
    connection: Connection, scope: history.Scope, build: BranchBuild, *, now: datetime
) -> VerdictFacts:
    """What is known about the job beside its failures."""
    run, report = build.run, build.report
    usual, usual_url = trends.usual_tests(connection, scope, but=run.id, report=report.diagnosis.report)
    return VerdictFacts(
        run_id=run.id,
        workflow=scope.workflow,
        job=scope.job,
        author="",  # nobody's: whoever saw it elsewhere is somebody else
        branch=build.branch,
        head_sha=run.head_sha,
        now=now,
        base=BaseFacts(branch=build.branch),
        timed_out=report.job.conclusion is Conclusion.TIMED_OUT,
        problem=report.diagnosis.problem,
        passes=history.passes(connection, scope, run_id=run.id, but=run.attempt),
        tests_ran=report.diagnosis.tests_ran,
        tests_usual=usual,
        usual_url=usual_url,
    )
