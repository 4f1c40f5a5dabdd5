"""Issues that the App opens: created once, found again by their marker, kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bot.github import trust_operations as op
from bot.github.errors import NotFound
from bot.github.models import Issue
from bot.github.shapes import AppShape, Id, UserShape, actor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.client import RepositoryClient

_MOST_LOOKED_AT = 1_000  # newest first: ten pages


class IssueShape(Struct):
    """An issue; in a list also a pull request."""

    number: Id
    title: str
    state: str
    html_url: str = ""
    body: str | None = None
    user: UserShape | None = None
    performed_via_github_app: AppShape | None = None
    pull_request: dict[str, object] | None = None

    def to_issue(self) -> Issue:
        """This function will return the issue."""
        app = self.performed_via_github_app
        return Issue(
            number=self.number,
            title=self.title,
            body=self.body or "",
            state=self.state,
            author=actor(self.user),
            app_id=app.id if app else None,
            html_url=self.html_url,
        )


class LabelShape(Struct):
    """A label."""

    name: str


async def create_issue(repo: RepositoryClient, *, title: str, body: str, labels: Sequence[str] = ()) -> Issue:
    """This function will open an issue.

    Raises:
        Uncertain: the answer was lost; look for the issue's marker before opening it again.
    """
    content = {"title": title, "body": body, "labels": list(labels)}
    return (await repo.calls.send(op.CREATE_ISSUE, IssueShape, {}, content)).to_issue()


async def update_issue(
    repo: RepositoryClient, number: int, *, title: str, body: str, is_closed: bool = False
) -> Issue:
    """This function will replace an issue's title and text, and close it where that is asked.

    An issue is never opened again: whoever closed it meant it.
    """
    content = {"title": title, "body": body}
    if is_closed:
        content |= {"state": "closed", "state_reason": "completed"}
    shape = await repo.calls.send(op.UPDATE_ISSUE, IssueShape, {"issue_number": number}, content)
    return shape.to_issue()


async def get_issue(repo: RepositoryClient, number: int) -> Issue | None:
    """This function will read one issue, or return None when it was deleted."""
    try:
        shape = await repo.calls.get(op.GET_ISSUE, IssueShape, {"issue_number": number})
    except NotFound:
        return None
    return shape.to_issue()


async def close_issue(repo: RepositoryClient, number: int) -> None:
    """This function will close an issue as completed."""
    content = {"state": "closed", "state_reason": "completed"}
    await repo.calls.send(op.UPDATE_ISSUE, IssueShape, {"issue_number": number}, content)


async def add_labels(repo: RepositoryClient, number: int, labels: Sequence[str]) -> None:
    """This function will put labels on an issue or pull request; one that it has already is no mistake."""
    await repo.calls.send(op.ADD_LABELS, list[LabelShape], {"issue_number": number}, {"labels": list(labels)})


async def find_issue(
    repo: RepositoryClient, *, marker: str, state: Literal["open", "closed", "all"] = "open"
) -> Issue | None:
    """This function will find the newest issue that begins with the marker and was opened by this App.

    The author is compared here and not by GitHub, whose filter by creator does not find an App's issues
    everywhere. https://github.com/renovatebot/renovate/issues/44406
    """
    me = await repo.identity()
    seen = 0
    query = {"state": state, "sort": "created", "direction": "desc"}
    async for shape in repo.calls.pages(op.LIST_ISSUES, IssueShape, {}, query):
        issue = shape.to_issue()
        mine = issue.app_id == me.id or issue.author.login == me.login
        if mine and shape.pull_request is None and issue.body.startswith(marker):
            return issue
        seen += 1
        if seen == _MOST_LOOKED_AT:
            break
    return None
