"""Gathers what report files say into failures and counts, with bounded memory however long they are."""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.diagnosis.artifacts.dialects import dialect_of
from bot.diagnosis.artifacts.model import Case, Damaged, Outcome, Remark
from bot.diagnosis.fingerprint import fingerprint
from bot.diagnosis.model import Cause, Failure, SlowTest, SuiteReport, SuiteResult
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.diagnosis.model import Location

MOST = 100  # failures told of one artifact
MOST_SLOW = 50
MOST_SUITES = 200  # counted one by one; the rest together
EXCERPT = 30  # lines quoted of one failure …
QUOTED = 300  # … of all together; what comes after has …
LEAST = 3  # … so many each
MOST_TESTS = 300_000  # read of one artifact
WIDTH = 300
NAME = 400  # characters of a test's or suite's name
MESSAGE = 300
_READ = 16_000  # characters of a text that are looked at for an excerpt
_BEFORE = 20  # lines quoted above a message that comes late
_OTHERS = "other suites"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")


_Counts = tuple[int, int, int, float | None]


@dataclass(slots=True)
class _Suite:
    """The counts of one suite while it is read."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float | None = None

    @property
    def counts(self) -> _Counts:
        """All counts in one."""
        return self.passed, self.failed, self.skipped, self.seconds

    def add(self, other: _Suite) -> None:
        """This function will count another part of the suite."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        if other.seconds is not None:
            self.seconds = (self.seconds or 0.0) + other.seconds


@dataclass(slots=True)
class Collection:
    """What was gathered so far."""

    red: dict[tuple[str, str, str], Case] = field(default_factory=dict)
    more: int = 0  # red tests beyond the most that are told
    remarks: dict[Remark, None] = field(default_factory=dict)
    suites: dict[str, _Suite] = field(default_factory=dict)
    of_file: dict[str, _Suite] = field(default_factory=dict)  # the counts of the file that is read now
    known: set[tuple[str, _Counts]] = field(default_factory=set)
    tests: int = 0
    slow: list[tuple[float, str]] = field(default_factory=list)
    passed_later: set[tuple[str, str, str]] = field(default_factory=set)
    retried: dict[str, None] = field(default_factory=dict)  # tests that failed before they passed

    @property
    def is_empty(self) -> bool:
        """Whether no report said anything."""
        return not self.suites and not self.remarks

    def take(self, found: Case | Remark) -> None:
        """This function will take one more test or remark."""
        if isinstance(found, Remark):
            if len(self.remarks) < MOST:
                self.remarks.setdefault(found)
            return
        self._count(found)
        key = (found.suite, found.group, found.name)
        if found.outcome is Outcome.PASSED and (found.retried or key in self.red):
            if key in self.red:
                self.passed_later.add(key)
            if len(self.retried) < MOST_SLOW:
                self.retried.setdefault(_name(found))
        elif not found.outcome.is_red:
            return
        elif key in self.red or len(self.red) < MOST:
            self.red.setdefault(key, found)
        else:
            self.more += 1

    def _count(self, case: Case) -> None:
        self.tests += 1
        if self.tests > MOST_TESTS:
            raise Damaged(f"more than {MOST_TESTS} tests are not read")
        suite = _suite(self.of_file, case.suite)
        if case.outcome is Outcome.SKIPPED:
            suite.skipped += 1
        elif case.outcome.is_red:
            suite.failed += 1
        else:
            suite.passed += 1
        if case.seconds is not None:
            suite.seconds = (suite.seconds or 0.0) + case.seconds
            self._time(case, case.seconds)

    def _time(self, case: Case, seconds: float) -> None:
        if len(self.slow) < MOST_SLOW:
            heapq.heappush(self.slow, (seconds, _name(case)))
        elif seconds > self.slow[0][0]:
            heapq.heapreplace(self.slow, (seconds, _name(case)))

    def end_file(self) -> None:
        """This function will add the counts of a file, but those of suites that another file told the same of."""
        for name, of_file in self.of_file.items():
            if (name, of_file.counts) in self.known:
                continue  # reports of parts and of the whole lie side by side
            if len(self.known) < MOST_SUITES:
                self.known.add((name, of_file.counts))
            _suite(self.suites, name).add(of_file)
        self.of_file = {}

    def failures(self) -> tuple[Failure, ...]:
        """This function will state the red tests and the remarks as failures, tests first."""
        failures: list[Failure] = []
        room = QUOTED
        for failure in (*map(_failed, self._red()), *map(_remarked, self.remarks)):
            cut = replace(failure, excerpt=failure.excerpt[: min(EXCERPT, max(LEAST, room))])
            room -= len(cut.excerpt)
            failures.append(cut)
        return tuple(failures)

    def report(self, source: str) -> SuiteReport | None:
        """This function will state how the tests ended, or None where there were none."""
        if not self.suites:
            return None
        return SuiteReport(
            suites=tuple(
                SuiteResult(
                    name=redact(name),
                    passed=suite.passed,
                    failed=suite.failed,
                    skipped=suite.skipped,
                    seconds=None if suite.seconds is None else round(suite.seconds, 3),
                )
                for name, suite in self.suites.items()
            ),
            slowest=tuple(
                SlowTest(name=redact(name), seconds=round(seconds, 3))
                for seconds, name in sorted(self.slow, key=lambda item: (-item[0], item[1]))
                if seconds > 0
            ),
            source=source,
            retried=tuple(redact(name) for name in self.retried),
        )

    def _red(self) -> list[Case]:
        """The red tests that no retry mended, and that do not only stand above another red one."""
        lasting = [case for key, case in self.red.items() if key not in self.passed_later]
        names = [case.name for case in lasting]
        return [
            case
            for case in lasting or self.red.values()
            if not any(name.startswith(f"{case.name}/") for name in names)
        ]


