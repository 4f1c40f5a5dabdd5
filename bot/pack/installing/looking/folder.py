"""A repository that lies in a folder of this machine: its files, and what its git remembers."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.recording import blob_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

_LEFT_OUT = frozenset({".git", "node_modules", "target", ".venv", "__pycache__"})  # where git is not asked
_GIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a folder, whether or not they were committed."""

    root: Path

    async def paths(self) -> frozenset[str]:
        """This function will name every file that git does not ignore; without git, all but what tools make."""
        return frozenset(self._names())

    async def ids(self, paths: Collection[str]) -> Mapping[str, str]:
        """This function will give the ids that git would have for those files that are there."""
        return {path: blob_id(content) for path, content in (await self.contents(paths)).items()}

    async def contents(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """This function will read those files that are there; a symbolic link reads as where it points to.

        Raises:
            UnusableSourceError: a file lies behind a symbolic link, or cannot be read.
        """
        found = ((path, self._content(path)) for path in paths)
        return {path: content for path, content in found if content is not None}

    async def objects(self, ids: Collection[str]) -> Mapping[str, bytes]:
        """This function will read what git has under these ids."""
        found = ((one, self._git("cat-file", "blob", one)) for one in ids)
        return {one: content for one, content in found if content is not None and blob_id(content) == one}

    def remember(self, paths: Collection[str]) -> None:
        """This function will have git keep these files, so that edits made before the first commit are told."""
        for path in paths:
            self._git("hash-object", "-w", "--no-filters", "--", path)

    def place(self, path: str) -> Path:
        """This function will give where a file lies or is to lie, which is always within the folder.

        Raises:
            UnusableSourceError: a folder above it is a symbolic link, or no folder.
        """
        place = self.root
        for part in path.split("/")[:-1]:
            place /= part
            if place.is_symlink() or (place.exists() and not place.is_dir()):
                raise UnusableSourceError(
                    f"{place} is no folder but something else, so {path} cannot lie in it. Move it away."
                )
        return self.root / path

    def check_root(self) -> None:
        """This function will refuse a folder within a repository: GitHub reads workflows at the root alone.

        Raises:
            UnusableSourceError: it is none.
        """
        top = os.fsdecode((self._git("rev-parse", "--show-toplevel") or b"").rstrip(b"\n"))
        if top and not self.root.samefile(top):
            raise UnusableSourceError(f"{self.root} lies within the repository {top}. Say --out {top}.")

    def origin(self) -> str:
        """This function will give where the folder's git was cloned from; empty where that is not known."""
        return (self._git("remote", "get-url", "origin") or b"").decode(errors="replace").strip()

    def default_branch(self) -> str:
        """This function will name the default branch as far as git knows it; empty where it does not."""
        head = self._git("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        name = (head or b"").decode(errors="replace").strip().removeprefix("origin/")
        return name or (self._git("symbolic-ref", "--quiet", "--short", "HEAD") or b"").decode().strip()

    def _names(self) -> Iterator[str]:
        listed = self._git("ls-files", "--cached", "--others", "--exclude-standard", "-z")
        if listed is None:
            return self._walk()
        names = (os.fsdecode(name) for name in listed.split(b"\0") if name)
        return (name for name in names if os.path.lexists(self.root / name))

    def _content(self, path: str) -> bytes | None:
        place = self.place(path)
        try:
            if place.is_symlink():
                return os.fsencode(place.readlink())
            return place.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnusableSourceError(f"{place} cannot be read: {error.strerror}.") from error

    def _walk(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(set(folders) - _LEFT_OUT)
            inside = os.path.relpath(folder, self.root).replace(os.sep, "/")
            yield from (name if inside == "." else f"{inside}/{name}" for name in names)

    def _git(self, *words: str) -> bytes | None:
        try:
            told = subprocess.run(  # noqa: S603 - our own words, and no shell
                ["git", "-c", "core.quotePath=false", *words],  # noqa: S607 - whichever git the person has
                cwd=self.root,
                capture_output=True,
                check=False,
                timeout=_GIT_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return told.stdout if told.returncode == 0 else None
