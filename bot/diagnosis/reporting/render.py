"""Says on the pull request what failed: the summary comment and the check run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.places import path_in_repository
from bot.diagnosis.reporting.report_sections import page_links, report_sections, spending
from bot.diagnosis.reporting.sections import (
    CAUSES,
    VERDICTS,
    Group,
    Place,
    is_in_repository,
    job_name,
    message_of,
    recovered,
    row,
    said,
    section,
)
from bot.github.models import Annotation, CheckAction, CheckReport, Conclusion
from bot.markdown import code, cut, details, link, marker, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.model import JobReport, SummaryFacts
    from bot.github.run_models import Job, WorkflowRun

SUMMARY_MARKER = marker("summary")
CHECK_NAME = "pilothouse / diagnosis"
# What it stands for is written in handlers/check_run.py.
RERUN = CheckAction(
    label="Re-run failed jobs",
    identifier="rerun_failed",
    description="Runs the failed jobs of this head again",
)
PASSES = frozenset({Conclusion.SUCCESS, Conclusion.NEUTRAL, Conclusion.SKIPPED})
_KEY = "diagnosis"
MOST_IN_FULL = 10
UNFOLDED = 3  # failures whose log lines show without a click
MOST_BYTES = 60_000
MOST_ANNOTATIONS = 200
MOST_ROWS = 100
MOST_NAMES = 20
SHORT_SHA = 7
TITLE_WIDTH = 200
HEADLINE_WIDTH = 120
_HINT = (
    "`/why failure ID` shows the evidence of a verdict; `/verdict ID real`, `flaky` or `infra` puts it right."
)
_LINES = (30, 15, 6)  # of the log, fewer where the comment would grow too long

_VERDICT_ORDER = tuple(VERDICTS)
CAUSE_ORDER = (
    Cause.COMPILE,
    Cause.TEST,
    Cause.DEPENDENCY,
    Cause.CONFIGURATION,
    Cause.LINT,
    Cause.FORMAT,
    Cause.DOCS,
    Cause.INFRASTRUCTURE,
    Cause.UNKNOWN,
    Cause.CANCELLED,
)


def render_summary(facts: SummaryFacts) -> str:
    """This function will render the one comment that says how a head SHA stands."""
    if not facts.is_red:
        return f"{SUMMARY_MARKER}\n{_quiet(facts)}"
    return f"{SUMMARY_MARKER}\n{_fitted(facts, MOST_BYTES - len(SUMMARY_MARKER) - 1)}"


def render_check(facts: SummaryFacts) -> CheckReport:
    """This function will render the check run that carries the failures onto the diff."""
    is_red = facts.is_red
    return CheckReport(
        name=CHECK_NAME,
        head_sha=facts.pull.head_sha,
        external_id=f"{_KEY}-{facts.pull.number}-{facts.pull.head_sha}",
        title=_title(facts),
        summary=_headline(facts) if is_red else _quiet(facts),
        text=_fitted(facts, MOST_BYTES).partition("\n\n")[2] if is_red else "",  # the headline is the summary
        # Not a failure of its own: the failed jobs' check runs are red already.
        conclusion=Conclusion.NEUTRAL if is_red else Conclusion.SUCCESS,
        annotations=_annotations(facts.failed),
        actions=(RERUN,) if is_red else (),
    )


def pull_number(external_id: str) -> int | None:
    """This function will return the pull request of one of our check runs; GitHub names none for a fork's head."""
    kind, _, rest = external_id.partition("-")
    number = rest.partition("-")[0]
    return int(number) if kind == _KEY and number.isdecimal() else None


def rank_groups(reports: Sequence[JobReport]) -> tuple[Group, ...]:
    """This function will put the same failure of several jobs together, the most telling first."""
    groups: dict[tuple[str, str], list[JobReport]] = {}
    for report in reports:
        failures = report.diagnosis.failures
        key = failures[0].fingerprint if failures else f"job {report.job.id}"
        groups.setdefault((key, report.evidence.verdict.value), []).append(report)
    made = [Group(reports=tuple(members)) for members in groups.values()]
    return tuple(sorted(made, key=_weight))


