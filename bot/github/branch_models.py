"""Branches, what protects them, and what lies between two commits, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.github.models import Sha  # noqa: TC001 - msgspec reads the annotations at run time


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredCheck:
    """A check that GitHub demands before a merge."""

    context: str
    app_id: int | None  # None: whoever reports it


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch, and what its classic protection says as far as everybody may read it."""

    name: str
    sha: Sha
    tree: str
    protected: bool
    required_checks: tuple[RequiredCheck, ...] = ()
    strict: bool = False  # the head must contain the base's newest commit


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchMerge:
    """The commit by which one branch was merged into another."""

    sha: Sha
    tree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRule:
    """What rulesets demand of the reviews of a pull request."""

    approvals: int
    dismiss_stale: bool
    resolved_threads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRule:
    """GitHub's own merge queue, as its rule sets it up."""

    method: str  # merge, squash or rebase


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchRules:
    """All that the rulesets of a repository and its organisation demand of a branch, put together."""

    required_checks: tuple[RequiredCheck, ...] = ()
    strict: bool = False
    review: ReviewRule | None = None  # the strictest of each demand
    queue: QueueRule | None = None
    linear_history: bool = False
    methods: frozenset[str] | None = None  # the allowed ways to merge; None where no rule names them
    signatures: bool = False
    deployments: tuple[str, ...] = ()  # environments that must have had it

    @property
    def is_demanding(self) -> bool:
        """Whether they demand a pull request, a check or the queue before anything gets in."""
        return bool(self.required_checks) or self.review is not None or self.queue is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSettings:
    """What a repository's settings say about merging."""

    allow_merge_commit: bool
    allow_squash_merge: bool
    allow_rebase_merge: bool

    @property
    def methods(self) -> frozenset[str]:
        """The allowed ways to merge."""
        allowed = {
            "merge": self.allow_merge_commit,
            "squash": self.allow_squash_merge,
            "rebase": self.allow_rebase_merge,
        }
        return frozenset(method for method, is_allowed in allowed.items() if is_allowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file that a pull request or comparison changes."""

    path: str
    status: str  # added, removed, modified, renamed, copied, changed or unchanged
    previous_path: str = ""  # of a renamed or copied one


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCommit:
    """A commit that one side of a comparison has and the other has not."""

    sha: Sha
    parents: tuple[Sha, ...]
    tree: str
    message: str
    login: str  # of its author; empty where GitHub knows none
    html_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What lies between two commits."""

    ahead_by: int
    behind_by: int
    commits: tuple[ComparedCommit, ...] = field(default=())  # oldest first
    files: tuple[FileChange, ...] = ()  # 300 at most
    html_url: str = ""
