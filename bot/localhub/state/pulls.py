"""What can happen to pull requests: open, look for conflicts, merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import git, issues
from bot.localhub.state.merging import closing, combine, methods
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


def set_draft(store: Store, repository: Repository, pull: Pull, *, draft: bool, sender: User) -> None:
    """This function will make a pull request a draft, or ready for review."""
    if pull.draft is not draft:
        pull.draft = draft
        action = "converted_to_draft" if draft else "ready_for_review"
        issues.tell_issue(store, repository, pull.issue, action, sender)


def learn_mergeable(store: Store, repository: Repository, pull: Pull) -> bool | None:
    """This function will give `mergeable` as GitHub does: unknown on the first look, known on the next."""
    if pull.merged or pull.issue.state == "closed":
        return None
    if not pull.mergeable_known:
        pull.mergeable_known = True
        return None
    tip = repository.branches.get(pull.base_ref)
    if tip is None or pull.conflict:
        return False
    return combine.merged_tree(store, store.commits[tip], store.commits[pull.head_sha]) is not None


def merge(  # noqa: PLR0913 - a merge has these parts
    store: Store,
    repository: Repository,
    pull: Pull,
    *,
    sender: User,
    message: str | None = None,
    method: str = "merge",
) -> str:
    """This function will merge a pull request into its base, whatever is required, and give the new tip.

    Raises:
        ValueError: it conflicts.
    """
    how = methods.Merging(
        method=method, sender=sender, title=message, message=None if message is None else ""
    )
    made = methods.merge_commit(store, repository, pull, how)
    if made is None:
        raise ValueError(f"#{pull.number} conflicts with {pull.base_ref}")
    return land(store, repository, pull, made.sha, sender=sender)


def land(store: Store, repository: Repository, pull: Pull, sha: str, *, sender: User) -> str:
    """This function will move the base to the commit of a merge, and tell and tidy up what follows from it."""
    pull.base_sha = repository.branches[pull.base_ref]
    known = {one.sha for one in git.history(store, pull.base_sha)}
    pull.landed = tuple(one.sha for one in git.history(store, sha) if one.sha not in known)
    pull.merged_at = store.now()
    pull.merged_by = sender
    pull.merge_sha = sha
    git.move_branch(store, repository, pull.base_ref, sha, sender)
    issues.set_state(store, repository, pull.issue, "closed", sender)
    closing.close_fixed(store, repository, pull, sender)
    if repository.merge_settings.delete_branch_on_merge and pull.head_ref in repository.branches:
        delete_merged_head(store, repository, pull, sender=sender)
    return sha


def delete_merged_head(store: Store, repository: Repository, pull: Pull, *, sender: User) -> None:
    """This function will delete the branch of a merged pull request as GitHub's own button does.

    What is stacked on it goes to its base first.
    https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/about-branches
    """
    if pull.head_repository is not repository or pull.head_ref == repository.default_branch:
        return
    for other in list(repository.pulls.values()):
        if other.issue.state == "open" and other.base_ref == pull.head_ref:
            retarget(store, repository, other, pull.base_ref, sender=sender)
    delete_branch(store, repository, pull.head_ref, sender)


def delete_branch(store: Store, repository: Repository, branch: str, sender: User) -> None:
    """This function will delete a branch; pull requests from it and onto it are closed."""
    git.delete_branch(store, repository, branch, sender)
    for home in (repository, repository.parent) if repository.parent else (repository,):
        for pull in list(home.pulls.values()):
            from_it = pull.head_repository is repository and pull.head_ref == branch
            onto_it = home is repository and pull.base_ref == branch
            if pull.issue.state == "open" and (from_it or onto_it):
                issues.set_state(store, home, pull.issue, "closed", sender)
