"""Reads a log in chunks and says what failed in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from bot.diagnosis.choice.causes import UNLEARNED, load_causes
from bot.diagnosis.choice.quoting import failure_of, worded
from bot.diagnosis.choice.ranking import quote, rank_findings, whole_blocks
from bot.diagnosis.choice.templates import KnownTemplates
from bot.diagnosis.choice.weighing import weigh_lines
from bot.diagnosis.log.caches import SIGNS as CACHE_SIGNS
from bot.diagnosis.log.caches import cache_use
from bot.diagnosis.log.logs import assemble
from bot.diagnosis.log.scan import Scanner
from bot.diagnosis.log.search import presence
from bot.diagnosis.log.slow_tests import slow_tests
from bot.diagnosis.model import CacheUse, Diagnosis, SuiteReport, SuiteResult
from bot.diagnosis.parsing import LogParser
from bot.plugins import load
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.diagnosis.choice.ranking import Quoted
    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.parsing import Finding
    from bot.github.run_models import Step

Found = tuple[str, "Finding"]  # and the parser that found it


@cache
def load_parsers() -> tuple[LogParser, ...]:
    """This function will return every parser of the parsers folder."""
    return load("bot.diagnosis.parsers", "PARSER", LogParser)


class LogReader:
    """Takes a log as it streams in and diagnoses it at the end."""

    def __init__(
        self,
        *,
        failed_step: str | None = None,
        steps: tuple[Step, ...] = (),
        parsers: tuple[LogParser, ...] | None = None,
        known: KnownTemplates | None = None,
        whole: bool = False,
    ) -> None:
        """Begin to read a log.

        Args:
            failed_step: the name of the step that failed, where the job says it.
            steps: the job's steps with their times, to join the lines with.
            parsers: those to ask instead of all.
            known: what the green logs of the same workflow look like.
            whole: quote the blocks as the parsers tell them, with nothing of what was learned.
        """
        self._failed_step = failed_step
        self._steps = steps
        self._parsers = load_parsers() if parsers is None else parsers
        self._known = known or KnownTemplates()
        self._whole = whole
        self._scanner = _scanner(self._parsers)

    def feed(self, chunk: bytes) -> None:
        """This function will take the next bytes of the log."""
        self._scanner.feed(chunk)

    def finish(self) -> Diagnosis:
        """This function will return the diagnosis of everything fed."""
        regions, total = self._scanner.finish()
        log = assemble(regions, total, failed_step=self._failed_step or "", steps=self._steps)
        found, problems = _findings(log, self._parsers)
        report, uncounted = _report(log, self._parsers)
        causes = UNLEARNED if self._whole else load_causes()
        quoted = self._quoted(log, rank_findings(found))
        failures = tuple(failure_of(one, log, causes) for one in quoted)
        problem = "; ".join((*problems, *uncounted)) or (
            "" if failures else "nothing in the log looks like a failure"
        )
        step = self._failed_step or log.failed_step or (failures[0].step if failures else "")
        return Diagnosis(
            failures=failures,
            step=redact(step),
            lines_read=log.total,
            problem=problem,
            report=report,
            caches=cache_use(log),
        )

    def _quoted(self, log: Log, ranked: Sequence[Found]) -> tuple[Quoted, ...]:
        if self._whole:
            return whole_blocks(ranked)
        weighed = weigh_lines(log, ranked, known=self._known)
        # Worded without regard to the green logs: the same failure must have the same message next week.
        return tuple(worded(one, log, weighed.odds) for one in quote(ranked, weighed.chances))


@dataclass(frozen=True, slots=True, kw_only=True)
class GreenLog:
    """What a job that passed has to tell."""

    known: KnownTemplates  # with this log's lines
    report: SuiteReport | None = None
    caches: CacheUse | None = None


class GreenLogReader:
    """Takes the log of a job that passed and learns how its lines look, as far as the reader would keep them."""

    def __init__(self, known: KnownTemplates | None = None) -> None:
        self._known = known or KnownTemplates()
        self._scanner = _scanner(load_parsers())

    def feed(self, chunk: bytes) -> None:
        """This function will take the next bytes of the log."""
        self._scanner.feed(chunk)

    def finish(self) -> GreenLog:
        """This function will return what is known with this log, and what it says of tests and caches."""
        log = assemble(*self._scanner.finish())
        return GreenLog(
            known=self._known.learned(log), report=_report(log, load_parsers())[0], caches=cache_use(log)
        )


def _scanner(parsers: tuple[LogParser, ...]) -> Scanner:
    return Scanner((*CACHE_SIGNS, *(sign for parser in parsers for sign in parser.landmarks)))


def examine(chunks: Iterable[bytes], parsers: tuple[LogParser, ...]) -> tuple[Log, tuple[Found, ...]]:
    """This function will return the lines kept of a log and everything that parsers find in them."""
    scanner = _scanner(parsers)
    for chunk in chunks:
        scanner.feed(chunk)
    log = assemble(*scanner.finish())
    return log, tuple(_findings(log, parsers)[0])


def diagnose(chunks: Iterable[bytes], *, failed_step: str | None = None) -> Diagnosis:
    """This function will diagnose a log given in chunks of any size."""
    reader = LogReader(failed_step=failed_step)
    for chunk in chunks:
        reader.feed(chunk)
    return reader.finish()


def _findings(log: Log, parsers: Sequence[LogParser]) -> tuple[list[Found], list[str]]:
    found: list[Found] = []
    problems: list[str] = []
    for parser in _called(log, parsers):
        try:
            found += [(parser.name, finding) for finding in parser.read(log)]
        except Exception as error:  # noqa: BLE001 - one parser's bug must not cost the others' findings
            problems.append(f"the {parser.name} parser failed: {type(error).__name__}")
    return _of_what_failed(found, log), problems


def _called(log: Log, parsers: Sequence[LogParser]) -> tuple[LogParser, ...]:
    """The parsers one of whose signs stands in the log."""
    text = "\n".join(f"##[{line.command}]{line.text}" if line.command else line.text for line in log.lines)
    there = presence(tuple(sign for parser in parsers for sign in parser.signs))(text)
    return tuple(parser for parser in parsers if not parser.signs or not there.isdisjoint(parser.signs))


def _report(log: Log, parsers: Sequence[LogParser]) -> tuple[SuiteReport | None, list[str]]:
    """How the tests ended by every tool that counts them, in green logs too; two readers of one count say it once."""
    told: dict[tuple[tuple[int, int, int], ...], tuple[SuiteResult, ...]] = {}
    problems: list[str] = []
    for parser in parsers:
        try:
            suites = tuple(parser.suites(log)) if parser.suites else ()
        except Exception as error:  # noqa: BLE001 - one parser's bug must not cost the others' counts
            problems.append(f"the {parser.name} parser could not count: {type(error).__name__}")
            continue
        told.setdefault(tuple((one.passed, one.failed, one.skipped) for one in suites), suites)
    counted = tuple(replace(one, name=redact(one.name)) for suites in told.values() for one in suites)
    return SuiteReport(suites=counted, slowest=slow_tests(log)) if counted else None, problems


def _of_what_failed(found: list[Found], log: Log) -> list[Found]:
    """The findings within the step or command that failed; where none lies there, all but what was forgiven."""
    inside = [item for item in found if item[1].places and log.begin <= item[1].places[0] <= log.exit]
    return inside or [item for item in found if not _is_forgiven(item[1], log)]


def _is_forgiven(finding: Finding, log: Log) -> bool:
    return any(log.lines[place].is_forgiven for place in finding.places[:1])