def _weight(group: Group) -> tuple[int, int, int, str]:
    verdict = _VERDICT_ORDER.index(group.report.evidence.verdict)
    return (verdict, CAUSE_ORDER.index(group.cause), -len(group.reports), job_name(group.report))


def _not_started(facts: SummaryFacts) -> tuple[WorkflowRun, ...]:
    """Runs that ended before they had a job, as with a mistake in the workflow file."""
    return tuple(run for run in facts.runs if run.conclusion is Conclusion.STARTUP_FAILURE)


def _fitted(facts: SummaryFacts, limit: int) -> str:
    """The whole text, with less of the least telling failures until it fits."""
    groups = rank_groups(facts.failed)
    # What the tests and runs did gives way before any failure does.
    brief, in_full = (report_sections(facts.report, in_full=whole) for whole in (False, True))
    tries = [(MOST_IN_FULL, _LINES[0], in_full), *((MOST_IN_FULL, lines, brief) for lines in _LINES)]
    tries += [(full, _LINES[-1], brief) for full in range(MOST_IN_FULL - 1, -1, -1)]
    text = ""
    for full, lines, report in tries:
        text = "\n\n".join((_body(facts, groups, full=full, lines=lines), *((report,) if report else ())))
        if len(text.encode()) <= limit:
            return text
    return cut(text, limit)


def _body(facts: SummaryFacts, groups: Sequence[Group], *, full: int, lines: int) -> str:
    place = _place(facts)
    parts = [_headline(facts), _counts(facts, groups)]
    parts += [_start_up(run) for run in _not_started(facts)]
    parts += [
        section(group, place, lines=lines, is_open=index < UNFOLDED)
        for index, group in enumerate(groups[:full])
    ]
    parts += [
        _rest(groups[full:], folded=full > 0),
        recovered(facts.recovered),
        _follows("Red only because of these", facts.summing),
        _follows("Only cancelled because another job failed", facts.cancelled),
        _running(facts),
    ]
    parts.append(_HINT if any(group.failure for group in groups) else "")
    return "\n\n".join(part for part in parts if part)


def _headline(facts: SummaryFacts) -> str:
    """The one sentence that a person reads at night."""
    groups = rank_groups(facts.failed)
    if not groups:
        stopped = _not_started(facts)
        red = stopped or tuple(
            run for run in facts.runs if run.conclusion is not None and run.conclusion.is_red
        )
        names = ", ".join(code(run.name) for run in red[:MOST_NAMES])
        return f"### ❌ {names} {'could not start' if stopped else 'failed, though none of its jobs did'}"
    first = groups[0]
    subject = code(job_name(first.report)) if len(facts.failed) == 1 else f"{len(facts.failed)} jobs"
    test = f"{code(first.failure.tests[0])}: " if first.failure and first.failure.tests else ""
    return f"### ❌ {subject} failed: {test}{said(first, HEADLINE_WIDTH)}"


def _counts(facts: SummaryFacts, groups: Sequence[Group]) -> str:
    """Which commit and attempt this is about, and the verdicts in numbers."""
    counted = {
        name: sum(len(group.reports) for group in groups if group.report.evidence.verdict is verdict)
        for verdict, name in VERDICTS.items()
    }
    verdicts = ", ".join(f"{count} {name.lower()}" for name, count in counted.items() if count)
    minutes = sum(report.job.minutes for report in facts.failed)
    parts = [_head(facts), verdicts, f"{minutes:.1f} min used by failed jobs" if minutes else ""]
    if facts.truncated:
        parts.append(f"{facts.truncated} more failed jobs not read")
    return " · ".join(part for part in parts if part)


def _head(facts: SummaryFacts) -> str:
    sha = facts.pull.head_sha
    attempt = max((run.attempt for run in facts.runs), default=1)
    return f"Head {link(code(sha[:SHORT_SHA]), f'{_root(facts)}/commit/{sha}')}, attempt {attempt}"


