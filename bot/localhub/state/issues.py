"""What can happen to issues and comments: open, edit, close, comment, react, label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state.nouns import Comment, Issue, Label, Reaction
from bot.localhub.state.store import Happening, NotThere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.localhub.state.nouns import App, Repository, User
    from bot.localhub.state.store import Store


def new_issue(  # noqa: PLR0913 - an issue has these parts
    store: Store,
    repository: Repository,
    *,
    title: str,
    body: str | None,
    author: User,
    app: App | None = None,
) -> Issue:
    """This function will take the next number for an issue or pull request without telling anyone."""
    repository.numbers += 1
    now = store.now()
    made = Issue(
        id=store.next_id(),
        number=repository.numbers,
        title=title,
        body=body,
        author=author,
        app=app,
        created_at=now,
        updated_at=now,
    )
    repository.issues[made.number] = made
    repository.open_issues += 1
    return made


def open_issue(  # noqa: PLR0913 - an issue has these parts
    store: Store,
    repository: Repository,
    *,
    title: str,
    body: str | None,
    author: User,
    app: App | None = None,
) -> Issue:
    """This function will open an issue."""
    made = new_issue(store, repository, title=title, body=body, author=author, app=app)
    tell_issue(store, repository, made, "opened", author)
    return made


def tell_issue(store: Store, repository: Repository, issue: Issue, action: str, sender: User) -> None:
    """This function will tell that something happened to an issue or pull request."""
    issue.updated_at = store.now()
    store.emit(
        Happening(
            event="pull_request" if issue.is_pull else "issues",
            action=action,
            repository=repository,
            sender=sender,
            subject=repository.pulls[issue.number] if issue.is_pull else issue,
        )
    )


def edit_issue(
    store: Store, repository: Repository, issue: Issue, edits: Mapping[str, str], sender: User
) -> None:
    """This function will change an issue's or pull request's title or body, telling what they were."""
    before = {name: getattr(issue, name) for name, text in edits.items() if getattr(issue, name) != text}
    for name in before:
        setattr(issue, name, edits[name])
    if before:
        issue.updated_at = store.now()
        store.emit(
            Happening(
                event="pull_request" if issue.is_pull else "issues",
                action="edited",
                repository=repository,
                sender=sender,
                subject=repository.pulls[issue.number] if issue.is_pull else issue,
                extra={"changes": {name: {"from": text or ""} for name, text in before.items()}},
            )
        )


def set_state(store: Store, repository: Repository, issue: Issue, state: str, sender: User) -> None:
    """This function will close or reopen an issue or pull request."""
    if issue.state == state:
        return
    issue.state = state
    closed = state == "closed"
    repository.open_issues += -1 if closed else 1
    issue.closed_at = store.now() if closed else None
    issue.closed_by = sender if closed else None
    issue.state_reason = ("completed" if closed else "reopened") if not issue.is_pull else None
    tell_issue(store, repository, issue, "closed" if closed else "reopened", sender)


def delete_issue(store: Store, repository: Repository, issue: Issue, *, deleter: User) -> None:
    """This function will delete an issue; its number is never used again."""
    del repository.issues[issue.number]
    repository.deleted_issues.add(issue.number)
    repository.open_issues -= issue.state == "open"
    tell_issue(store, repository, issue, "deleted", deleter)


def write_comment(  # noqa: PLR0913 - a comment has these parts
    store: Store,
    repository: Repository,
    number: int,
    *,
    body: str,
    author: User,
    app: App | None = None,
) -> Comment:
    """This function will comment on an issue or pull request."""
    issue = repository.issues.get(number)
    if issue is None:
        raise NotThere(f"{repository.full_name}#{number}")
    now = store.now()
    made = Comment(
        id=store.next_id(),
        number=number,
        author=author,
        app=app,
        body=body,
        created_at=now,
        updated_at=now,
    )
    repository.comments[made.id] = made
    issue.comments.append(made)
    issue.updated_at = now
    _tell(store, repository, made, "created", author)
    return made


def edit_comment(store: Store, repository: Repository, comment: Comment, *, body: str, editor: User) -> None:
    """This function will change a comment's body, keeping the earlier ones."""
    before = comment.body
    comment.history.append(before)
    comment.body = body
    comment.updated_at = store.now()
    _tell(store, repository, comment, "edited", editor, before=before)


def delete_comment(store: Store, repository: Repository, comment: Comment, *, deleter: User) -> None:
    """This function will delete a comment."""
    del repository.comments[comment.id]
    repository.issues[comment.number].comments.remove(comment)
    _tell(store, repository, comment, "deleted", deleter)


def _tell(  # noqa: PLR0913 - what an event says
    store: Store,
    repository: Repository,
    comment: Comment,
    action: str,
    sender: User,
    *,
    before: str | None = None,
) -> None:
    store.emit(
        Happening(
            event="issue_comment",
            action=action,
            repository=repository,
            sender=sender,
            subject=comment,
            extra={} if before is None else {"changes": {"body": {"from": before}}},
        )
    )


def react(store: Store, reactions: list[Reaction], *, content: str, user: User) -> tuple[Reaction, bool]:
    """This function will add a reaction, or give the one that this user already left, and say which."""
    for reaction in reactions:
        if reaction.user is user and reaction.content == content:
            return reaction, False
    made = Reaction(id=store.next_id(), user=user, content=content, created_at=store.now())
    reactions.append(made)
    return made, True


def label_of(store: Store, repository: Repository, name: str) -> Label:
    """This function will give the label of that name, made on first mention as GitHub does."""
    found = repository.labels.get(name.lower())
    if found is None:
        found = Label(id=store.next_id(), name=name)
        repository.labels[name.lower()] = found
    return found


def set_labels(store: Store, repository: Repository, issue: Issue, names: list[str], sender: User) -> None:
    """This function will replace an issue's labels, telling about each one added and removed."""
    wanted = [label_of(store, repository, name) for name in dict.fromkeys(names)]
    gone = [label for label in issue.labels if label not in wanted]
    new = [label for label in wanted if label not in issue.labels]
    issue.labels = wanted
    for action, labels in (("unlabeled", gone), ("labeled", new)):
        for label in labels:
            store.emit(
                Happening(
                    event="pull_request" if issue.is_pull else "issues",
                    action=action,
                    repository=repository,
                    sender=sender,
                    subject=repository.pulls[issue.number] if issue.is_pull else issue,
                    extra={"label": label},
                )
            )
