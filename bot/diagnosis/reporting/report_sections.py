"""Renders what a head's tests and workflow runs did: the parts of the summary that stand after the failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.money import dollars
from bot.diagnosis.log.slow_tests import LEAST_SECONDS
from bot.diagnosis.prices import SINCE, SOURCE
from bot.diagnosis.reporting.sections import shortened
from bot.diagnosis.reporting.units import beside_usual, duration, plural, price
from bot.markdown import code, details, link, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.diagnosis.model import JobTests, ReportFacts, RunMeasures, SuiteResult

SUITES_SHOWN = 25
SLOW_SHOWN = 10
NOTES_SHOWN = 10
WORKFLOWS_SHOWN = 15
NAME_WIDTH = 100


def report_sections(report: ReportFacts, *, in_full: bool) -> str:
    """This function will render the tests, the metrics and the links to the pages; not in full: no tables."""
    parts = [_tests(report.tests, in_full=in_full), _metrics(report.measures, in_full=in_full)]
    return "\n\n".join(part for part in (*parts, spending(report), page_links(report)) if part)


def spending(report: ReportFacts) -> str:
    """This function will say what the pull request has cost so far, where something is metered."""
    spend = report.spend
    if spend is None or not (spend.total or spend.unpriced):
        return ""
    parts = [("CI", spend.ci), ("deployments", spend.deployments)]
    of = ", ".join(f"{name} {dollars(amount)}" for name, amount in parts if amount)
    said = f"Spent on this pull request so far: {dollars(spend.total)}{f' ({of})' if of else ''}"
    unpriced = f"; of {plural(len(spend.unpriced), 'thing')} no price is known" if spend.unpriced else ""
    return f"{said}{unpriced}."


def page_links(report: ReportFacts) -> str:
    """This function will link the bot's own pages, where there are any."""
    return " · ".join(link(name, address) for name, address in report.pages)


def _tests(tests: Sequence[JobTests], *, in_full: bool) -> str:
    suites = [suite for one in tests for suite in one.report.suites]
    if not suites:
        return ""
    slowed = sum(len(one.slowed) for one in tests)
    label = f"Tests: {_counts(suites)} in {plural(len(tests), 'job')}"
    label += f" · {slowed} newly slow" if slowed else ""
    if not in_full:
        return label
    parts = [_suite_table(tests), _notes(tests), _retried(tests), _slowed(tests), _slowest(tests)]
    return details(label, "\n\n".join(part for part in parts if part))


def _counts(suites: Iterable[SuiteResult]) -> str:
    counted = [(suite.passed, suite.failed, suite.skipped) for suite in suites]
    passed, failed, skipped = (sum(column) for column in zip(*counted, strict=True))
    parts = [f"{passed:,} passed", f"{failed:,} failed", f"{skipped:,} skipped" if skipped else ""]
    return ", ".join(part for part in parts if part)


def _suite_table(tests: Sequence[JobTests]) -> str:
    """The suites with failures first; the rest as they stand."""
    every = [(one, suite) for one in tests for suite in one.report.suites]
    every.sort(key=lambda pair: pair[1].failed == 0)
    rows = [
        (
            link(code(shortened(f"{one.workflow} / {one.job}", NAME_WIDTH)), one.url),
            code(shortened(suite.name, NAME_WIDTH)),
            f"{suite.passed:,}",
            f"{suite.failed:,}",
            f"{suite.skipped:,}",
            duration(suite.seconds),
        )
        for one, suite in every[:SUITES_SHOWN]
    ]
    text = table(("Job", "Suite", "Passed", "Failed", "Skipped", "Time"), rows)
    rest = len(every) - SUITES_SHOWN
    return text + (f"\n\nand {plural(rest, 'more suite')}" if rest > 0 else "")


def _notes(tests: Sequence[JobTests]) -> str:
    """Which part of the usual tests ran, where it was not all of them."""
    notes = [
        f"- {code(shortened(f'{one.workflow} / {one.job}', NAME_WIDTH))} ran {one.report.ran:,} of its usual "
        f"{one.usual:,} tests ({100 * one.report.ran // one.usual} %)"
        for one in tests
        if one.usual and one.report.ran < one.usual
    ]
    return "\n".join(notes[:NOTES_SHOWN])


def _retried(tests: Sequence[JobTests]) -> str:
    """Tests that a runner's own retries made green: flaky by proof, though nothing is red for them."""
    lines = [
        f"- {code(shortened(name, NAME_WIDTH))}, in {code(shortened(f'{one.workflow} / {one.job}', NAME_WIDTH))}"
        for one in tests
        for name in one.report.retried
    ]
    rest = len(lines) - NOTES_SHOWN
    more = (f"- and {rest} more",) if rest > 0 else ()
    return "\n".join(("**Passed only when tried again**:\n", *lines[:NOTES_SHOWN], *more)) if lines else ""


def _slowed(tests: Sequence[JobTests]) -> str:
    slowed = [(one, test) for one in tests for test in one.slowed]
    slowed.sort(key=lambda pair: pair[1].usual - pair[1].seconds)
    lines = [
        f"- {code(shortened(test.name, NAME_WIDTH))}: {beside_usual(test.seconds, test.usual)}, "
        f"in {code(shortened(f'{one.workflow} / {one.job}', NAME_WIDTH))}"
        for one, test in slowed[:SLOW_SHOWN]
    ]
    return "\n".join(("**Newly slow** beside the default branch:\n", *lines)) if lines else ""


def _slowest(tests: Sequence[JobTests]) -> str:
    every = (test for one in tests for test in one.report.slowest if test.seconds >= LEAST_SECONDS)
    slowest = sorted(every, key=lambda test: -test.seconds)
    lines = [
        f"- {code(shortened(test.name, NAME_WIDTH))}: {duration(test.seconds)}"
        for test in slowest[:SLOW_SHOWN]
    ]
    return "\n".join(("**Slowest**:\n", *lines)) if lines else ""


def _metrics(measures: Sequence[RunMeasures], *, in_full: bool) -> str:
    if not measures:
        return ""
    minutes = sum(one.cost.minutes for one in measures)
    slowest = max(measures, key=lambda one: one.seconds or 0.0)
    label = (
        f"CI: longest job {beside_usual(slowest.seconds, slowest.usual_seconds)}, "
        f"{plural(minutes, 'minute')} billed"
    )
    if not in_full:
        return label
    rows = [_measured(one) for one in measures[:WORKFLOWS_SHOWN]]
    head = ("Workflow", "Longest job", "Longest wait for a runner", "Caches found", "Minutes", "List price")
    note = (
        f"Each job's minutes are rounded up as GitHub bills them. {link('List prices', SOURCE)} are those since "
        f"{SINCE}, before included minutes; standard runners are free in public repositories."
    )
    return details(label, f"{table(head, rows)}\n\n{note}")


def _measured(one: RunMeasures) -> tuple[str, ...]:
    asked = one.caches.hits + one.caches.misses if one.caches else 0
    name = link(code(shortened(one.workflow, NAME_WIDTH)), one.url)
    return (
        f"{name} ({link('tests', one.page)})" if one.page else name,
        beside_usual(one.seconds, one.usual_seconds),
        beside_usual(one.queued, one.usual_queued),
        f"{one.caches.hits:,} of {asked:,}" if one.caches and asked else "—",
        f"{one.cost.minutes:,}",
        price(one.cost),
    )
