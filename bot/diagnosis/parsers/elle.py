"""Reads what Elle, Knossos and other checkers of histories find: anomalies and operations that no order explains."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_ANOMALIES = re.compile(r":anomaly-types \(")
_KEYWORD = re.compile(r":[A-Za-z][\w-]*")
_NOT = re.compile(r":not #\{")
_INCONSISTENT = re.compile(r'Inconsistent\{:msg "(?P<message>[^"]*)"')
_LONGEST = 12  # lines over which a set or list may be wrapped
_MOST = 20
_APART = 600  # lines of anomalies between their types and the models they rule out

_OTHERS = (
    Form(  # elle-cli and knossos: one history a line
        head=re.compile(r"^(?P<message>\S+\.(?:edn|json)\s+(?:false|unknown))$"),
        cause=Cause.TEST,
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(  # Porcupine, and tests that use it, in their own words
        head=re.compile(
            r"(?i)^(?!\s*(?:ok|pass)\b).{0,200}?\b(?P<message>(?:(?:is |was )?(?:not|non-?)[- ]?linearizable|"
            r"linearizab\w+ (?:violat\w+|check failed)|consistency violation).{0,200})"
        ),
        cause=Cause.TEST,
        rank=Rank.LIKELY,
        places=1,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find the anomalies with the models they rule out, and what else says a history is invalid."""
    told: set[str] = set()
    for index in islice(_telling(log), _MOST):
        finding = (
            _anomalies(log, index) if _ANOMALIES.search(log.lines[index].text) else _inconsistent(log, index)
        )
        if finding.message not in told:
            told.add(finding.message)
            yield finding
    yield from read_forms(log, _OTHERS)


def _telling(log: Log) -> Iterator[int]:
    for index, line in enumerate(log.lines):
        if _ANOMALIES.search(line.text) or _INCONSISTENT.search(line.text):
            yield index


def _inconsistent(log: Log, index: int) -> Finding:
    found = _INCONSISTENT.search(log.lines[index].text)
    above = [place for place in log.upward(index, 1) if "{:op {" in log.lines[place].text]
    message = f"not linearizable: {found['message'] if found else ''}"
    return Finding(cause=Cause.TEST, message=message, places=(*above, index))


def _anomalies(log: Log, index: int) -> Finding:
    types = _wrapped(log, index, ")")
    ruled = next(
        (place for place in log.downward(types[-1], _APART) if _NOT.search(log.lines[place].text)), None
    )
    models = _wrapped(log, ruled, "}") if ruled is not None else []
    kinds = _keywords(log, types, _ANOMALIES)
    message = f"anomalies {', '.join(kinds)}"
    if models:
        message = f"{message}: not {', '.join(_keywords(log, models, _NOT))}"
    return Finding(cause=Cause.TEST, message=message, places=tuple(dict.fromkeys((*types, *models))))


def _wrapped(log: Log, index: int, end: str) -> list[int]:
    """The lines of a value that the printer wraps, down to its closing bracket."""
    lines = [index]
    if end not in log.lines[index].text:
        for place in log.downward(index, _LONGEST):
            lines.append(place)
            if end in log.lines[place].text:
                break
    return lines


def _keywords(log: Log, lines: list[int], begin: re.Pattern[str]) -> list[str]:
    text = " ".join(log.lines[place].text for place in lines)
    head = begin.search(text)
    inside = re.split(r"[)}]", text[head.end() :] if head else text, maxsplit=1)[0]
    return [found.removeprefix(":") for found in _KEYWORD.findall(inside)]


PARSER = LogParser(
    name="elle",
    signs=(":anomaly-types (", "Inconsistent{:msg", ".edn", "inearizab", "onsistency violation"),
    read=read,
    landmarks=(":anomaly-types (", "Inconsistent{:msg"),
)
