"""What can happen to us: every input in one explicit table; its order is the order in which handlers are asked."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.engine.model import Intent
    from bot.github.events import Event

    # The typed event and the delivery's GUID in, what to start and signal out.
    Handler = Callable[[Event, str], tuple[Intent, ...]]


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of event and the pure function that says what to start or signal for it.

    The function is named, not imported: the web process asks only whether an input is wanted.
    """

    event: str
    action: str
    handler: str


ROUTES: tuple[Route, ...] = (
    Route("issue_comment", "created", "handlers.issue_comment:created"),
    Route("issue_comment", "edited", "handlers.issue_comment:edited"),
    Route("issue_comment", "deleted", "handlers.issue_comment:deleted"),
    Route("pull_request_review", "submitted", "handlers.pull_request_review:submitted"),
    Route("pull_request_review", "edited", "handlers.pull_request_review:gates_again"),
    Route("pull_request_review", "dismissed", "handlers.pull_request_review:gates_again"),
    Route("pull_request", "opened", "handlers.pull_request:opened"),
    Route("pull_request", "edited", "handlers.pull_request:edited"),
    Route("pull_request", "synchronize", "handlers.pull_request:gates_again"),
    Route("pull_request", "closed", "handlers.pull_request:gates_again"),
    Route("pull_request", "closed", "handlers.pull_request:closed"),
    Route("pull_request", "closed", "handlers.pull_request:picks"),
    Route("pull_request", "opened", "handlers.pull_request:policy"),
    Route("pull_request", "synchronize", "handlers.pull_request:policy"),
    Route("pull_request", "reopened", "handlers.pull_request:policy"),
    Route("pull_request", "edited", "handlers.pull_request:policy_onto"),
    Route("pull_request", "opened", "handlers.pull_request:merge_news"),
    Route("pull_request", "reopened", "handlers.pull_request:merge_news"),
    Route("pull_request", "edited", "handlers.pull_request:merge_news"),
    Route("pull_request", "synchronize", "handlers.pull_request:merge_news"),
    Route("pull_request", "labeled", "handlers.pull_request:merge_news"),
    Route("pull_request", "unlabeled", "handlers.pull_request:merge_news"),
    Route("pull_request", "ready_for_review", "handlers.pull_request:merge_news"),
    Route("pull_request", "converted_to_draft", "handlers.pull_request:merge_news"),
    Route("pull_request", "enqueued", "handlers.pull_request:merge_news"),
    Route("pull_request", "dequeued", "handlers.pull_request:merge_news"),
    Route("pull_request", "closed", "handlers.pull_request:merge_news"),
    Route("pull_request_review", "submitted", "handlers.pull_request_review:merge_again"),
    Route("pull_request_review", "edited", "handlers.pull_request_review:merge_again"),
    Route("pull_request_review", "dismissed", "handlers.pull_request_review:merge_again"),
    Route("check_run", "completed", "handlers.check_run:merges_again"),
    Route("check_run", "requested_action", "handlers.check_run:merge_pressed"),
    Route("check_run", "rerequested", "handlers.check_run:merge_rerequested"),
    Route("status", "", "handlers.status:merges_again"),
    Route("push", "", "handlers.push:merges_again"),
    Route("push", "", "handlers.push:budget_again"),
    Route("push", "", "handlers.push:supervision_again"),
    Route("github_app_authorization", "revoked", "handlers.github_app_authorization:revoked"),
    Route("installation", "created", "handlers.installation:policies_found"),
    Route("installation_repositories", "added", "handlers.installation:policies_found"),
    Route("installation", "created", "handlers.installation:repositories_known"),
    Route("installation", "deleted", "handlers.installation:repositories_known"),
    Route("installation", "suspend", "handlers.installation:repositories_known"),
    Route("installation", "unsuspend", "handlers.installation:repositories_known"),
    Route("installation_repositories", "added", "handlers.installation:repositories_known"),
    Route("installation_repositories", "removed", "handlers.installation:repositories_known"),
    Route("repository", "renamed", "handlers.repository:known_again"),
    Route("repository", "edited", "handlers.repository:known_again"),
    Route("repository", "transferred", "handlers.repository:known_again"),
    Route("repository", "deleted", "handlers.repository:known_again"),
    Route("repository", "privatized", "handlers.repository:known_again"),
    Route("repository", "publicized", "handlers.repository:known_again"),
    Route("merge_group", "checks_requested", "handlers.merge_group:checks_requested"),
    Route("check_run", "requested_action", "handlers.check_run:requested_action"),
    Route("check_run", "rerequested", "handlers.check_run:rerequested"),
    Route("check_run", "rerequested", "handlers.check_run:policy_rerequested"),
    Route("deployment_protection_rule", "requested", "handlers.deployment_protection_rule:requested"),
    Route("workflow_run", "in_progress", "handlers.workflow_run:in_progress"),
    Route("workflow_run", "completed", "handlers.workflow_run:completed"),
    Route("workflow_run", "in_progress", "handlers.workflow_run:of_tag"),
    Route("workflow_run", "completed", "handlers.workflow_run:of_tag"),
    Route("workflow_run", "completed", "handlers.workflow_run:merges_again"),
    Route("workflow_run", "completed", "handlers.workflow_run:builds_again"),
    Route("workflow_run", "completed", "handlers.workflow_run:noted"),
    Route("workflow_run", "completed", "handlers.workflow_run:suites_ended"),
)
_EVENTS = frozenset(route.event for route in ROUTES)
_INPUTS = frozenset((route.event, route.action) for route in ROUTES)


def wanted(event: str, action: str | None) -> bool:
    """This function will say whether any handler wants this input; what none wants is not stored.

    Args:
        event: GitHub's name of the event.
        action: None asks for any action of the event.
    """
    return event in _EVENTS if action is None else (event, action) in _INPUTS


def route(name: str, event: Event, *, guid: str) -> tuple[Intent, ...]:
    """This function will return what the handlers of an event, by its name, start and signal, in their order."""
    return tuple(
        intent
        for each in ROUTES
        if (each.event, each.action) == (name, event.action)
        for intent in resolve(each)(event, guid)
    )


def resolve(route: Route) -> Handler:
    """This function will import the handler that a route names."""
    handler: Handler = pkgutil.resolve_name(route.handler)
    return handler
