"""Words the answers to `/release next` and `/release plan`: which version, why, and what it would hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.markdown import code, details
from bot.releases.notes.changelog import render_changelog
from bot.releases.notes.entries import Section, by_section, entries
from bot.releases.notes.sanity import advice, proposed

if TYPE_CHECKING:
    from bot.releases.notes.model import Notes
    from bot.releases.notes.versions import TagNames

_LONGEST = 30_000  # characters of the notes within an answer


def render_next(notes: Notes, names: TagNames, *, prerelease: str | None = None) -> str:
    """This function will say which version should come next, and why, as safe Markdown."""
    version = proposed(notes.facts, prerelease=prerelease)
    command = f"`/release {version}`"
    if not notes.commits and notes.previous_tag:
        return f"Nothing has changed since {code(notes.previous_tag)}: there is nothing to release."
    said = f"The next version is **{version}**: {_counted(notes)}. {command} releases it."
    if not notes.previous_tag:
        said += " It would be the first, so any other may be chosen as well."
    return f"{said}\n\n{render_preview(notes, names.tag_of(version))}"


def render_plan(notes: Notes, tag: str) -> str:
    """This function will say what a version would hold, and what of it is probably not meant, as safe Markdown."""
    said = f"{code(tag)} would hold {_counted(notes)}."
    warnings = "\n".join(f"- ⚠️ {text}" for text in advice(notes.facts))
    return "\n\n".join(part for part in (said, warnings, render_preview(notes, tag)) if part)


def render_preview(notes: Notes, tag: str) -> str:
    """This function will fold away the notes that a release would get."""
    return details("Its notes", render_changelog(notes, tag, limit=_LONGEST))


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
