"""Words what a version would hold, before it is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.markdown import code, details
from bot.releases.notes.changelog import render_changelog
from bot.releases.notes.entries import Section, by_section, entries
from bot.releases.notes.sanity import advice

if TYPE_CHECKING:
    from bot.releases.notes.model import Notes

_LONGEST = 30_000  # characters of the notes within an answer


def render_plan(notes: Notes, tag: str) -> str:
    """This function will say what a version would hold, and what of it is probably not meant, as safe Markdown."""
    said = f"{code(tag)} would hold {_counted(notes)}."
    warnings = "\n".join(f"- ⚠️ {text}" for text in advice(notes.facts))
    return "\n\n".join(part for part in (said, warnings, _preview(notes)) if part)


def _preview(notes: Notes) -> str:
    """The notes that a release would get, folded away; the tag that they would link to is not there yet."""
    return details("Its notes", render_changelog(notes, notes.sha, limit=_LONGEST, refers=False))


def _counted(notes: Notes) -> str:
    """What it holds, in numbers."""
    counts = {section: len(found) for section, found in by_section(entries(notes.changes)).items()}
    parts = ", ".join(_number(count, *_NOUNS[section]) for section, count in counts.items())
    since = f" since {code(notes.previous_tag)}" if notes.previous_tag else ""
    commits = f"{_number(notes.commits, 'commit')}{since}"
    return f"{commits} ({parts})" if parts else commits


def _number(count: int, noun: str, plural: str = "") -> str:
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


_NOUNS: dict[Section, tuple[str, ...]] = {
    Section.BREAKING: ("breaking change",),
    Section.FEATURES: ("feature",),
    Section.FIXES: ("fix", "fixes"),
    Section.PERFORMANCE: ("performance change",),
    Section.REVERTS: ("revert",),
    Section.DOCUMENTATION: ("documentation change",),
    Section.DEPENDENCIES: ("dependency update",),
    Section.OTHERS: ("other change",),
}
