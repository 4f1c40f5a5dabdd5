"""A report as people read it on a terminal, and as programs read it."""

from __future__ import annotations

import textwrap
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from bot.doctor.model import Eyes, Grade, Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.doctor.model import Finding, Report

VERSION = 1
_WIDTH = 100
_INDENT = " " * 8
_MARKS = {Grade.GOOD: "ok", Grade.NOTICE: "note", Grade.BAD: "BAD", Grade.UNKNOWN: "?"}
_COLOURS = {Grade.GOOD: 32, Grade.NOTICE: 33, Grade.BAD: 31, Grade.UNKNOWN: 35}
_BY = {Eyes.APP: "", Eyes.PERSON: " (seen with GITHUB_TOKEN)", Eyes.AWS: " (seen in AWS)"}
_PROGRAMS = ("gh ", "aws ", "pilothouse ", "terraform ", "GITHUB_TOKEN=", "AWS_PROFILE=")


def render_text(report: Report, *, colours: bool) -> str:
    """This function will write a report for a terminal: what was seen by its part, then what was not."""
    sections = [plain(report.repository)]
    for part in Part:
        seen = [
            _finding(finding, colours=colours)
            for result in report.results
            for finding in result.findings
            if result.part is part and finding.grade is not Grade.UNKNOWN
        ]
        if seen:
            sections.append("\n".join((part, *seen)))
    if hidden := _hidden(report, colours=colours):
        sections.append("\n".join(("not seen", *hidden)))
    return "\n\n".join((*sections, _total(report)))


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


def _hidden(report: Report, *, colours: bool) -> Iterable[str]:
    """What could not be seen; what the same remedy helps against stands together."""
    by_remedy: dict[str, dict[str, list[str]]] = {}
    for result in report.results:
        for finding in result.findings:
            if finding.grade is Grade.UNKNOWN:
                by_remedy.setdefault(finding.remedy, {}).setdefault(finding.text, []).append(finding.subject)
    lines: list[str] = []
    for remedy, texts in by_remedy.items():
        for text, subjects in texts.items():
            lines += _said(Grade.UNKNOWN, f"{', '.join(subjects)}: {text}", colours=colours)
        lines += _remedy(remedy)
    return lines


def _finding(finding: Finding, *, colours: bool) -> str:
    said = _said(finding.grade, f"{finding.subject}: {finding.text}{_BY[finding.eyes]}", colours=colours)
    return "\n".join((*said, *_remedy(finding.remedy)))


def _said(grade: Grade, text: str, *, colours: bool) -> list[str]:
    mark = f"{_MARKS[grade]:<5}"
    if colours:
        mark = f"\x1b[{_COLOURS[grade]}m{mark}\x1b[0m"
    first, *rest = _wrapped(text)
    return [f"  {mark} {first}", *(f"{_INDENT}{line}" for line in rest)]


def _remedy(remedy: str) -> list[str]:
    if not remedy:
        return []
    words, colon, command = plain(remedy).partition(": ")
    if colon and command.startswith(_PROGRAMS):  # whole, on a line of its own, so that it can be copied
        return [f"{_INDENT}-> {words}:", f"{_INDENT}   {command}"]
    first, *rest = _wrapped(remedy)
    return [f"{_INDENT}-> {first}", *(f"{_INDENT}   {line}" for line in rest)]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(plain(text), _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


def _total(report: Report) -> str:
    counts = Counter(finding.grade for result in report.results for finding in result.findings)
    words = {Grade.GOOD: "good", Grade.NOTICE: "could be better", Grade.BAD: "bad", Grade.UNKNOWN: "not seen"}
    return (
        ", ".join(f"{counts[grade]} {words[grade]}" for grade in words if counts[grade])
        or "nothing looked at"
    )
