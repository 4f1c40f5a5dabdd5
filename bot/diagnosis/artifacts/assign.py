"""Tells which job uploaded an artifact: GitHub only says of which run it is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.artifacts.choose import is_within
from bot.diagnosis.artifacts.combine import combine
from bot.diagnosis.artifacts.matching import likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.diagnosis.artifacts.model import ArtifactReading, Readings
    from bot.diagnosis.store import StoredReport
    from bot.github.models import Annotation

_UPLOADS = re.compile(r"(?i)upload|artifact")
_BLINK = timedelta(seconds=2)  # times are told in whole seconds
_WORD = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)*")


def apply(reports: Sequence[StoredReport], readings: Readings) -> tuple[StoredReport, ...]:
    """This function will give every job's diagnosis what its artifacts and annotations add to its log.

    Args:
        reports: All jobs of the attempt that could have uploaded something, red and green.
        readings: What was read of the attempt.
    """
    mine: dict[int, list[ArtifactReading]] = {report.job.id: [] for report in reports}
    nobodys: list[str] = []
    for reading in readings.artifacts:
        owner = uploader(reading, reports)
        if owner is not None:
            mine[owner.job.id].append(reading)
        elif reading.failures:
            nobodys.append(reading.name)
    remarks = {one.job_id: one.annotations for one in readings.remarks}
    return tuple(
        _told(report, mine[report.job.id], remarks.get(report.job.id, ()), nobodys) for report in reports
    )


def _told(
    report: StoredReport,
    readings: Sequence[ArtifactReading],
    annotations: Sequence[Annotation],
    nobodys: Sequence[str],
) -> StoredReport:
    diagnosis = report.diagnosis
    if readings or annotations:
        diagnosis = combine(diagnosis, readings, annotations)
    if nobodys and not diagnosis.failures and _is_red(report):
        unknown = f"which job uploaded {', '.join(nobodys)} cannot be told"
        diagnosis = replace(diagnosis, problem="; ".join(filter(None, (diagnosis.problem, unknown))))
    return report if diagnosis is report.diagnosis else replace(report, diagnosis=diagnosis)


def _is_red(report: StoredReport) -> bool:
    return report.job.conclusion is not None and report.job.conclusion.is_red


def uploader(reading: ArtifactReading, reports: Sequence[StoredReport]) -> StoredReport | None:
    """This function will say which job an artifact is of; None where it cannot be told.

    Each sign narrows the choice as far as it tells: a red test is a red job's, the name may hold the job's words,
    the log may name the same tests, and nobody uploads before or after the job and its uploading step ran.
    """
    left = list(reports)
    if reading.failures:
        left = [one for one in left if _is_red(one)]
    steps: tuple[Callable[[Sequence[StoredReport]], list[StoredReport]], ...] = (
        lambda found: _by_time(reading, found),
        lambda found: _by_step(reading, found),
        lambda found: _by_name(reading, found),
        lambda found: _by_tests(reading, found),
    )
    for narrow in steps:
        if len(left) > 1:
            left = narrow(left) or left
    return left[0] if len(left) == 1 else None


def _by_time(reading: ArtifactReading, reports: Sequence[StoredReport]) -> list[StoredReport]:
    return [one for one in reports if is_within(reading.created_at, one.job)]


def _by_step(reading: ArtifactReading, reports: Sequence[StoredReport]) -> list[StoredReport]:
    """The jobs that have a step of such a name, and in whose time it was."""
    moment = reading.created_at
    return [
        report
        for report in reports
        if moment is not None
        and any(
            step.started_at - _BLINK <= moment <= step.completed_at + _BLINK
            for step in report.job.steps
            if step.started_at is not None and step.completed_at is not None and _UPLOADS.search(step.name)
        )
    ]


def _by_name(reading: ArtifactReading, reports: Sequence[StoredReport]) -> list[StoredReport]:
    """The jobs most of whose telling words stand in the artifact's name; words that all share tell nothing."""
    words = [set(_words(report.job.name)) for report in reports]
    shared = set.intersection(*words)
    wanted = set(_words(reading.name))
    scores = [(len(wanted & (own - shared)), -len(own - shared - wanted)) for own in words]
    best = max(scores)
    return [one for one, score in zip(reports, scores, strict=True) if score == best and best[0] > 0]


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _by_tests(reading: ArtifactReading, reports: Sequence[StoredReport]) -> list[StoredReport]:
    """The jobs whose logs name the most of the tests that failed."""
    named = {test for failure in reading.failures for test in failure.tests}
    scores = [
        sum(
            any(likeness(test, other) for failure in report.diagnosis.failures for other in failure.tests)
            for test in named
        )
        for report in reports
    ]
    best = max(scores)
    return [one for one, score in zip(reports, scores, strict=True) if score == best and best > 0]
