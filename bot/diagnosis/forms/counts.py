"""Reads how a tool's tests ended off the lines in which it counts them, by tables of forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.model import SuiteResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.diagnosis.log.logs import Log

_WIDEST = 500  # characters of a line that counts
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One way in which a tool counts its tests on a line.

    `line` may name the groups suite, total, passed, failed, errors, skipped, minutes, seconds and millis; what is
    missing of passed and total is reckoned from the rest.
    """

    sign: str  # literal text of every such line: looked for first, for that is cheap
    line: re.Pattern[str]
    span: int = 1  # lines that the pattern matches, joined by LF
    last: bool = False  # only the last such line is meant: the tool repeats or sums up


def counts_of(name: str, *counts: Count) -> Callable[[Log], Iterator[SuiteResult]]:
    """This function will make the `suites` of a parser of its counting lines; the name is that of unnamed suites."""
    return lambda log: _read(log, name, counts)


def _read(log: Log, name: str, counts: tuple[Count, ...]) -> Iterator[SuiteResult]:
    for count in counts:
        found = [one for text in _texts(log, count) if (one := count.line.match(text)) is not None]
        for one in found[-1:] if count.last else found:
            yield _suite(one.groupdict(), name)


def _texts(log: Log, count: Count) -> Iterator[str]:
    for index in log.lines_with(count.sign):
        yield "\n".join(one.text[:_WIDEST] for one in log.lines[index : index + count.span])


def _suite(groups: dict[str, str | None], name: str) -> SuiteResult:
    failed = _whole(groups, "failed") + _whole(groups, "errors")
    skipped = _whole(groups, "skipped")
    rest = _whole(groups, "total") - failed - skipped
    return SuiteResult(
        name=(groups.get("suite") or name).strip(),
        passed=_whole(groups, "passed") if groups.get("passed") else max(0, rest),
        failed=failed,
        skipped=skipped,
        seconds=_seconds(groups),
    )


def _whole(groups: dict[str, str | None], key: str) -> int:
    return int((groups.get(key) or "0").replace(",", ""))


def _seconds(groups: dict[str, str | None]) -> float | None:
    units = {"hours": 3600.0, "minutes": 60.0, "seconds": 1.0, "millis": 0.001}
    said = [
        float(found[0].replace(",", "")) * unit
        for key, unit in units.items()
        if (found := _NUMBER.match(groups.get(key) or "")) is not None
    ]
    return round(sum(said), 3) if said else None
