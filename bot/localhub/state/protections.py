"""The nouns around merging: a repository's settings, the protection of branches, rulesets, the merge queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.state.nouns import Pull, User

METHODS = ("merge", "squash", "rebase")


@dataclass(slots=True, kw_only=True)
class MergeSettings:
    """What a repository's settings say about merging, by their names in the API."""

    allow_merge_commit: bool = True
    allow_squash_merge: bool = True
    allow_rebase_merge: bool = True
    allow_auto_merge: bool = False
    allow_update_branch: bool = False
    delete_branch_on_merge: bool = False
    squash_merge_commit_title: str = "COMMIT_OR_PR_TITLE"
    squash_merge_commit_message: str = "COMMIT_MESSAGES"
    merge_commit_title: str = "MERGE_MESSAGE"
    merge_commit_message: str = "PR_TITLE"

    def allows(self, method: str) -> bool:
        """This function will say whether a method of merging is switched on."""
        return {
            "merge": self.allow_merge_commit,
            "squash": self.allow_squash_merge,
            "rebase": self.allow_rebase_merge,
        }[method]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredCheck:
    """A check or status that must be green, perhaps only from one App."""

    context: str
    app_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredReviews:
    """How many people must have approved."""

    count: int = 1
    dismiss_stale: bool = False
    code_owners: bool = False
    last_push: bool = False


@dataclass(slots=True, kw_only=True)
class Protection:
    """The classic protection of the branches that one pattern names."""

    checks: tuple[RequiredCheck, ...] | None = None  # None: no status checks are required
    strict: bool = False
    reviews: RequiredReviews | None = None
    linear: bool = False
    conversations: bool = False
    enforce_admins: bool = False
    allow_force_pushes: bool = False
    allow_deletions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a ruleset, by its type and parameters in the API."""

    type: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Ruleset:
    """Rules for the branches or tags that its patterns name."""

    id: int
    target: str = "branch"  # or tag
    include: tuple[str, ...] = ("~DEFAULT_BRANCH",)
    exclude: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    enforcement: str = "active"  # or evaluate, disabled
    bypass: frozenset[int] = frozenset()  # user ids


@dataclass(slots=True, kw_only=True)
class QueueEntry:
    """A pull request in a base's merge queue."""

    id: int
    base: str
    pull: Pull
    enqueuer: User
    enqueued_at: datetime
    jump: bool = False
    group_sha: str | None = None  # the head of its merge group, once it is built
    group_ref: str | None = None
    base_sha: str | None = None
    asked_at: datetime | None = None  # when checks were asked for
