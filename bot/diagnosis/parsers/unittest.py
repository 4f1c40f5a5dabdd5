"""Reads the failures of unittest, of Django's and nose's runners, which write the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.python_frames import frame_locations, own_frames, raised
from bot.diagnosis.model import Cause, SuiteResult
from bot.diagnosis.parsing import Finding, LogParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_HEAD = re.compile(
    r"^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (?P<test>\w+ \([\w.]+\)(?: [(\[].*[)\]])?|[\w.]+(?::[\w.]+)?(?:\(.*\))?)$"
)
_BAR = re.compile(r"^[=-]{20,}$")
_END = re.compile(r"^={20,}$|^Ran \d+ tests? in |^(?:FAIL|ERROR): |^-+ (?:Captured|>> (?:begin|end))")
_RAN = re.compile(r"^Ran (\d+) tests? in ([\d.]+)s")
_RESULT = re.compile(r"^(?:OK|FAILED)(?: \((?P<counts>[\w =,]+)\))?$")
_COUNT = re.compile(r"([a-zA-Z ]+)=(\d+)")
_STEPS = ("group", "endgroup")  # an error alone may be a matcher's mark on a line of ours
_LONGEST = 400
_SHOWN = 30
_SUMMARY_IN = 6  # lines below "Ran … tests" in which the result stands


def read(log: Log) -> Iterator[Finding]:
    """This function will find every test that failed, could not be loaded, or passed where it should not."""
    told: set[tuple[str, str]] = set()
    for index, line in enumerate(log.lines):
        head = _HEAD.match(line.text) if line.text.startswith(("FAIL: ", "ERROR: ", "UNEXPECTED ")) else None
        if head is None or not _is_heading(log, index):
            continue
        finding = _failure(log, index, head["test"])
        if (key := (finding.tests[0], finding.message)) not in told:
            told.add(key)
            yield finding


def _is_heading(log: Log, index: int) -> bool:
    """Whether the line stands in the runner's frame: a bar above it, or below within a doc string."""
    above = any(_BAR.match(log.lines[place].text) for place in log.upward(index, 1))
    return above or any(_BAR.match(log.lines[place].text) for place in log.downward(index, 3))


def _failure(log: Log, index: int, test: str) -> Finding:
    block = [index]
    for place in log.downward(index, _LONGEST):
        text = log.lines[place].text
        if _END.match(text) or log.lines[place].command in _STEPS or place >= log.exit > index:
            break
        if text.strip() and not _BAR.match(text):
            block.append(place)
    errors = [(place, found) for place in block if (found := raised(log.lines[place].text))]
    telling = block if len(block) <= _SHOWN else own_frames(log, block)
    last = errors[-1] if errors else None
    if last is not None and len(telling) > _SHOWN and last[0] in telling:
        at = telling.index(last[0])
        telling = [telling[0], *telling[max(1, at - _SHOWN // 2) :]]
    message = last[1][1] if last else log.lines[block[-1]].text.strip()
    return Finding(
        cause=Cause.TEST,
        message=message,
        places=tuple(telling),
        tests=(test,),
        locations=frame_locations(log, block),
    )


def suites(log: Log) -> Iterator[SuiteResult]:
    """This function will read the counts below every `Ran … tests`."""
    for index, line in enumerate(log.lines):
        ran = _RAN.match(line.text) if line.text.startswith("Ran ") else None
        if ran is None:
            continue
        results = (_RESULT.match(log.lines[place].text) for place in log.downward(index, _SUMMARY_IN))
        result = next((one for one in results if one is not None), None)
        counts = {
            word.strip().lower(): int(count)
            for word, count in _COUNT.findall((result["counts"] or "") if result else "")
        }
        failed = sum(counts.get(word, 0) for word in ("failures", "errors", "unexpected successes"))
        skipped = counts.get("skipped", 0) + counts.get("skip", 0)
        yield SuiteResult(
            name="unittest",
            passed=max(0, int(ran[1]) - failed - skipped),
            failed=failed,
            skipped=skipped,
            seconds=float(ran[2]),
        )


PARSER = LogParser(
    name="unittest",
    signs=("FAIL: ", "ERROR: ", "UNEXPECTED SUCCESS: ", "Ran "),
    read=read,
    landmarks=("FAIL: ",),
    suites=suites,
)
