"""Joins what artifacts and annotations say with what the log says, each failure told once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.artifacts.matching import (
    best_name,
    is_same_place,
    partners,
    repeats,
    unite_places,
    words_of,
)
from bot.diagnosis.choice.causes import guess_cause
from bot.diagnosis.fingerprint import fingerprint
from bot.diagnosis.model import Cause, Failure, Location, SuiteReport
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.diagnosis.artifacts.model import ArtifactReading
    from bot.diagnosis.model import Diagnosis, SuiteResult
    from bot.github.models import Annotation

MOST = 100  # failures told of one job
MOST_SLOW = 50
MOST_ANNOTATED = 10
MESSAGE = 300
_NO_FILE = ".github"  # the path of an annotation that names no file
_TOOL = "annotation"
_GUESSER = "generic"  # the parser whose findings only distract beside knowledge
_SURE = frozenset(Cause) - {Cause.TEST, Cause.UNKNOWN, Cause.CANCELLED}
_OF_CODE = frozenset({Cause.LINT, Cause.FORMAT, Cause.COMPILE, Cause.DOCS})
_NOTHING_SAID = re.compile(
    r"^(?:Process completed with exit code \d+\.?|The process '.*' failed with exit code \d+|"
    r"The operation was cancell?ed\.?|Cancell?ing since a higher priority waiting request .*|"
    r"Error: Process completed with exit code \d+\.?|Bash exited with code '\d+'\.?)$"
)
_RUNNER = re.compile(r"(?i)\brunner\b|\bmaximum execution time\b|\bjob was not (?:started|acquired)\b")
_CODE = re.compile(r" \[[\w:./@-]+\]$")


def combine(
    diagnosis: Diagnosis, readings: Sequence[ArtifactReading], annotations: Sequence[Annotation] = ()
) -> Diagnosis:
    """This function will join the diagnosis of a job's log with what its artifacts and annotations say.

    A failure that both name keeps the log's fingerprint, so that it is the same one whether or not the artifact
    could be read; one that only an artifact names has the fingerprint of the same parts in the log's words.
    """
    told = _unique(failure for reading in readings for failure in reading.failures)
    tests = [failure for failure in told if failure.cause is Cause.TEST]
    remarks = [failure for failure in told if failure.cause is not Cause.TEST]
    failures = _with_tests(diagnosis.failures, tests)
    failures = _with_remarks(failures, remarks)
    failures = _with_annotations(failures, annotations, diagnosis.step)[:MOST]
    return replace(
        diagnosis,
        failures=tuple(failures),
        problem=_problem(diagnosis, readings, failures),
        report=merge_reports(diagnosis.report, [one.report for one in readings if one.report is not None]),
    )


def _unique(failures: Iterable[Failure]) -> list[Failure]:
    """The same failure in two files, which reports of parts and of the whole have, is one."""
    found: dict[object, Failure] = {}
    for failure in failures:
        found.setdefault((failure.fingerprint, failure.tests, failure.locations), failure)
    return list(found.values())


def _with_tests(log: Sequence[Failure], tests: list[Failure]) -> list[Failure]:
    """Tests first, in the log's order where it tells of them; what only repeats them goes."""
    joined_to = partners(tests, log)
    by_place: dict[int, list[Failure]] = {}
    for index, place in sorted(joined_to.items()):
        by_place.setdefault(place, []).append(tests[index])
    joined = [_joined(log[place], by_place[place]) for place in sorted(by_place)]
    alone = [test for index, test in enumerate(tests) if index not in joined_to]
    left = [
        (place, failure)
        for place, failure in enumerate(log)
        if place not in by_place and not any(repeats(failure, test) for test in tests)
    ]
    if not joined and log and log[0].cause in _SURE:
        return [*(failure for _, failure in left), *alone]  # another step failed: these tests were forgiven
    first = min(by_place, default=0)
    if tests:
        left = [(place, failure) for place, failure in left if failure.tool != _GUESSER or failure.tests]
    ahead = [failure for place, failure in left if place < first and _is_known(failure)]
    behind = [failure for place, failure in left if place >= first or not _is_known(failure)]
    return [*ahead, *joined, *alone, *behind]


def _is_known(failure: Failure) -> bool:
    """Whether the log is sure of it: what stops everything else stays in front of the tests."""
    return failure.cause in _SURE or bool(failure.tests and failure.locations)


def _joined(failure: Failure, told: Sequence[Failure]) -> Failure:
    """The log's failure in the words of the artifact."""
    first = told[0]
    names = tuple(dict.fromkeys(name for one in told for name in one.tests))
    if len(failure.tests) == len(names) == 1:
        names = (best_name(failure.tests[0], names[0]),)
    elif len(names) < len(failure.tests):
        names = failure.tests
    places = [place for one in told for place in one.locations]
    return replace(
        failure,
        cause=first.cause,
        message=first.message if len(words_of(first.message)) > 1 else failure.message,
        tests=names,
        locations=unite_places(places, failure.locations),
        excerpt=failure.excerpt or first.excerpt,
    )


