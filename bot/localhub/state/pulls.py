"""What can happen to pull requests: open, look for conflicts, merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import git, issues
from bot.localhub.state.nouns import Pull
from bot.localhub.state.store import Happening, NotThere

if TYPE_CHECKING:
    from bot.localhub.state.nouns import App, Repository, User
    from bot.localhub.state.store import Store


def open_pull(  # noqa: PLR0913 - a pull request has these parts
    store: Store,
    repository: Repository,
    *,
    title: str,
    head: str,
    author: User,
    base: str | None = None,
    body: str | None = None,
    head_repository: Repository | None = None,
    draft: bool = False,
    app: App | None = None,
) -> Pull:
    """This function will open a pull request from a branch that has been pushed."""
    source = head_repository or repository
    base_ref = base or repository.default_branch
    if head not in source.branches:
        raise NotThere(head)
    if base_ref not in repository.branches:
        raise NotThere(base_ref)
    issue = issues.new_issue(store, repository, title=title, body=body, author=author, app=app)
    issue.is_pull = True
    made = Pull(
        id=store.next_id(),
        issue=issue,
        head_repository=source,
        head_ref=head,
        head_sha=source.branches[head],
        base_ref=base_ref,
        base_sha=repository.branches[base_ref],
        draft=draft,
    )
    repository.pulls[made.number] = made
    repository.pulls_by_sha.setdefault(made.head_sha, []).append(made)
    issues.tell_issue(store, repository, issue, "opened", author)
    return made


def retarget(store: Store, repository: Repository, pull: Pull, base: str, *, sender: User) -> None:
    """This function will choose another base branch for a pull request, telling what it was."""
    if base not in repository.branches:
        raise NotThere(base)
    if base == pull.base_ref:
        return
    before = {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base_sha}}
    pull.base_ref, pull.base_sha = base, repository.branches[base]
    pull.mergeable_known = False
    pull.issue.updated_at = store.now()
    store.emit(
        Happening(
            event="pull_request",
            action="edited",
            repository=repository,
            sender=sender,
            subject=pull,
            extra={"changes": {"base": before}},
        )
    )


def learn_mergeable(store: Store, repository: Repository, pull: Pull) -> bool | None:
    """This function will give `mergeable` as GitHub does: unknown on the first look, known on the next."""
    if pull.merged or pull.issue.state == "closed":
        return None
    if not pull.mergeable_known:
        pull.mergeable_known = True
        return None
    tip = store.commits[repository.branches[pull.base_ref]]
    return not pull.conflict and git.merged_tree(store, tip, store.commits[pull.head_sha]) is not None


def merge(store: Store, repository: Repository, pull: Pull, *, message: str, sender: User) -> str:
    """This function will merge a pull request into its base and give the merge commit's SHA."""
    tip = store.commits[repository.branches[pull.base_ref]]
    head = store.commits[pull.head_sha]
    tree = git.merged_tree(store, tip, head) or {}
    made = git.commit(store, tree, parents=(tip.sha, head.sha), message=message, author=sender)
    pull.merged_at = store.now()
    pull.merged_by = sender
    pull.merge_sha = made.sha
    git.move_branch(store, repository, pull.base_ref, made.sha, sender)
    issues.set_state(store, repository, pull.issue, "closed", sender)
    return made.sha
