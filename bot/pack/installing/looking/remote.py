"""A repository on GitHub at one of its commits: its files, and every object that GitHub still has."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github.trees import blobs_of, get_blob
from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.recording import blob_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.github.client import RepositoryClient

_AT_ONCE = 8
MOST_FILES = 1_000  # that are read one by one, of the 5,000 calls an hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """The files of a commit on GitHub."""

    repo: RepositoryClient
    blobs: Mapping[str, str]  # git's ids by path

    async def paths(self) -> frozenset[str]:
        """This function will name every file."""
        return frozenset(self.blobs)

    async def ids(self, paths: Collection[str]) -> Mapping[str, str]:
        """This function will give git's ids of those files that are there."""
        return {path: self.blobs[path] for path in paths if path in self.blobs}

    async def contents(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """This function will read those files that are there.

        Raises:
            UnusableSourceError: they are too many.
        """
        ids = await self.ids(paths)
        found = await self.objects(frozenset(ids.values()))
        return {path: found[one] for path, one in ids.items() if one in found}

    async def objects(self, ids: Collection[str]) -> Mapping[str, bytes]:
        """This function will read what GitHub has under these ids, be it from a branch that is gone.

        Raises:
            UnusableSourceError: they are too many.
        """
        if len(ids) > MOST_FILES:
            raise UnusableSourceError(
                f"{len(ids)} files would have to be read one by one. Clone the repository and say --from FOLDER."
            )
        turns = asyncio.Semaphore(_AT_ONCE)

        async def read(one: str) -> bytes | None:
            async with turns:
                return await get_blob(self.repo, one)

        found = zip(ids, await asyncio.gather(*(read(one) for one in ids)), strict=True)
        return {one: content for one, content in found if content is not None and blob_id(content) == one}


async def remote_at(repo: RepositoryClient, commit: str | None) -> Remote:
    """This function will look at a commit; None is that of a repository without any.

    Raises:
        UnusableSourceError: it has more files than GitHub lists.
    """
    if commit is None:
        return Remote(repo=repo, blobs={})
    blobs = await blobs_of(repo, commit)
    if blobs is None:
        raise UnusableSourceError(
            f"{repo.ref.full_name} has more files than GitHub lists. Clone it and say --out FOLDER."
        )
    return Remote(repo=repo, blobs=blobs)
