"""Bringing a pull request's branch up to its base, by a merge or a rebase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import git
from bot.localhub.state.merging import combine, methods, required

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Commit, Pull, Repository, User
    from bot.localhub.state.store import Store


def problem(store: Store, repository: Repository, pull: Pull, expected: str | None) -> str | None:
    """This function will word why a branch is not updated, if it is not."""
    if expected is not None and expected != pull.head_sha:
        return f"expected head sha didn't match current head ref: {pull.head_sha}"
    gone = pull.head_repository is None or pull.head_ref not in pull.head_repository.branches
    if pull.issue.state == "closed" or gone:
        return "Pull request head branch does not exist"
    if not required.is_behind(store, repository, pull):
        return "There are no new commits on the base branch."
    return None


def merged(store: Store, repository: Repository, pull: Pull, sender: User) -> Commit | None:
    """This function will merge the base into the head; None where they conflict."""
    tip, head = store.commits[repository.branches[pull.base_ref]], store.commits[pull.head_sha]
    tree = combine.merged_tree(store, head, tip)
    if tree is None:
        return None
    return git.commit(
        store,
        tree,
        parents=(head.sha, tip.sha),
        message=f"Merge branch '{pull.base_ref}' into {pull.head_ref}",
        author=sender,
        committer=store.user("web-flow"),
    )


def rebased(store: Store, repository: Repository, pull: Pull, sender: User) -> Commit | None:
    """This function will carry the head's commits over onto the base; None where they conflict."""
    own = [store.commits[sha] for sha in methods.own_commits(store, repository, pull)]
    tip = store.commits[repository.branches[pull.base_ref]]
    return combine.replayed(store, tip, own, committer=sender)


def move(store: Store, pull: Pull, made: Commit, sender: User) -> None:
    """This function will point a pull request's branch at the updated commit."""
    if pull.head_repository is not None:
        git.move_branch(store, pull.head_repository, pull.head_ref, made.sha, sender)
