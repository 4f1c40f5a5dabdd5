"""The three ways of merging a pull request, and the words that their commits carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.localhub.state import git
from bot.localhub.state.merging import combine

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Commit, Pull, Repository, User
    from bot.localhub.state.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """How to merge: the method, who does it, and words other than the usual ones."""

    method: str = "merge"
    sender: User
    title: str | None = None
    message: str | None = None


def own_commits(store: Store, repository: Repository, pull: Pull) -> list[str]:
    """This function will list a pull request's commits, oldest first."""
    base = {known.sha for known in git.history(store, base_tip(repository, pull))}
    return [known.sha for known in git.history(store, pull.head_sha) if known.sha not in base][::-1]


def base_tip(repository: Repository, pull: Pull) -> str:
    """This function will give the commit a pull request is held against: what its base was once it is merged."""
    return pull.base_sha if pull.merged else repository.branches.get(pull.base_ref, pull.base_sha)


def merge_commit(
    store: Store, repository: Repository, pull: Pull, how: Merging, *, tip: str | None = None
) -> Commit | None:
    """This function will make the commits of a merge onto a base's tip; None where they conflict.

    Args:
        store: where it happens.
        repository: the repository of the pull request.
        pull: what is merged.
        how: the method and its words.
        tip: the commit to merge onto, if not the base's own.
    """
    onto = store.commits[tip or repository.branches[pull.base_ref]]
    head = store.commits[pull.head_sha]
    if how.method == "rebase":
        own = [store.commits[sha] for sha in own_commits(store, repository, pull)]
        return combine.replayed(store, onto, own, committer=how.sender)
    tree = combine.merged_tree(store, onto, head)
    if tree is None:
        return None
    squash = how.method == "squash"
    return git.commit(
        store,
        tree,
        parents=(onto.sha,) if squash else (onto.sha, head.sha),
        message=_words(store, repository, pull, how),
        author=pull.issue.author if squash else how.sender,
        committer=store.user("web-flow"),
    )


def _words(store: Store, repository: Repository, pull: Pull, how: Merging) -> str:
    usual = _squash_words if how.method == "squash" else _merge_words
    title, message = usual(store, repository, pull)
    title = title if how.title is None else how.title
    message = message if how.message is None else how.message
    return f"{title}\n\n{message}".rstrip()


def _merge_words(_: Store, repository: Repository, pull: Pull) -> tuple[str, str]:
    settings = repository.merge_settings
    owner = pull.head_repository.owner.login if pull.head_repository else "unknown"
    usual = f"Merge pull request #{pull.number} from {owner}/{pull.head_ref}"
    own = f"{pull.issue.title} (#{pull.number})"
    body = {"PR_BODY": pull.issue.body or "", "PR_TITLE": pull.issue.title}
    return (
        usual if settings.merge_commit_title == "MERGE_MESSAGE" else own,
        body.get(settings.merge_commit_message, ""),
    )


def _squash_words(store: Store, repository: Repository, pull: Pull) -> tuple[str, str]:
    """https://docs.github.com/en/pull-requests - the title of a single commit, else the pull request's."""
    settings = repository.merge_settings
    commits = [store.commits[sha] for sha in own_commits(store, repository, pull)]
    title, body = pull.issue.title, "\n\n".join(f"* {one.message}" for one in commits)
    if len(commits) == 1:
        first, _, rest = commits[0].message.partition("\n")
        body = rest.strip()
        title = first if settings.squash_merge_commit_title == "COMMIT_OR_PR_TITLE" else title
    bodies = {"PR_BODY": pull.issue.body or "", "COMMIT_MESSAGES": body}
    return f"{title} (#{pull.number})", bodies.get(settings.squash_merge_commit_message, "")
