"""Operations on comments and reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import issues as bodies
from bot.localhub.bodies.accounts import moment
from bot.localhub.exchange import Answer, Listing, Refused, invalid, not_found
from bot.localhub.state import issues

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.nouns import Comment, Issue, Reaction

LONGEST = 65_536  # characters of a comment


def checked_body(call: Call, resource: str) -> str:
    """This function will read a text that must be there, be no longer than GitHub takes, and not be blank."""
    body: str = call.need("body")
    if not body.strip():
        raise invalid(resource, "body", "missing_field")
    check_length(body, resource)
    return body


def check_length(body: str | None, resource: str) -> None:
    """This function will refuse a body that is too long."""
    if body is not None and len(body) > LONGEST:
        message = f"body is too long (maximum is {LONGEST} characters)"
        raise invalid(resource, "body", "custom", message)


def issue_of(call: Call) -> Issue:
    """This function will find the issue or pull request in the path."""
    number = call.number("issue_number")
    found = call.repository.issues.get(number)
    if found is None and number in call.repository.deleted_issues:
        raise Refused(410, "This issue was deleted")
    if found is None:
        raise not_found()
    if not found.is_pull:
        check_enabled(call)
    return found


def check_enabled(call: Call) -> None:
    """This function will refuse where the repository has no issues, as GitHub does."""
    if not call.repository.has_issues:
        raise Refused(410, "Issues are disabled for this repo")


def _comment(call: Call) -> Comment:
    found = call.repository.comments.get(call.number("comment_id"))
    if found is None:
        raise not_found()
    return found


def _since(call: Call, found: list[Comment]) -> list[Comment]:
    since = call.query.get("since")
    return [one for one in found if since is None or moment(one.updated_at) >= since]


def list_comments(call: Call) -> Listing:
    """This function will list an issue's comments, oldest first."""
    found = _since(call, issue_of(call).comments)
    return Listing(items=found, render=lambda one: bodies.comment(call.store, call.repository, one))


def list_all(call: Call) -> Listing:
    """This function will list a repository's comments, oldest first."""
    found = _since(call, sorted(call.repository.comments.values(), key=lambda one: one.id))
    if call.query.get("sort") == "updated":
        found.sort(key=lambda one: one.updated_at)
    if call.query.get("direction") == "desc":
        found.reverse()
    return Listing(items=found, render=lambda one: bodies.comment(call.store, call.repository, one))


def create(call: Call) -> Answer:
    """This function will comment on an issue or pull request."""
    issue = issue_of(call)
    body = checked_body(call, "IssueComment")
    made = issues.write_comment(
        call.store, call.repository, issue.number, body=body, author=call.actor, app=call.app
    )
    return Answer(status=201, body=bodies.comment(call.store, call.repository, made))


def get(call: Call) -> Answer:
    """This function will show a comment."""
    return Answer(body=bodies.comment(call.store, call.repository, _comment(call)))


def update(call: Call) -> Answer:
    """This function will edit a comment."""
    comment = _comment(call)
    body = checked_body(call, "IssueComment")
    issues.edit_comment(call.store, call.repository, comment, body=body, editor=call.actor)
    return Answer(body=bodies.comment(call.store, call.repository, comment))


def delete(call: Call) -> Answer:
    """This function will delete a comment."""
    issues.delete_comment(call.store, call.repository, _comment(call), deleter=call.actor)
    return Answer(status=204)


def _react(call: Call, found: list[Reaction]) -> Answer:
    content = call.need("content")
    if content not in bodies.CONTENTS:
        raise invalid("Reaction", "content", "invalid")
    made, new = issues.react(call.store, found, content=content, user=call.actor)
    return Answer(status=201 if new else 200, body=bodies.reaction(call.store, made))


def react(call: Call) -> Answer:
    """This function will react to a comment; the same reaction twice is one."""
    return _react(call, _comment(call).reactions)


def react_to_issue(call: Call) -> Answer:
    """This function will react to an issue."""
    return _react(call, issue_of(call).reactions)


def list_reactions(call: Call) -> Listing:
    """This function will list a comment's reactions."""
    content = call.query.get("content")
    found = [one for one in _comment(call).reactions if content in {None, one.content}]
    return Listing(items=found, render=lambda one: bodies.reaction(call.store, one))


def delete_reaction(call: Call) -> Answer:
    """This function will take a reaction back."""
    comment, number = _comment(call), call.number("reaction_id")
    kept = [one for one in comment.reactions if one.id != number]
    if len(kept) == len(comment.reactions):
        raise not_found()
    comment.reactions[:] = kept
    return Answer(status=204)


HANDLERS: Handlers = {
    "issues/create-comment": create,
    "issues/delete-comment": delete,
    "issues/get-comment": get,
    "issues/list-comments": list_comments,
    "issues/list-comments-for-repo": list_all,
    "issues/update-comment": update,
    "reactions/create-for-issue": react_to_issue,
    "reactions/create-for-issue-comment": react,
    "reactions/delete-for-issue-comment": delete_reaction,
    "reactions/list-for-issue-comment": list_reactions,
}
