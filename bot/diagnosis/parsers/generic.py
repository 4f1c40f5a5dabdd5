"""Finds what looks like a failure in the output of tools that no other parser knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.log.logs import MARKS, SCRIPT
from bot.diagnosis.log.steps import RUN
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank
from bot.diagnosis.places import locations_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Line, Log

_RUNNERS = MARKS | {SCRIPT}
_DEEPER = {"end-action": 1, "start-action": -1}  # reading upward
_REGION = 1_200  # lines above the failing exit that are looked at
_MOST = 30
_BLOCKS = 3
_GAP = 3  # lines without a word of failure that a block may bridge
_FADE = 150  # lines after which nearness to the exit counts half
_TAIL = 12
_LAST = 5
_LAST_BONUS = 1.0
_PARAGRAPH = 14  # lines; longer ones are no paragraphs but plain output

_STRONG = re.compile(
    r"(?:^|[\s\[(])(?:error|ERROR|Error|FATAL|fatal|FAIL|FAILED|FAILURE|Failure|failure|panic|PANIC|not ok|ABORT)\b[:!\]\s)-]|"
    r"\b(?:FAILED|FAILURE|FAIL)\b|\w(?:Error|Exception)\b|^\s*(?:[✗✘✖✕×]|Traceback|E\s{3})|"
    r"\*\* \(\w+\)|!!|\bfailed on line\b|^error\b|Test .* failed|\bfailures? generated|"
    r"^FAIL |\bassert\w*\b|Assertion"
)
_WEAK = re.compile(
    r"(?i)\b(?:fail(?:s|ed|ing|ure|ures)?|error(?:s|ed)?|fatal|cannot|can't|couldn't|could not|unable|not found|no such|denied|undefined|"
    r"unresolved|invalid|unexpected|mismatch(?:ed)?|missing|expected|does not|doesn't|abort(?:ed)?|timed out|timeout|killed|refused|"
    r"crash(?:ed)?|segmentation|conflict|unknown|unrecognized|bad|wrong|illegal|not in|should|must|please|reason)\b"
)
_HARMLESS = re.compile(
    r"(?i)\b(?:0|no) (?:errors?|failures?|failed)\b|\b(?:errors?|failures?|failed)[:=] ?0\b|\bwarn(?:ing)?\b|deprecat|"
    r"(?:^|\s)(?:ok|pass|passed|skipped|xfail|✓|✔)(?:[\s:]|$)|\bXFAIL\b|EXPECTED FAIL|^\s*(?:ok|PASS|✓|✔|√)\b|retry|allow_failure|"
    r"^(?:Get|Hit|Ign|Fetched|Reading|Unpacking|Selecting|Preparing|Setting up|Processing|Installing|Downloading|Collecting|"
    r"Compiling|Checking|Building|Cloning|remote:|Updating|Using|Requirement already)\b|"
    r"^\s*(?:at |from |in )\S|--\w*(?:error|fail)|\berror_?(?:log|reporting|handler)\b|^\$ |^\+ |\bDone\. Your build exited"
)
_NOISE = re.compile(
    r"^(?:travis_\w+:|\s*$|\x08|##|Done\. Your build|The command \"|npm ERR!|Makefile:|make(?:\[\d+\])?: |gmake|error Command failed|"
    r"info Visit|Exited with code|Process completed|Post job cleanup|exit status|\[\d+/\d+\]|Finished: |rake aborted!|Tasks: TOP|\(See full trace|/\S+:\d+:in [`'])"
)
_BEGIN = re.compile(r"^(?:\$ |travis_fold:start|travis_time:start)")
_BAR = re.compile(r"^[-=_*~#+. ]{5,}$")


def read(log: Log) -> Iterator[Finding]:
    """This function will find the blocks before the failing exit that speak most of failure, or else the last lines."""
    start, end = _region(log)
    scores = {
        index: _score(log.lines[index].text)
        for index in range(start, end)
        if not _is_the_runners(log.lines[index])
    }
    for index in _last_said(log, start, end):
        scores[index] = scores.get(index, 0) + _LAST_BONUS
    weights = {index: score * _FADE / (_FADE + end - index) for index, score in scores.items() if score > 0}
    told: set[int] = set()
    for _ in range(_BLOCKS):
        left = [index for index in weights if index not in told]
        if not left:
            break
        best = max(left, key=lambda index: (weights[index], index))
        if told and weights[best] < max(weights.values()) / 2:
            break
        block = [index for index in _block(log, best, scores) if index not in told]
        told.update(block)
        yield _finding(log, block, best, Rank.GUESS)
    if not told:
        tail = _tail(log, start, end)
        if tail:
            yield _finding(log, tail, tail[-1], Rank.WRAPPER)


def _region(log: Log) -> tuple[int, int]:
    """The lines of the failing command: between its start and its exit, within its step of a composite action."""
    first, end, inside = max(log.begin, log.exit - _REGION), log.exit, 0
    if end < len(log.lines) and log.lines[end].command == "error" and not _NOISE.search(log.lines[end].text):
        end += 1  # an action announces its exit by what went wrong
    for index in range(log.exit - 1, first, -1):
        line = log.lines[index]
        inside += _DEEPER.get(line.command, 0)
        if inside < 0 or _BEGIN.search(line.text):
            return index + 1, end
    return first, end


def _last_said(log: Log, start: int, end: int) -> list[int]:
    """The lines right above the exit: a program's last words tell most."""
    if end >= len(log.lines):
        return []
    said = [
        index
        for index in range(max(start, end - 3 * _LAST), end)
        if not _NOISE.search(log.lines[index].text) and not _is_the_runners(log.lines[index])
    ]
    return said[-_LAST:]