def _quiet_line(facts: SummaryFacts) -> str:
    ended = [run for run in facts.runs if run.is_completed]
    other = [run for run in ended if run.conclusion not in PASSES]
    passed, running = len(ended) - len(other), len(facts.runs) - len(ended)
    plural = "workflow run" if passed == 1 else "workflow runs"
    if running:
        return f"⏳ {passed} {plural} passed, {running} still running. {_head(facts)}."
    if other:
        names = ", ".join(
            f"{link(code(run.name), run.html_url)} {run.conclusion}" for run in other[:MOST_NAMES]
        )
        return f"⚪ {passed} {plural} passed, but: {names}. {_head(facts)}."
    return f"✅ All green: {passed} {plural} passed. {_head(facts)}."


def _quiet(facts: SummaryFacts) -> str:
    """One line, whatever is known."""
    parts = (
        _quiet_line(facts),
        recovered(facts.recovered),
        spending(facts.report),
        page_links(facts.report),
    )
    return " ".join(part for part in parts if part)


def _start_up(run: WorkflowRun) -> str:
    where = link(code(run.name), run.html_url)
    return (
        f"#### configuration · {where}\n\n"
        f"**The workflow could not start**: GitHub refused {code(run.path)} before any job ran. "
        f"{link('The run', run.html_url)} shows where the file is wrong."
    )


def _rest(groups: Sequence[Group], *, folded: bool) -> str:
    if not groups:
        return ""
    rows = [row(group) for group in groups[:MOST_ROWS]]
    text = table(("Job", "Cause", "Verdict", "Message"), rows)
    if len(groups) > MOST_ROWS:
        text += f"\n\nand {len(groups) - MOST_ROWS} more"
    plural = "failure" if len(groups) == 1 else "failures"
    return details(f"{len(groups)} more {plural}", text) if folded else text


def _follows(why: str, jobs: Sequence[Job]) -> str:
    if not jobs:
        return ""
    names = ", ".join(code(job.name) for job in jobs[:MOST_NAMES])
    rest = len(jobs) - MOST_NAMES
    return f"{why}: {names}" + (f" and {rest} more" if rest > 0 else "")


def _running(facts: SummaryFacts) -> str:
    running = [run for run in facts.runs if not run.is_completed]
    names = ", ".join(link(code(run.name), run.html_url) for run in running[:MOST_NAMES])
    return f"Still running: {names}" if names else ""


def _title(facts: SummaryFacts) -> str:
    if not facts.is_red:
        return "All green"
    groups = rank_groups(facts.failed)
    if not groups:
        return "A workflow could not start"
    jobs = "1 job" if len(facts.failed) == 1 else f"{len(facts.failed)} jobs"
    title = f"{jobs} failed: {CAUSES[groups[0].cause]}, {message_of(groups[0])}"
    return " ".join(title.split())[:TITLE_WIDTH]


def _annotations(reports: Sequence[JobReport]) -> tuple[Annotation, ...]:
    made: dict[tuple[str, int, str], Annotation] = {}
    for group in rank_groups(reports):
        for failure in group.report.diagnosis.failures:
            for place in failure.locations:
                if not is_in_repository(place.path) or place.line < 1:
                    continue
                path = path_in_repository(place.path)
                message = "\n".join((failure.message, *failure.tests[:MOST_NAMES]))
                made.setdefault(
                    (path, place.line, failure.message),
                    Annotation(
                        path=path,
                        start_line=place.line,
                        end_line=place.line,
                        level="failure",
                        message=message,
                        title=f"{CAUSES[failure.cause]}: {job_name(group.report)}",
                    ),
                )
    return tuple(made.values())[:MOST_ANNOTATIONS]


def _place(facts: SummaryFacts) -> Place:
    return Place(root=_root(facts), head_sha=facts.pull.head_sha)


def _root(facts: SummaryFacts) -> str:
    """The repository's page, on whichever host GitHub runs."""
    name = facts.repository.full_name
    for url in (facts.pull.html_url, *(run.html_url for run in facts.runs)):
        host, found, _ = url.partition(f"/{name}/")
        if found:
            return f"{host}/{name}"
    return f"https://github.com/{name}"
