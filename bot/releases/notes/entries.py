"""Sorts what a release holds into the sections of its notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.releases.notes.conventional import Message, read_message
from bot.releases.notes.versions import largest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.config.merging import Bump
    from bot.releases.model import Change

_RELEASE = re.compile(r"(?i)(?:prepare |cut )?release\b.*\d")
_DEPENDENCIES = {"deps", "deps-dev", "dependencies"}


class Section(StrEnum):
    """A part of the notes, the most telling first; the value is its heading."""

    BREAKING = "Breaking changes"
    FEATURES = "Features"
    FIXES = "Fixes"
    PERFORMANCE = "Performance"
    REVERTS = "Reverts"
    DOCUMENTATION = "Documentation"
    DEPENDENCIES = "Dependencies"
    OTHERS = "Other changes"


_SECTIONS = {
    "feat": Section.FEATURES,
    "feature": Section.FEATURES,
    "fix": Section.FIXES,
    "perf": Section.PERFORMANCE,
    "revert": Section.REVERTS,
    "docs": Section.DOCUMENTATION,
    "doc": Section.DOCUMENTATION,
    "deps": Section.DEPENDENCIES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change with what its message says."""

    change: Change
    message: Message

    @property
    def section(self) -> Section:
        """Where it stands in the notes."""
        message = self.message
        if message.breaking is not None:
            return Section.BREAKING
        if message.type not in {"feat", "feature", "fix", "revert"} and self._is_dependency:
            return Section.DEPENDENCIES
        return _SECTIONS.get(message.type, Section.OTHERS)

    @property
    def is_release(self) -> bool:
        """Whether it only made an earlier step of a release: nobody wants to read that."""
        message = self.message
        return message.type == "chore" and (
            message.scope == "release" or _RELEASE.match(message.description) is not None
        )

    @property
    def _is_dependency(self) -> bool:
        return self.message.scope.lower() in _DEPENDENCIES or "dependencies" in self.change.labels


def entries(changes: Iterable[Change]) -> tuple[Entry, ...]:
    """This function will read what each change says, without those that only made a release."""
    read = (Entry(change=one, message=read_message(f"{one.title}\n\n{one.body}")) for one in changes)
    return tuple(entry for entry in read if not entry.is_release)


def needed_bump(changes: Iterable[Change]) -> Bump | None:
    """This function will find the largest step of the version that the changes ask for."""
    return largest(entry.message.bump for entry in entries(changes))


def by_section(read: Sequence[Entry]) -> dict[Section, tuple[Entry, ...]]:
    """This function will group entries by their sections, those of the same scope next to each other."""
    grouped = {
        section: tuple(sorted((one for one in read if one.section is section), key=_scope))
        for section in Section
    }
    return {section: found for section, found in grouped.items() if found}


def _scope(entry: Entry) -> tuple[bool, str]:
    return entry.message.scope == "", entry.message.scope.lower()
