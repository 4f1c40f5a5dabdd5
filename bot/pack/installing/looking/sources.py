"""A repository as an installation looks at it, wherever it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class UnusableSourceError(Exception):
    """A repository cannot be looked at, or nothing can be written into it; the message says what helps."""


class Source(Protocol):
    """The files of a repository at one moment."""

    async def paths(self) -> frozenset[str]:
        """This function will name every file, from the repository's root."""
        ...

    async def ids(self, paths: Collection[str]) -> Mapping[str, str]:
        """This function will give git's ids of those files that are there."""
        ...

    async def contents(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """This function will read those files that are there."""
        ...

    async def objects(self, ids: Collection[str]) -> Mapping[str, bytes]:
        """This function will read what git has under these ids, now or from before; others are left out."""
        ...
