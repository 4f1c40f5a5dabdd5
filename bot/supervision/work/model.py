"""The nouns of an agent's work: its work tree, what may be done for it, and what came of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.config.supervising import Conduct

if TYPE_CHECKING:
    from bot.github.models import RepositoryRef
    from bot.supervision.hosts.model import Host

QUIET = timedelta(minutes=10)  # how long a file lies still before it counts as forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTree:
    """An agent's git work tree on its host."""

    host: Host
    folder: str
    repository: RepositoryRef


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTerms:
    """What may be done for one agent's work."""

    agent: str  # whose work it is, as the commits of its forgotten files say
    branch: str | None = None  # the only one that is pushed and committed to; None for whichever it is on
    push: Conduct = Conduct.ACT
    files: Conduct = Conduct.OBSERVE
    quiet: timedelta = QUIET


@dataclass(frozen=True, slots=True, kw_only=True)
class Tended:
    """What came of looking after one work tree; every text is safe Markdown, each of `kept` a sentence or more."""

    text: str = ""  # all of it, for the session's page; empty where there was nothing to do
    head: str = ""  # the commit that the remote's branch has, where it has all that there is
    pushed: int = 0  # commits
    committed: tuple[str, ...] = ()  # the paths that were forgotten, as inline code
    kept: tuple[str, ...] = ()  # why work is neither pushed nor committed
    suggested: tuple[str, ...] = ()  # what would have been done


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Commits of a work tree that its remote lacks."""

    branch: str
    head: str
    address: str  # of the remote, without what stands before an @
    known: str  # the commit that the branch has there; empty where it is new
    count: int
    size: int  # bytes of all that is new
    bases: tuple[str, ...]  # the newest commits below them that the remote has


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Nothing is done, and why."""

    text: str  # safe Markdown, a sentence; empty where there is nothing to do
    head: str = ""  # the commit that the remote's branch has, where it has all


class Hindrance(StrEnum):
    """Why a file that no commit has is not committed."""

    FRESH = "fresh"  # somebody may be at it
    UNTRACKED = "untracked"  # it was taken out of git's hands
    NESTED = "nested"  # another repository
    LINK = "link"  # a symbolic link
    SHARED = "shared"  # hard links: another name of it may be anywhere
    SPECIAL = "special"  # a socket, a pipe, a device
    LARGE = "large"
    FILTERED = "filtered"  # git would not store it as it is: Large File Storage, encryption
    SECRET_NAME = "secret name"  # noqa: S105 - files that are called so hold secrets
    SECRET = "secret"  # noqa: S105 - as above
    NOT_TEXT = "not text"  # nobody can look through it


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """A file that no commit has as it is, as it lies in the work tree."""

    path: bytes
    status: str  # as git tells it: ??, M, A, …; of a path that it tells twice, both
    mode: int  # as the file system has it
    links: int
    size: int
    still: int  # seconds since it was touched
    filter: str = ""  # that git sends it through


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """All files of a work tree that no commit has as they are."""

    branch: str
    head: str
    files: tuple[Forgotten, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What git would commit of a file."""

    path: bytes
    mode: str  # as in a tree of git
    sha: str
    content: bytes
