"""Renders one failure, in full or as a table row, with every link that leads on from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause, Verdict
from bot.diagnosis.places import path_in_repository
from bot.markdown import code, details, escape, fence, html, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.model import Evidence, Failure, JobReport, Location, Recovered
    from bot.github.models import Sha
    from bot.github.run_models import Job

TESTS_SHOWN = 15
PLACES_SHOWN = 5
JOBS_SHOWN = 6
OTHERS_SHOWN = 6
ALSO_SHOWN = 8
RECOVERED_SHOWN = 5
MESSAGE_WIDTH = 240
NAME_WIDTH = 160
ROW_WIDTH = 100

CAUSES = {
    Cause.TEST: "test",
    Cause.COMPILE: "compile",
    Cause.LINT: "lint",
    Cause.FORMAT: "format",
    Cause.DOCS: "docs",
    Cause.DEPENDENCY: "dependency",
    Cause.INFRASTRUCTURE: "infrastructure",
    Cause.CONFIGURATION: "configuration",
    Cause.CANCELLED: "cancelled",
    Cause.UNKNOWN: "cause unknown",
}
VERDICTS = {
    Verdict.NEW: "New",
    Verdict.UNKNOWN: "Unknown",
    Verdict.INCOMPLETE: "Incomplete",
    Verdict.FLAKY_LIKELY: "Flaky, likely",
    Verdict.FLAKY_PROVEN: "Flaky, proven",
    Verdict.BROKEN_BASE: "Broken base",
    Verdict.INFRASTRUCTURE: "Infrastructure",
}  # in the order in which a person needs to know
_WORLD = re.compile(r"^(?:/|~|[A-Za-z]:|\.\./|https?:)|(?:^|/)\.\.(?:/|$)")
_NUMBER = re.compile(r"^#\d+$")
_SINCE = re.compile(r"^(\S+) since ([0-9a-f]{7,40})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where links lead: the repository's page and the commit the jobs ran on."""

    root: str  # https://github.com/owner/name
    head_sha: Sha

    def file(self, location: Location) -> str:
        """This function will name a place in a file, linked at this commit where it lies in the repository."""
        path = path_in_repository(location.path)
        name = code(f"{path}:{location.line}")
        if _WORLD.search(path):
            return name
        return link(name, f"{self.root}/blob/{self.head_sha}/{path}#L{location.line}")


