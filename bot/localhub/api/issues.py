"""Operations on issues and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api.comments import check_enabled, check_length, issue_of
from bot.localhub.bodies import issues as bodies
from bot.localhub.exchange import Answer, Listing, invalid, not_found
from bot.localhub.state import issues

if TYPE_CHECKING:
    from bot.localhub.exchange import Body, Call, Handlers
    from bot.localhub.state.nouns import Issue


def list_issues(call: Call) -> Listing:
    """This function will list issues and pull requests, newest first."""
    check_enabled(call)
    state = call.query.get("state", "open")
    labels = {name.lower() for name in call.query.get("labels", "").split(",") if name}
    creator = call.query.get("creator")
    found = [
        one
        for one in reversed(call.repository.issues.values())
        if state in {"all", one.state}
        and labels <= {label.name.lower() for label in one.labels}
        and creator in {None, one.author.login}
    ]
    if call.query.get("direction") == "asc":
        found.reverse()
    return Listing(items=found, render=lambda one: _shown(call, one))


def _shown(call: Call, issue: Issue) -> Body:
    return bodies.issue(call.store, call.repository, issue)


def create(call: Call) -> Answer:
    """This function will open an issue."""
    check_enabled(call)
    title = call.need("title", (str, int))
    if not str(title).strip():
        raise invalid("Issue", "title", "missing_field")
    body = call.get("body", str)
    check_length(body, "Issue")
    made = issues.open_issue(
        call.store, call.repository, title=str(title), body=body, author=call.actor, app=call.app
    )
    if call.get("labels", list):
        issues.set_labels(call.store, call.repository, made, _names(call.body["labels"]), call.actor)
    return Answer(status=201, body=_shown(call, made))


def _names(labels: list[str | Body]) -> list[str]:
    return [label if isinstance(label, str) else str(label["name"]) for label in labels]


def get(call: Call) -> Answer:
    """This function will show an issue."""
    return Answer(body=_shown(call, issue_of(call)))


def update(call: Call) -> Answer:
    """This function will edit, label, close or reopen an issue."""
    issue = issue_of(call)
    body = call.get("body", str)
    check_length(body, "Issue")
    state = call.get("state", str)
    if state not in {None, "open", "closed"}:
        raise invalid("Issue", "state", "invalid")
    given = {"title": call.get("title", (str, int)), "body": body}
    edits = {name: str(text) for name, text in given.items() if text is not None}
    issues.edit_issue(call.store, call.repository, issue, edits, call.actor)
    if call.get("labels", list) is not None:
        issues.set_labels(call.store, call.repository, issue, _names(call.body["labels"]), call.actor)
    if state is not None:
        issues.set_state(call.store, call.repository, issue, state, call.actor)
    return Answer(body=_shown(call, issue))


def list_repository_labels(call: Call) -> Listing:
    """This function will list a repository's labels."""
    found = list(call.repository.labels.values())
    return Listing(items=found, render=lambda one: bodies.label(call.store, call.repository, one))


def create_label(call: Call) -> Answer:
    """This function will create a label."""
    name = call.need("name")
    if name.lower() in call.repository.labels:
        raise invalid("Label", "name", "already_exists")
    made = issues.label_of(call.store, call.repository, name)
    made.color = call.get("color", str, made.color)
    made.description = call.get("description", str)
    return Answer(status=201, body=bodies.label(call.store, call.repository, made))


def get_label(call: Call) -> Answer:
    """This function will show a label."""
    found = call.repository.labels.get(call.path["name"].lower())
    if found is None:
        raise not_found()
    return Answer(body=bodies.label(call.store, call.repository, found))


def list_labels(call: Call) -> Listing:
    """This function will list an issue's labels."""
    found = issue_of(call).labels
    return Listing(items=found, render=lambda one: bodies.label(call.store, call.repository, one))


def _labels_answer(call: Call, issue: Issue) -> Answer:
    return Answer(body=[bodies.label(call.store, call.repository, one) for one in issue.labels])


def add_labels(call: Call) -> Answer:
    """This function will add labels to an issue."""
    issue = issue_of(call)
    names = [label.name for label in issue.labels] + _given(call)
    issues.set_labels(call.store, call.repository, issue, names, call.actor)
    return _labels_answer(call, issue)


def set_labels(call: Call) -> Answer:
    """This function will replace an issue's labels."""
    issue = issue_of(call)
    issues.set_labels(call.store, call.repository, issue, _given(call), call.actor)
    return _labels_answer(call, issue)


def _given(call: Call) -> list[str]:
    return _names(call.body if isinstance(call.body, list) else call.need("labels", list))


def remove_label(call: Call) -> Answer:
    """This function will take a label off an issue."""
    issue = issue_of(call)
    name = call.path["name"].lower()
    kept = [label.name for label in issue.labels if label.name.lower() != name]
    if len(kept) == len(issue.labels):
        raise not_found()
    issues.set_labels(call.store, call.repository, issue, kept, call.actor)
    return _labels_answer(call, issue)


HANDLERS: Handlers = {
    "issues/add-labels": add_labels,
    "issues/create": create,
    "issues/create-label": create_label,
    "issues/get": get,
    "issues/get-label": get_label,
    "issues/list-for-repo": list_issues,
    "issues/list-labels-for-repo": list_repository_labels,
    "issues/list-labels-on-issue": list_labels,
    "issues/remove-label": remove_label,
    "issues/set-labels": set_labels,
    "issues/update": update,
}
