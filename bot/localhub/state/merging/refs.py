"""What stands against moving or deleting a branch without a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import git
from bot.localhub.state.merging import required, rules

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Repository, User
    from bot.localhub.state.store import Store


def against_move(store: Store, repository: Repository, branch: str, sha: str, actor: User) -> str | None:
    """This function will word why someone may not point a branch at a commit, in GitHub's words."""
    before = repository.branches.get(branch)
    types = rules.types_of(repository, f"heads/{branch}", actor)
    if before is None:
        return _violation(
            "Cannot create ref due to creations being restricted." if "creation" in types else ""
        )
    found = _rewriting(store, repository, branch, (before, sha), actor)
    if "update" in types:
        found = "Cannot update this protected ref."
    return _violation(found) or _unreviewed(repository, branch, sha, actor)


def _violation(text: str) -> str | None:
    return f"{required.VIOLATIONS}\n\n{text}\n\n" if text else None


def _rewriting(store: Store, repository: Repository, branch: str, moved: tuple[str, str], actor: User) -> str:
    before, after = moved
    if git.contains(store, after, before):
        return ""
    classic = rules.protection_of(repository, branch)
    ruled = "non_fast_forward" in rules.types_of(repository, f"heads/{branch}", actor)
    forbidden = ruled or (classic is not None and not classic.allow_force_pushes)
    return "Cannot force-push to this branch" if forbidden else ""


def _unreviewed(repository: Repository, branch: str, sha: str, actor: User) -> str | None:
    """A push past a pull request, the merge queue or the checks that its commit lacks."""
    classic = rules.classic_demands(repository, branch, actor)
    ruled = rules.ruled_demands(repository, branch, actor)
    for wants in (ruled, classic):
        found = [required.QUEUE_ONLY] if wants.queue else []
        if wants.pull_request:
            found.append("Changes must be made through a pull request.")
        unmet = required.unmet_checks(repository, sha, wants.checks)
        if unmet is not None:
            found.append(unmet)
        if found:
            return _violation("\n\n".join(found)) if wants is ruled else " ".join(found)
    return None


def against_deletion(repository: Repository, branch: str, actor: User) -> str | None:
    """This function will word why someone may not delete a branch, in GitHub's words."""
    classic = rules.protection_of(repository, branch)
    if branch == repository.default_branch or (classic is not None and not classic.allow_deletions):
        return "Cannot delete this branch"
    if "deletion" in rules.types_of(repository, f"heads/{branch}", actor):
        return _violation("Cannot delete this branch")
    return None
