"""What a person does to a pull request and its conversation: review, merge, close, edit and delete comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.localhub.pages.acts import needs_write
from bot.localhub.state import issues, reviews

if TYPE_CHECKING:
    from bot.localhub.pages.acts import Visit
    from bot.localhub.state.nouns import Comment, Pull


def _pull(visit: Visit) -> Pull:
    return visit.repository.pulls[visit.number("number")]


def _home(visit: Visit, pull: Pull) -> str:
    return f"/{visit.repository.full_name}/pull/{pull.number}"


async def review(visit: Visit) -> str:
    """This function will review the head of a pull request."""
    pull, state = _pull(visit), visit.form.get("state", "")
    if state not in reviews.STATES.values():
        raise web.HTTPUnprocessableEntity(text=f"{state!r} is no choice here.")
    if state != "commented" and visit.actor is pull.issue.author:
        raise web.HTTPUnprocessableEntity(
            text="Nobody approves or rejects an own pull request. Act as someone else."
        )
    body = visit.form.get("body", "").strip()
    reviews.submit(visit.site.store, visit.repository, pull, author=visit.actor, state=state, body=body)
    return _home(visit, pull)


async def set_state(visit: Visit) -> str:
    """This function will close or reopen a pull request."""
    needs_write(visit.repository, visit.actor)
    pull, state = _pull(visit), visit.form.get("state", "")
    if state not in {"open", "closed"} or pull.merged:
        raise web.HTTPConflict(text="This pull request cannot be put into that state. Reload the page.")
    issues.set_state(visit.site.store, visit.repository, pull.issue, state, visit.actor)
    return _home(visit, pull)


def _comment(visit: Visit) -> Comment:
    found = visit.repository.comments[visit.number("comment")]
    if found.author is not visit.actor:
        needs_write(visit.repository, visit.actor)
    return found


def _conversation(visit: Visit, number: int) -> str:
    kind = "pull" if number in visit.repository.pulls else "issues"
    return f"/{visit.repository.full_name}/{kind}/{number}"


async def edit_comment(visit: Visit) -> str:
    """This function will change a comment, which may be someone else's."""
    found, body = _comment(visit), visit.form.get("body", "").replace("\r\n", "\n").strip()
    if not body:
        raise web.HTTPUnprocessableEntity(text="A comment needs some text.")
    issues.edit_comment(visit.site.store, visit.repository, found, body=body, editor=visit.actor)
    return f"{_conversation(visit, found.number)}#issuecomment-{found.id}"


async def delete_comment(visit: Visit) -> str:
    """This function will delete a comment, which may be someone else's."""
    found = _comment(visit)
    issues.delete_comment(visit.site.store, visit.repository, found, deleter=visit.actor)
    return _conversation(visit, found.number)