def _with_remarks(failures: list[Failure], remarks: list[Failure]) -> list[Failure]:
    """A scanner's file lists what was wrong for years: alone it blames nobody where the log knows better."""
    known = list(failures)
    alone = []
    for remark in remarks:
        place = next((index for index, failure in enumerate(known) if _covers(failure, remark)), None)
        if place is None:
            alone.append(remark)
        else:
            locations = unite_places(known[place].locations, remark.locations)
            known[place] = replace(known[place], locations=locations)
    foremost = failures[0].cause if failures else Cause.UNKNOWN
    if foremost in _OF_CODE:
        return [*known, *alone]
    return [*alone, *known] if foremost is Cause.UNKNOWN else known


def _covers(failure: Failure, remark: Failure) -> bool:
    """Whether a failure of the log is this remark, or quotes it."""
    said = _CODE.sub("", remark.message).rstrip(".…")
    if any(is_same_place(one, other) for one in failure.locations for other in remark.locations):
        return failure.cause is not Cause.TEST
    return bool(said) and (said in failure.message or any(said in line for line in failure.excerpt))


def _with_annotations(failures: list[Failure], annotations: Sequence[Annotation], step: str) -> list[Failure]:
    known = list(failures)
    nothing_known = all(failure.cause is Cause.UNKNOWN for failure in failures)
    added = 0
    for annotation in annotations:
        remark = _of_annotation(annotation, step)
        if remark is None:
            continue
        place = next(
            (index for index, failure in enumerate(known) if _covers_annotation(failure, remark)), None
        )
        if place is not None:
            known[place] = replace(
                known[place], locations=unite_places(known[place].locations, remark.locations)
            )
        elif added < MOST_ANNOTATED and (remark.locations or nothing_known):
            known.insert(added if nothing_known else len(known), remark)
            added += 1
    return known


def _covers_annotation(failure: Failure, remark: Failure) -> bool:
    if any(is_same_place(one, other) for one in failure.locations for other in remark.locations):
        return True
    return _covers(failure, remark)


def _of_annotation(annotation: Annotation, step: str) -> Failure | None:
    message = " ".join(redact(annotation.message[: 8 * MESSAGE]).split("\n")[0].split())
    if annotation.level != "failure" or not message or _NOTHING_SAID.match(message):
        return None
    names_file = annotation.path != _NO_FILE and annotation.start_line > 0
    # What names no file is the runner's own word, and says nothing of what the step was for.
    cause = guess_cause(f"{annotation.title}\n{message}", step if names_file else "")
    if not names_file and _RUNNER.search(message):
        cause = Cause.INFRASTRUCTURE
    return Failure(
        tool=_TOOL,
        cause=cause,
        message=message if len(message) <= MESSAGE else message[: MESSAGE - 1] + "…",
        excerpt=(),
        line=0,
        locations=(Location(path=redact(annotation.path), line=annotation.start_line),) if names_file else (),
        step=step,
        fingerprint=fingerprint(_TOOL, cause, message, ()),
    )


def _problem(diagnosis: Diagnosis, readings: Sequence[ArtifactReading], failures: Sequence[Failure]) -> str:
    if failures and not diagnosis.failures:
        return ""  # what the log does not say is known all the same
    if failures:
        return diagnosis.problem
    unread = (f"artifact {one.name}: {problem}" for one in readings for problem in one.problems)
    return "; ".join(part for part in (diagnosis.problem, *unread) if part)


def merge_reports(log: SuiteReport | None, told: Sequence[SuiteReport]) -> SuiteReport | None:
    """This function will count the tests by the artifacts, unless the log counted more than they hold."""
    if not told:
        return log
    suites: dict[SuiteResult, None] = {}
    for report in told:
        for suite in report.suites:
            suites.setdefault(suite)  # a whole and its parts are counted once
    slowest = dict.fromkeys(test for report in told for test in report.slowest)
    ordered = sorted(slowest, key=lambda test: (-test.seconds, test.name))
    merged = SuiteReport(
        suites=tuple(suites),
        slowest=tuple(ordered[:MOST_SLOW]),
        source=", ".join(dict.fromkeys(report.source for report in told)),
        retried=tuple(dict.fromkeys(test for report in told for test in report.retried)),
    )
    if log is not None and log.ran > merged.ran:
        return replace(log, slowest=merged.slowest or log.slowest, retried=merged.retried)
    return merged
