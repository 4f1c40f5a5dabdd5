"""Reads a log in chunks and says what failed in it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.diagnosis.caches import SIGNS as CACHE_SIGNS
from bot.diagnosis.caches import cache_use
from bot.diagnosis.causes import guess_cause
from bot.diagnosis.fingerprint import fingerprint
from bot.diagnosis.logs import assemble
from bot.diagnosis.model import Cause, Diagnosis, Failure, SuiteReport
from bot.diagnosis.parsing import LogParser
from bot.diagnosis.rules import rank_findings
from bot.diagnosis.scan import Scanner
from bot.diagnosis.templates import KnownTemplates
from bot.plugins import load
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.diagnosis.logs import Log
    from bot.diagnosis.parsing import Finding
    from bot.github.run_models import Step

EXCERPT = 30  # lines quoted of one failure
QUOTED = 500  # lines quoted of all failures of a log; what comes after has …
LEAST = 5  # … so many each
WIDTH = 300  # characters quoted of one line
MESSAGE = 300


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
    ) -> None:
        self._failed_step = failed_step
        self._steps = steps
        self._parsers = load_parsers() if parsers is None else parsers
        self._known = known or KnownTemplates()
        self._scanner = _scanner(self._parsers)

    def feed(self, chunk: bytes) -> None:
        """This function will take the next bytes of the log."""
        self._scanner.feed(chunk)

    def finish(self) -> Diagnosis:
        """This function will return the diagnosis of everything fed."""
        regions, total = self._scanner.finish()
        log = assemble(regions, total, failed_step=self._failed_step or "", steps=self._steps)
        found, problems = _findings(log, self._parsers)
        ranked = rank_findings(found)
        failures = tuple(_failures(ranked, log))
        problem = "; ".join(problems) or ("" if failures else "nothing in the log looks like a failure")
        step = self._failed_step or log.failed_step or (failures[0].step if failures else "")
        return Diagnosis(
            failures=failures,
            step=redact(step),
            lines_read=log.total,
            problem=problem,
            report=_report(log, self._parsers),
            caches=cache_use(log),
        )


class TemplateLearner:
    """Takes a green log as it streams in and learns how its lines look, as far as the reader would keep them."""

    def __init__(self, known: KnownTemplates | None = None) -> None:
        self._known = known or KnownTemplates()
        self._scanner = _scanner(load_parsers())

    def feed(self, chunk: bytes) -> None:
        """This function will take the next bytes of the log."""
        self._scanner.feed(chunk)

    def finish(self) -> KnownTemplates:
        """This function will return what is known with this log."""
        return self._known.learned(assemble(*self._scanner.finish()))


def _scanner(parsers: tuple[LogParser, ...]) -> Scanner:
    return Scanner((*CACHE_SIGNS, *(sign for parser in parsers for sign in parser.landmarks)))


def diagnose(chunks: Iterable[bytes], *, failed_step: str | None = None) -> Diagnosis:
    """This function will diagnose a log given in chunks of any size."""
    reader = LogReader(failed_step=failed_step)
    for chunk in chunks:
        reader.feed(chunk)
    return reader.finish()


def _findings(log: Log, parsers: Sequence[LogParser]) -> tuple[list[tuple[str, Finding]], list[str]]:
    text = "\n".join(f"##[{line.command}]{line.text}" if line.command else line.text for line in log.lines)
    found: list[tuple[str, Finding]] = []
    problems: list[str] = []
    for parser in parsers:
        if parser.signs and not any(sign in text for sign in parser.signs):
            continue
        try:
            found += [(parser.name, finding) for finding in parser.read(log)]
        except Exception as error:  # noqa: BLE001 - one parser's bug must not cost the others' findings
            problems.append(f"the {parser.name} parser failed: {type(error).__name__}")
    return _of_what_failed(found, log), problems


def _report(log: Log, parsers: Sequence[LogParser]) -> SuiteReport | None:
    suites = tuple(suite for parser in parsers if parser.suites for suite in parser.suites(log))
    return SuiteReport(suites=suites) if suites else None


def _of_what_failed(found: list[tuple[str, Finding]], log: Log) -> list[tuple[str, Finding]]:
    """The findings within the step or command that failed; all of them where none lies there."""
    inside = [item for item in found if item[1].places and log.begin <= item[1].places[0] <= log.exit]
    return inside or found


def _failures(ranked: Sequence[tuple[str, Finding]], log: Log) -> Iterator[Failure]:
    room = QUOTED
    for tool, finding in ranked:
        failure = _failure(tool, finding, log, most=min(EXCERPT, max(LEAST, room)))
        room -= len(failure.excerpt)
        yield failure


def _failure(tool: str, finding: Finding, log: Log, *, most: int) -> Failure:
    lines = [log.lines[place] for place in finding.places[:most]]
    first = lines[0] if lines else None
    message = " ".join(redact(finding.message).split())
    text = "\n".join((message, *(line.text for line in lines)))
    cause = guess_cause(text, log.failed_step) if finding.cause is Cause.UNKNOWN else finding.cause
    return Failure(
        tool=tool,
        cause=cause,
        message=_shortened(message, MESSAGE),
        excerpt=tuple(
            _shortened(text, WIDTH)
            for text in redact("\n".join(line.text for line in lines)).split("\n")
            if lines
        ),
        line=first.number if first else 0,
        tests=tuple(redact(test) for test in dict.fromkeys(finding.tests)),
        locations=tuple(dict.fromkeys(finding.locations)),
        step=redact(first.step) if first else "",
        step_line=first.step_line if first else 0,
        fingerprint=fingerprint(tool, cause, message, finding.tests),
    )


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
