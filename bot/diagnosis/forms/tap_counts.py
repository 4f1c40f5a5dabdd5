"""Reads the lines in which runners of the Test Anything Protocol count their tests, one count a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.model import SuiteResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_COUNT = re.compile(
    r"^[#ℹ] (?P<word>tests|pass|fail|cancelled|skipped|skip|todo|duration_ms)\s+"  # noqa: RUF001 - Node.js prints it
    r"(?P<count>\d+(?:\.\d+)?)$"
)
_LINES = 9  # over which the counts go


def read_counts(log: Log, name: str, mark: str) -> Iterator[SuiteResult]:
    """This function will read the counts below every line that says how many tests there were."""
    for index, line in enumerate(log.lines):
        if not line.text.startswith(f"{mark} tests"):
            continue
        found = (_COUNT.match(log.lines[place].text) for place in (index, *log.downward(index, _LINES)))
        counts = {one["word"]: float(one["count"]) for one in found if one is not None}
        took = counts.get("duration_ms")
        yield SuiteResult(
            name=name,
            passed=int(counts.get("pass", 0)),
            failed=int(counts.get("fail", 0) + counts.get("cancelled", 0)),
            skipped=int(counts.get("skipped", 0) + counts.get("skip", 0) + counts.get("todo", 0)),
            seconds=round(took / 1000, 3) if took is not None else None,
        )
