"""Finds among the tags of a repository the versions that lie before another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.releases.notes.sanity import line_of
from bot.releases.notes.versions import TagNames, core, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from semver import Version

    from bot.releases.notes.model import Asked
    from bot.releases.notes.sanity import Line


@dataclass(frozen=True, slots=True)
class Tagged:
    """A version and the tag that carries it."""

    version: Version
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The versions in a commit's past."""

    last: Tagged | None  # the newest that is no pre-release
    newest: Tagged | None  # the newest of all


@dataclass(frozen=True, slots=True)
class Lineage:
    """The other versions of what is released, newest first, as they matter for the one that is asked for."""

    version: Version | None  # None for whatever comes next
    line: Line | None  # of the branch, where its name says one
    is_default_branch: bool
    tagged: tuple[Tagged, ...]

    @property
    def candidates(self) -> tuple[Tagged, ...]:
        """Those that may lie in the commit's past, in the order in which to look.

        None is above the branch's line, and of a release that is no pre-release nobody asks for the pre-releases.
        """
        if self.version is not None and not self.version.prerelease:
            return tuple(one for one in self._below if not one.version.prerelease)
        return self._below

    @property
    def _below(self) -> tuple[Tagged, ...]:
        if self.line is None:
            return self.tagged
        major, minor = self.line.major, self.line.minor
        inside = [one for one in self.tagged if self.line.holds(one.version)]
        least = (major, 0 if minor is None else minor)
        below = [one for one in self.tagged if (one.version.major, one.version.minor) < least]
        return (*inside, *below)

    @property
    def top(self) -> Tagged | None:
        """The newest anywhere that is no pre-release."""
        return _first_release(self.tagged)

    def rival(self, past: Past) -> Version | None:
        """This function will find the newest of those that the version must be newer than."""
        rivals = [one.version for one in self._rivals(past) if one is not None]
        return max(rivals, default=None)

    def previous(self, past: Past) -> Tagged | None:
        """This function will find where the version's changes begin.

        A release tells all that is new since the release before it, whatever was tried out in between; a pre-release
        only what is new since the one before. https://github.com/absolute-version/commit-and-tag-version/issues/349
        """
        if self.version is not None and self.version.prerelease:
            return past.newest
        return past.last

    def _rivals(self, past: Past) -> Iterable[Tagged | None]:
        version = self.version
        yield past.last
        if self.is_default_branch:
            yield self.top
        if self.line is not None:
            yield _first_release([one for one in self.tagged if self.line.holds(one.version)])
        if version is not None:
            # with the same core, or the same but for the build, wherever it lies
            same = [one for one in self.tagged if core(one.version) == core(version)]
            if version.prerelease:
                yield past.newest
                yield from same
            else:
                yield from (one for one in same if not one.version.prerelease)


def lineage(tags: Iterable[str], asked: Asked, *, default_branch: str) -> Lineage:
    """This function will order the versions that the tags carry, without the one that is asked for."""
    names = TagNames(asked.tag)
    version = parse_version(asked.version)
    own = "" if version is None else names.tag_of(version)
    read = ((names.version_of(tag), tag) for tag in tags if tag != own)
    tagged = [Tagged(found, tag) for found, tag in read if found is not None]
    tagged.sort(key=lambda one: (one.version, one.tag), reverse=True)
    is_default = asked.branch == default_branch
    return Lineage(version, None if is_default else line_of(asked.branch), is_default, tuple(tagged))


def _first_release(tagged: Sequence[Tagged]) -> Tagged | None:
    return next((one for one in tagged if not one.version.prerelease), None)
