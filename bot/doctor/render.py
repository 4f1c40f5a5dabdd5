"""A report as people read it on a terminal, and as programs read it."""

from __future__ import annotations

import textwrap
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from bot.doctor.model import Eyes, Grade

if TYPE_CHECKING:
    from bot.doctor.model import Finding, Report, Result

VERSION = 1
_WIDTH = 100
_MARKS = {Grade.GOOD: "ok", Grade.NOTICE: "note", Grade.BAD: "BAD", Grade.UNKNOWN: "?"}
_COLOURS = {Grade.GOOD: 32, Grade.NOTICE: 33, Grade.BAD: 31, Grade.UNKNOWN: 35}
_BY = {Eyes.APP: "", Eyes.PERSON: " (seen with GITHUB_TOKEN)", Eyes.AWS: " (seen in AWS)"}


def render_text(report: Report, *, colours: bool) -> str:
    """This function will write a report for a terminal."""
    parts = [_check(result, colours=colours) for result in report.results]
    return "\n\n".join((f"{plain(report.repository)}", *parts, _total(report)))


def render_json(report: Report) -> dict[str, object]:
    """This function will write a report for programs."""
    return {
        "version": VERSION,
        "repository": report.repository,
        "grade": report.worst.value,
        "findings": [
            {
                "check": result.check,
                "subject": finding.subject,
                "grade": finding.grade.value,
                "text": finding.text,
                "remedy": finding.remedy,
                "seen_by": finding.eyes.value,
            }
            for result in report.results
            for finding in result.findings
        ],
    }


def plain(text: str) -> str:
    """This function will make text from outside harmless to a terminal: nothing in it moves, colours or hides."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(one)[0] == "C" else one for one in text
    )


def _check(result: Result, *, colours: bool) -> str:
    return "\n".join((result.check, *(_finding(one, colours=colours) for one in result.findings)))


def _finding(finding: Finding, *, colours: bool) -> str:
    mark = f"{_MARKS[finding.grade]:<5}"
    if colours:
        mark = f"\x1b[{_COLOURS[finding.grade]}m{mark}\x1b[0m"
    said = _wrapped(f"{plain(finding.subject)}: {plain(finding.text)}{_BY[finding.eyes]}")
    lines = [f"  {mark} {said[0]}", *(f"        {line}" for line in said[1:])]
    lines += [f"        {line}" for line in _remedy(finding.remedy)]
    return "\n".join(lines)


def _remedy(remedy: str) -> list[str]:
    if not remedy:
        return []
    # a command stands on a line of its own, whole, so that it can be copied
    words, _, command = plain(remedy).partition(": ")
    if command.split(" ", 1)[0] in {"gh", "aws", "pilothouse", "terraform"} or command.startswith(
        "GITHUB_TOKEN="
    ):
        return [f"-> {words}:", f"   {command}"]
    first, *rest = _wrapped(plain(remedy))
    return [f"-> {first}", *(f"   {line}" for line in rest)]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


def _total(report: Report) -> str:
    counts = Counter(finding.grade for result in report.results for finding in result.findings)
    words = {Grade.GOOD: "good", Grade.NOTICE: "could be better", Grade.BAD: "bad", Grade.UNKNOWN: "not seen"}
    return (
        ", ".join(f"{counts[grade]} {words[grade]}" for grade in words if counts[grade])
        or "nothing looked at"
    )