def _is_the_runners(line: Line) -> bool:
    """Whether the runner says it of a step: its script, its header, the marks around a composite action's steps."""
    return line.command in _RUNNERS or (line.command == "group" and line.text.startswith(RUN))


def _score(text: str) -> float:
    if not text or _NOISE.search(text):
        return 0
    text = text[:500]
    strong, weak = _STRONG.search(text) is not None, _WEAK.search(text) is not None
    if not (strong or weak):
        return 0
    score = 3.0 if strong else 1.0
    return score - 2.5 if _HARMLESS.search(text) else score


def _block(log: Log, best: int, scores: dict[int, float]) -> list[int]:
    """The line with its neighbours that speak of failure, are indented below, or stand in one paragraph with it."""
    paragraph = _paragraph(log, best, scores)
    below = _grown(log, paragraph[-1], scores, down=True)
    above = _grown(log, paragraph[0], scores, down=False)
    return [*reversed(above), *paragraph, *below][-_MOST:]


def _paragraph(log: Log, best: int, scores: dict[int, float]) -> list[int]:
    """The lines around the best one up to the next blank, or that line alone in a run of plain output."""
    found = [best]
    for way in (log.upward(best, _PARAGRAPH), log.downward(best, _PARAGRAPH)):
        for index in way:
            text = log.lines[index].text
            if index not in scores or _NOISE.search(text) or _BAR.match(text):
                break
            found.append(index)
    return sorted(found) if len(found) <= _PARAGRAPH else [best]


def _grown(log: Log, best: int, scores: dict[int, float], *, down: bool) -> list[int]:
    way = log.downward(best, 2 * _MOST) if down else log.upward(best, _MOST)
    grown: list[int] = []
    waiting: list[int] = []
    margin = _indent(log.lines[best].text)
    for index in way:
        text = log.lines[index].text
        if index not in scores or _BAR.match(text) or len(grown) >= _MOST:
            break
        if _NOISE.search(text):
            waiting.append(index)
        elif scores[index] > 0 or (down and len(waiting) <= 1 and _indent(text) > margin):
            grown += [one for one in waiting if not _NOISE.search(log.lines[one].text)]
            grown.append(index)
            waiting = []
        else:
            waiting.append(index)
        if len(waiting) > _GAP:
            break
    return grown


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _tail(log: Log, start: int, end: int) -> list[int]:
    """The last lines before the exit that say anything, the header of the step among them."""
    said = [
        index
        for index in range(start, end)
        if not _NOISE.search(log.lines[index].text) and log.lines[index].command not in _RUNNERS
    ]
    return said[-_TAIL:] or [log.exit][: len(log.lines) - log.exit]


def _finding(log: Log, block: list[int], best: int, rank: Rank) -> Finding:
    locations = [one for index in block for one in locations_in(log.lines[index].text)]
    return Finding(
        cause=Cause.UNKNOWN,
        message=log.lines[best].text.strip(),
        places=tuple(block),
        rank=rank,
        locations=tuple(dict.fromkeys(locations))[:3],
    )


PARSER = LogParser(name="generic", signs=(), read=read)
