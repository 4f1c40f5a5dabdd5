"""The nouns of picking: a merged change, what is made of it elsewhere, and how that went on each branch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.commands.reasons import Reason
from bot.github.commit_models import GitPerson  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.models import Sha  # noqa: TC001 - as above


class Kind(StrEnum):
    """What is made of a merged pull request."""

    BACKPORT = "backport"  # the same change on another branch
    REVERT = "revert"  # its opposite on its own base


class Way(StrEnum):
    """How a pull request was merged."""

    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One commit as its change: from the tree before it to its own."""

    sha: Sha
    tree: str
    parent: Sha  # the first
    parent_tree: str
    message: str  # of the commit that is made of it
    author: GitPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a merged pull request brought into its base."""

    number: int
    title: str  # hostile text
    base_ref: str
    way: Way
    picks: tuple[Pick, ...]  # oldest first; none where it was not merged
    is_open: bool = False  # it may still be merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A commit, or one that is yet to be made of a tree, as one side of a three-way merge."""

    tree: str
    sha: Sha | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeWay:
    """What two sides made of the same commit, to be put together."""

    base: Sha
    base_tree: str
    ours: Side
    theirs: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a three-way merge came to."""

    tree: str  # "" where the sides contradict each other
    files: tuple[str, ...] = ()  # that both sides changed, where they do


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A branch onto which a change is picked."""

    branch: str
    tip: str  # "" where there is no such branch
    tree: str
    open_number: int = 0  # of the pull request that is open already
    open_url: str = ""


class State(StrEnum):
    """How it went on one branch."""

    OPENED = "opened"
    FOUND = "found"  # a pull request with it is open already
    NOTHING = "nothing"  # the branch has all of it
    MISSING = "missing"  # there is no such branch
    CONFLICT = "conflict"
    FAILED = "failed"  # GitHub refused, or did not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How it went on one branch."""

    branch: str
    state: State
    sha: str = ""  # of the newest commit that was made
    number: int = 0  # of the pull request
    url: str = ""
    files: tuple[str, ...] = ()  # that both sides changed
    stuck_at: str = ""  # the commit that contradicts the branch
    text: str = ""  # safe Markdown: what GitHub said
    reason: Reason = Reason.DONE

    @property
    def is_good(self) -> bool:
        """Whether there is a pull request now, or no need of one."""
        return self.state in {State.OPENED, State.FOUND, State.NOTHING}
