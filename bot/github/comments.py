"""Comments on issues and pull requests, and reactions to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github import operations as op
from bot.github.errors import NotFound
from bot.github.shapes import CommentShape, Nothing

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.models import Comment


async def get_comment(repo: RepositoryClient, comment_id: int) -> Comment | None:
    """This function will read one comment, or return None when it was deleted."""
    try:
        shape = await repo.calls.get(op.GET_COMMENT, CommentShape, {"comment_id": comment_id})
    except NotFound:
        return None
    return shape.to_comment()


async def create_comment(repo: RepositoryClient, number: int, body: str) -> Comment:
    """This function will write a new comment.

    Raises:
        Uncertain: the answer was lost; look for the comment's marker before writing it again.
    """
    shape = await repo.calls.send(op.CREATE_COMMENT, CommentShape, {"issue_number": number}, {"body": body})
    return shape.to_comment()


async def update_comment(repo: RepositoryClient, comment_id: int, body: str) -> Comment:
    """This function will replace the text of a comment."""
    shape = await repo.calls.send(op.UPDATE_COMMENT, CommentShape, {"comment_id": comment_id}, {"body": body})
    return shape.to_comment()


async def find_comment(repo: RepositoryClient, number: int, *, marker: str) -> Comment | None:
    """This function will find the oldest comment that carries the marker and was written by this App."""
    me = await repo.identity()
    async for shape in repo.calls.pages(op.LIST_COMMENTS, CommentShape, {"issue_number": number}):
        comment = shape.to_comment()
        mine = comment.app_id == me.id or comment.author.login == me.login
        if mine and comment.body.startswith(marker):  # further down it may be quoted
            return comment
    return None


async def react(repo: RepositoryClient, comment_id: int, content: str) -> None:
    """This function will react to a comment (`eyes`, `rocket`, `-1`, …); a second time changes nothing."""
    await repo.calls.send(op.REACT_TO_COMMENT, Nothing, {"comment_id": comment_id}, {"content": content})


async def react_to_issue(repo: RepositoryClient, number: int, content: str) -> None:
    """This function will react to the description of an issue or pull request."""
    await repo.calls.send(op.REACT_TO_ISSUE, Nothing, {"issue_number": number}, {"content": content})
