"""Judges the build of a fix: whether the failure is gone from it, from what was read of it alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.github.models import Conclusion
from bot.markdown import code, link
from bot.supervision.fixing.builds.model import file_of
from bot.supervision.fixing.verdict.model import BuildEnd, SeenBuild

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.diagnosis.model import Failure
    from bot.diagnosis.store import StoredReport
    from bot.github.run_models import WorkflowRun
    from bot.supervision.fixing.model import Trouble

_EVENTS = frozenset({"push", "pull_request"})
_NOBODYS = frozenset({Cause.INFRASTRUCTURE, Cause.CANCELLED})
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRun:
    """A run of a fix with its red jobs; None where they were not read yet."""

    run: WorkflowRun
    reports: tuple[StoredReport, ...] | None = ()
    excused: frozenset[str] = frozenset()  # fingerprints that are proven or likely flaky


def runs_of(trouble: Trouble, runs: Iterable[WorkflowRun]) -> tuple[WorkflowRun, ...]:
    """This function will pick the runs of the workflow that failed, the newest of each event."""
    newest: dict[str, WorkflowRun] = {}
    for run in sorted(runs, key=lambda each: (each.id, each.attempt)):
        if file_of(run) == trouble.path and run.event in _EVENTS:
            newest[run.event] = run
    return tuple(newest.values())


def judge_runs(trouble: Trouble, runs: Sequence[ReadRun], passed: frozenset[str]) -> SeenBuild:
    """This function will say whether a fix mended the failure: only its own build tells.

    Args:
        trouble: the failure.
        runs: the runs of the workflow at the fix's commit.
        passed: jobs that passed in the build that broke; what fails in them now, the fix has brought.
    """
    if not runs:
        return SeenBuild(end=BuildEnd.NONE)
    url = runs[-1].run.html_url
    found = [(each, report) for each in runs for report in each.reports or ()]
    for end, is_so in ((BuildEnd.STILL, _still), (BuildEnd.WORSE, _worse)):
        told = [
            _line(report, failure)
            for each, report in found
            for failure in report.diagnosis.failures
            if is_so(
                Blame(trouble=trouble, job=report.job.name, passed=passed, excused=each.excused), failure
            )
        ]
        if told:
            return SeenBuild(end=end, url=url, failures=tuple(dict.fromkeys(told))[:_MOST_NAMED])
    if not all(_has_ended(each) for each in runs):
        return SeenBuild(end=BuildEnd.RUNNING, url=url)
    mute = [report for _, report in found if report.job.name == trouble.job and not report.diagnosis.failures]
    if mute:
        told = [
            f"{link(code(one.job.name), one.job.html_url)}: nothing could be read in its log" for one in mute
        ]
        return SeenBuild(end=BuildEnd.STILL, url=url, failures=tuple(told[:_MOST_NAMED]))
    return SeenBuild(end=BuildEnd.MENDED if found else BuildEnd.GREEN, url=url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """Where a failure of a fix's build was seen, and what it is held against."""

    trouble: Trouble
    job: str
    passed: frozenset[str]
    excused: frozenset[str]


def _still(blame: Blame, failure: Failure) -> bool:
    return failure.fingerprint == blame.trouble.failure.fingerprint


def _worse(blame: Blame, failure: Failure) -> bool:
    """Whether the fix brought it: what the failure may have hidden until now is none of its doing."""
    trouble = blame.trouble
    if failure.fingerprint in {*trouble.beside, *blame.excused} or failure.cause in _NOBODYS:
        return False
    if blame.job in blame.passed:
        return True
    if blame.job != trouble.job:
        return False
    if failure.tool == trouble.failure.tool:
        return True
    return 0 < failure.step_number < trouble.failure.step_number


def _has_ended(each: ReadRun) -> bool:
    """Whether it tells anything: one that was cancelled or skipped does not."""
    conclusion = each.run.conclusion
    if not each.run.is_completed or conclusion is None or each.reports is None:
        return False
    return conclusion is Conclusion.SUCCESS or conclusion.is_red


def _line(report: StoredReport, failure: Failure) -> str:
    return f"{link(code(report.job.name), report.job.html_url)}: {code(failure.message)}"