def gather(found: Iterable[Case | Remark], into: Collection) -> None:
    """This function will take everything that a file says.

    Raises:
        Damaged: after what could be taken.
    """
    try:
        for one in found:
            into.take(one)
    finally:
        into.end_file()


def _suite(suites: dict[str, _Suite], name: str) -> _Suite:
    name = _line(name, NAME) or "tests"
    if name not in suites and len(suites) >= MOST_SUITES:
        name = _OTHERS
    return suites.setdefault(name, _Suite())


def _name(case: Case) -> str:
    return _line(dialect_of(case).name(case), NAME) or "a test without a name"


def _failed(case: Case) -> Failure:
    dialect = dialect_of(case)
    name = _name(case)
    message = " ".join(redact(_line(dialect.message(case), 4 * MESSAGE)).split())
    message = message or f"{name} {'failed' if case.outcome is Outcome.FAILED else 'ended with an error'}"
    return Failure(
        tool=dialect.tool,
        cause=Cause.TEST,
        message=_cut(message, MESSAGE),
        excerpt=_excerpt(case.text or case.message, about=message),
        line=0,
        tests=(redact(name),),
        locations=_places(dialect.locations(case)),
        fingerprint=fingerprint(dialect.tool, Cause.TEST, message, (name,)),
    )


def _remarked(remark: Remark) -> Failure:
    message = " ".join(redact(_line(remark.message, 4 * MESSAGE)).split())
    return Failure(
        tool=redact(_line(remark.tool, NAME)),
        cause=remark.cause,
        message=_cut(message, MESSAGE),
        excerpt=_excerpt(remark.text),
        line=0,
        locations=_places(remark.locations),
        fingerprint=fingerprint(remark.tool, remark.cause, message, ()),
    )


def _excerpt(text: str, about: str = "") -> tuple[str, ...]:
    """The beginning of a text, or what stands around the message where that comes later."""
    cut = _ESCAPES.sub("", text[:_READ]).replace("\ufffd", "")
    lines = [line.rstrip() for line in redact(cut).split("\n")]
    kept = [line for line in lines if line.strip()]
    said = next((index for index, line in enumerate(kept) if about and about in line), 0)
    first = 0 if said < EXCERPT else said - _BEFORE
    return tuple(_cut(line, WIDTH) for line in kept[first : first + EXCERPT])


def _places(locations: Sequence[Location]) -> tuple[Location, ...]:
    return tuple(replace(one, path=redact(_line(one.path, NAME))) for one in locations)


def _line(text: str, most: int) -> str:
    return _cut(" ".join(_ESCAPES.sub(" ", text[: 4 * most]).split()), most)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
