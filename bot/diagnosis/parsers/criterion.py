"""Reads the benchmarks that Criterion calls regressed, the worst first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_VERDICT = "Performance has regressed."
_TIME = re.compile(r"^(?P<name>\S.*?)?\s*time: +\[")
_CHANGE = re.compile(r"\s*(?:change: +|time: +)\[[+-\u2212][\d.e]+% (?P<percent>[+-\u2212][\d.e]+)% ")
_NAME = re.compile(r"^\S.*$")
_NO_NAME = re.compile(r"^(?:Benchmarking |Found \d+ outliers)")
_LONGEST = 8


def read(log: Log) -> Iterator[Finding]:
    """This function will find every benchmark that regressed: with noise around, a sign and no proof."""
    found = [
        one
        for index, line in enumerate(log.lines)
        if line.text.strip() == _VERDICT and (one := _regression(log, index)) is not None
    ]
    for _, finding in sorted(found, key=lambda item: -item[0]):
        yield finding


def _regression(log: Log, index: int) -> tuple[float, Finding] | None:
    places, name, percent = [index], "", 0.0
    for place in log.upward(index, _LONGEST):
        text = log.lines[place].text
        time = _TIME.match(text)
        if (change := _CHANGE.match(text)) is not None:
            percent = float(change["percent"].replace("\u2212", "-"))
        if not text.strip() or _NO_NAME.match(text):
            break
        places.insert(0, place)
        name = (time["name"] if time else text) or ""
        if _NAME.match(text):
            break
    if not name.strip():
        return None
    return percent, Finding(
        cause=Cause.TEST,
        message=f"benchmark {name.strip()} is {percent:+.1f} % slower",
        places=tuple(places),
        rank=Rank.LIKELY,
        tests=(name.strip(),),
    )


PARSER = LogParser(name="criterion", signs=(_VERDICT,), read=read, landmarks=(_VERDICT,))