def is_in_repository(path: str) -> bool:
    """This function will say whether a path can be one of the repository's files."""
    return bool(path) and not _WORLD.search(path_in_repository(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The same failure in one job or several."""

    reports: tuple[JobReport, ...]

    @property
    def report(self) -> JobReport:
        """The job that speaks for the others."""
        return self.reports[0]

    @property
    def failure(self) -> Failure | None:
        """The foremost failure of the job, if its log told one."""
        failures = self.report.diagnosis.failures
        return failures[0] if failures else None

    @property
    def cause(self) -> Cause:
        """The class of the foremost failure."""
        return self.failure.cause if self.failure else Cause.UNKNOWN


def job_name(report: JobReport) -> str:
    """This function will name a job as GitHub's pages do."""
    return shortened(f"{report.workflow} / {report.job.name}", NAME_WIDTH)


def message_of(group: Group) -> str:
    """This function will say in one line what went wrong."""
    if group.failure is not None:
        return group.failure.message or "it failed without a word"
    return group.report.diagnosis.problem or "the job failed without saying why"


def section(group: Group, place: Place, *, lines: int, is_open: bool) -> str:
    """This function will render one failure in full, its log lines unfolded or not."""
    failure, report = group.failure, group.report
    parts = [_title(group), _said(group, place)]
    if failure is not None:
        parts += [_tests(failure), _more_places(failure, place)]
    parts.append(_verdict(report.evidence, told=message_of(group)) + _id(failure))
    parts += [_elsewhere(group), escape(report.retry) if report.retry else "", _facts(group)]
    if failure is not None and failure.excerpt and lines:
        parts.append(_log(failure, lines, is_open=is_open))
    parts.append(_others(report, place, group.failure))
    return "\n\n".join(part for part in parts if part)


def _title(group: Group) -> str:
    report = group.report
    step = report.diagnosis.step or (group.failure.step if group.failure else "")
    where = (
        f"{code(job_name(report))} → {code(shortened(step, NAME_WIDTH))}" if step else code(job_name(report))
    )
    return f"#### {_verdict_name(report.evidence)} · {CAUSES[group.cause]} · {where}"


def _verdict_name(evidence: Evidence) -> str:
    """The verdict, and whose word it is where no evidence of the bot's own stands behind it."""
    word, verdict = evidence.said, evidence.verdict
    if word is None or verdict not in {Verdict.FLAKY_LIKELY, Verdict.INFRASTRUCTURE}:
        return VERDICTS[verdict]
    return f"{VERDICTS[verdict].partition(',')[0]}, says {escape(word.login)}"


def said(group: Group, width: int) -> str:
    """This function will say what went wrong as Markdown: a log's words as code, so that they stay exact."""
    text = shortened(message_of(group), width)
    return code(text) if group.failure is not None else escape(text)


def _said(group: Group, place: Place) -> str:
    text = f"**{said(group, MESSAGE_WIDTH)}**"
    failure = group.failure
    if failure is not None and failure.locations:
        return f"{text} at {place.file(failure.locations[0])}"
    return text


def _tests(failure: Failure) -> str:
    if not failure.tests:
        return ""
    shown = ", ".join(code(shortened(test, NAME_WIDTH)) for test in failure.tests[:TESTS_SHOWN])
    rest = len(failure.tests) - TESTS_SHOWN
    label = "Failing test" if len(failure.tests) == 1 else f"{len(failure.tests)} failing tests"
    return f"{label}: {shown}" + (f" and {rest} more" if rest > 0 else "")


def _more_places(failure: Failure, place: Place) -> str:
    more = failure.locations[1 : PLACES_SHOWN + 1]
    return "Also at " + ", ".join(place.file(one) for one in more) if more else ""


def _verdict(evidence: Evidence, *, told: str) -> str:
    """The verdict with its evidence; a reason that stands above already is not repeated."""
    text = f"Verdict: {VERDICTS[evidence.verdict].lower()}"
    if evidence.reason != told:
        text += f", {escape(evidence.reason)}"
    links = ", ".join(link(str(number), url) for number, url in enumerate(evidence.links[:5], 1))
    if links:
        text += f" (evidence: {links})"
    if evidence.also_on:
        rest = len(evidence.also_on) - ALSO_SHOWN
        text += ". Also on " + ", ".join(_label(one) for one in evidence.also_on[:ALSO_SHOWN])
        text += f" and {rest} more" if rest > 0 else ""
    return text


def _id(failure: Failure | None) -> str:
    """The name by which a person speaks of the failure."""
    return f" · ID {code(failure.short_id)}" if failure is not None and failure.short_id else ""


def _label(text: str) -> str:
    """Where else a failure was seen; a pull request's number and a commit stay GitHub's own links."""
    if _NUMBER.match(text):
        return text
    since = _SINCE.match(text)
    return f"{escape(since[1])} since {since[2]}" if since else escape(text)


def _elsewhere(group: Group) -> str:
    others = group.reports[1:]
    if not others:
        return ""
    names = ", ".join(link(code(job_name(one)), one.job.html_url) for one in others[:JOBS_SHOWN])
    rest = len(others) - JOBS_SHOWN
    return f"The same in {names}" + (f" and {rest} more" if rest > 0 else "")


def _facts(group: Group) -> str:
    report, failure = group.report, group.failure
    minutes = sum(one.job.minutes for one in group.reports)
    parts = (
        [link(f"log line {failure.line}", log_url(report.job, failure))] if failure and failure.line else []
    )
    parts += [link("job", report.job.html_url), *([f"{minutes:.1f} min"] if minutes else [])]
    return " · ".join(parts)


def log_url(job: Job, failure: Failure) -> str:
    """This function will lead to the log line, as far as the job's page can: by step and line within it."""
    red = (step.number for step in job.steps if step.conclusion and step.conclusion.is_red)
    number = failure.step_number or next(red, 0)
    if number and failure.step_line:
        return f"{job.html_url}#step:{number}:{failure.step_line}"
    return job.html_url


def _log(failure: Failure, lines: int, *, is_open: bool) -> str:
    shown = failure.excerpt[:lines]
    rest = len(failure.excerpt) - len(shown)
    kind = "log line" if failure.line else "line"  # else they are of a file that the run uploaded
    label = f"{len(shown)} {kind}{'' if len(shown) == 1 else 's'}"
    return details(
        label + (f" of {len(failure.excerpt)}" if rest else ""),
        fence("\n".join(shown), "text"),
        is_open=is_open,
    )


def _others(report: JobReport, place: Place, told: Failure | None) -> str:
    others = [failure for failure in report.diagnosis.failures if failure is not told]
    if not others:
        return ""
    rows = [_other(failure, place) for failure in others[:OTHERS_SHOWN]]
    if len(others) > OTHERS_SHOWN:
        rows.append(f"- and {len(others) - OTHERS_SHOWN} more")
    plural = "failure" if len(others) == 1 else "failures"
    return details(html(f"{len(others)} more {plural} in this job"), "\n".join(rows))


def _other(failure: Failure, place: Place) -> str:
    where = f" at {place.file(failure.locations[0])}" if failure.locations else ""
    test = f" in {code(shortened(failure.tests[0], NAME_WIDTH))}" if failure.tests else ""
    return f"- {CAUSES[failure.cause]}: {code(shortened(failure.message, NAME_WIDTH))}{test}{where}{_id(failure)}"


def row(group: Group) -> tuple[str, str, str, str]:
    """This function will render one failure as the cells of a table row."""
    report = group.report
    more = f" and {len(group.reports) - 1} more" if len(group.reports) > 1 else ""
    return (
        link(code(shortened(job_name(report), ROW_WIDTH)), report.job.html_url) + more,
        CAUSES[group.cause],
        VERDICTS[report.evidence.verdict] + _id(group.failure),
        said(group, ROW_WIDTH),
    )


def recovered(jobs: Sequence[Recovered]) -> str:
    """This function will say in one line which jobs failed and passed at this very commit."""
    told = [
        f"{code(shortened(one.name, NAME_WIDTH))} {link('failed', one.failed_url)} and "
        f"{link('passed', one.passed_url)}{' when it was run again by itself' if one.retried else ''}"
        for one in jobs[:RECOVERED_SHOWN]
    ]
    rest = len(jobs) - RECOVERED_SHOWN
    return f"Flaky, proven: {', '.join(told)}{f' and {rest} more' if rest > 0 else ''}." if told else ""


def shortened(text: str, width: int) -> str:
    """This function will cut a text to so many characters, an ellipsis where it was cut."""
    return text if len(text) <= width else text[: width - 1] + "…"
