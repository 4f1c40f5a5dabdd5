"""The nouns of an agent's work: its work tree, what may be done for it, and what came of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
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

    agent: str = ""  # whose work it is, as its commits name it
    branch: str | None = None  # the only one that is pushed and committed to; None for whichever it is on
    push: Conduct = Conduct.ACT
    files: Conduct = Conduct.OBSERVE
    quiet: timedelta = QUIET


@dataclass(frozen=True, slots=True, kw_only=True)
class Tended:
    """What came of looking after one work tree; every text is safe Markdown, and each of `kept` a sentence."""

    text: str = ""  # all of it, for the session's page; empty where there was nothing to do
    head: str = ""  # the commit that the remote's branch has now, where that was seen
    pushed: int = 0  # commits
    committed: tuple[str, ...] = ()  # paths of the files that were forgotten, as inline code
    kept: tuple[str, ...] = ()  # why work is neither pushed nor committed
    suggested: tuple[str, ...] = ()  # what would have been done
