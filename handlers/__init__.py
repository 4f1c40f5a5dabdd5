"""What can happen to us: every input in one explicit table; its order is the order in which handlers are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handlers import check_run, issue_comment, pull_request, pull_request_review, workflow_run

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import Event

Handler = Callable[[Any, str], "tuple[Intent, ...]"]  # the typed event and the delivery's GUID


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of event and the pure function that says what to start or signal for it."""

    event: str
    action: str
    handler: Handler


ROUTES: tuple[Route, ...] = (
    Route("issue_comment", "created", issue_comment.created),
    Route("pull_request_review", "submitted", pull_request_review.submitted),
    Route("pull_request", "opened", pull_request.opened),
    Route("check_run", "requested_action", check_run.requested_action),
    Route("workflow_run", "in_progress", workflow_run.in_progress),
    Route("workflow_run", "completed", workflow_run.completed),
)

_BY_INPUT: dict[tuple[str, str], tuple[Handler, ...]] = {
    (route.event, route.action): tuple(
        other.handler for other in ROUTES if (other.event, other.action) == (route.event, route.action)
    )
    for route in ROUTES
}
_EVENTS = frozenset(route.event for route in ROUTES)


def wanted(event: str, action: str | None) -> bool:
    """This function will say whether any handler wants this input; what none wants is not stored.

    Args:
        event: GitHub's name of the event.
        action: None asks for any action of the event.
    """
    return event in _EVENTS if action is None else (event, action) in _BY_INPUT


def route(name: str, event: Event, *, guid: str) -> tuple[Intent, ...]:
    """This function will return what the handlers of an event, by its name, start and signal, in their order."""
    handlers = _BY_INPUT.get((name, event.action), ())
    return tuple(intent for handler in handlers for intent in handler(event, guid))
