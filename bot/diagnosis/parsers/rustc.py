"""Reads what rustc and rustdoc say about code, failed linking, and the compiler's own crashes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.rust_diagnostics import diagnostics_in
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.forms.rust_diagnostics import Diagnostic
    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.model import Location

_LINK = re.compile(r"^linking with `[^`]*` failed|^linker `[^`]*` not found")
_LINK_SAYS = re.compile(
    r"undefined (?:reference|symbol)|\bld(?:\.\w+)?: |collect2: error|cannot find -l|library not found|\.o: in function"
)
_NO_PLACE = re.compile(
    r"^(?:internal compiler error|couldn't read|could not find native|extern location for|the compiler unexpectedly|"
    r"crate `[^`]*` required to be available|[Ee]rror loading target|failed to build archive|no global memory allocator|"
    r"could not exec the linker|failed to find tool|`#\[panic_handler\]`|cannot satisfy dependencies)"
)
_KILLED = re.compile(
    r"^\s*process didn't exit successfully: .*\b(?P<how>signal: (?P<signal>\d+), SIG\w+[^()]*)\)$"
)
_COMPILE = re.compile(r"^error: could not (?:compile|document) ")
_WIDEST = 2_000  # characters of a line; the linker's command line is longer


def read(log: Log) -> Iterator[Finding]:
    """This function will find every error of the compiler that is no lint of clippy."""
    told: set[tuple[str, Location | None]] = set()
    for diagnostic in diagnostics_in(log):
        finding = _finding(log, diagnostic)
        if finding is None:
            continue
        key = (finding.message, finding.locations[0] if finding.locations else None)
        if key not in told:  # the library and its tests are compiled apart and say the same
            told.add(key)
            yield finding
    yield from _killed(log)


def _finding(log: Log, diagnostic: Diagnostic) -> Finding | None:
    if _LINK.match(diagnostic.message):
        return _linking(log, diagnostic)
    if diagnostic.where is not None and diagnostic.where.path.endswith(".toml"):
        return None  # cargo's own, about a manifest
    if diagnostic.where is None and not diagnostic.code and not _NO_PLACE.match(diagnostic.message):
        return None
    step = log.lines[diagnostic.places[0]].step
    if not diagnostic.code and ("clippy" in diagnostic.text or "clippy" in step):
        return None
    return Finding(
        cause=Cause.DOCS if "rustdoc::" in diagnostic.text else Cause.COMPILE,
        message=diagnostic.title,
        places=diagnostic.places,
        locations=(diagnostic.where,) if diagnostic.where else (),
    )


def _linking(log: Log, diagnostic: Diagnostic) -> Finding:
    head, *rest = diagnostic.places
    says = [place for place in rest if _LINK_SAYS.search(log.lines[place].text)]
    says = [place for place in says if len(log.lines[place].text) < _WIDEST]
    first = log.lines[says[0]].text.strip().removeprefix("= note: ") if says else log.lines[head].text
    return Finding(cause=Cause.COMPILE, message=first, places=(head, *says))


def _killed(log: Log) -> Iterator[Finding]:
    """The compiler ended by a signal: killed for lack of memory, or crashed."""
    for index, line in enumerate(log.lines):
        if not _COMPILE.match(line.text):
            continue
        for place in log.downward(index, 4):
            if (found := _KILLED.match(log.lines[place].text)) is not None:
                killed = found["signal"] == "9"
                yield Finding(
                    cause=Cause.INFRASTRUCTURE if killed else Cause.COMPILE,
                    message=f"the compiler ended with {found['how']}",
                    places=(index, place),
                    rank=Rank.ROOT if killed else Rank.CONSEQUENCE,
                )


PARSER = LogParser(name="rustc", signs=("error[E", "error: "), read=read, landmarks=("error[E",))
