"""Operations on commit statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import repositories
from bot.localhub.bodies import reviews as bodies
from bot.localhub.exchange import Answer, Listing, Refused, invalid
from bot.localhub.state import git, statuses
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers

MOST_OF_A_CONTEXT = 1000


def _sha(call: Call, name: str) -> str:
    try:
        return git.resolve(call.store, call.repository, call.path[name]).sha
    except NotThere as missing:
        raise Refused(422, f"No commit found for SHA: {missing}") from missing


def create(call: Call) -> Answer:
    """This function will report a status of a commit."""
    sha, state = _sha(call, "sha"), call.need("state")
    context = call.get("context", str, "default")
    if state not in statuses.STATES:
        raise invalid("Status", "state", "inclusion")
    known = call.repository.statuses.get(sha, ())
    if sum(one.context == context for one in known) >= MOST_OF_A_CONTEXT:
        raise invalid("Status", "context", "custom", "This SHA and context has reached the maximum")
    new = statuses.NewCommitStatus(
        state=state,
        creator=call.actor,
        context=context,
        description=call.get("description", str),
        target_url=call.get("target_url", str),
    )
    made = statuses.report(call.store, call.repository, sha, new)
    return Answer(status=201, body=bodies.status(call.store, call.repository, sha, made))


def list_statuses(call: Call) -> Listing:
    """This function will list every status of a commit, newest first."""
    sha = _sha(call, "ref")
    return Listing(
        items=call.repository.statuses.get(sha, [])[::-1],
        render=lambda one: bodies.status(call.store, call.repository, sha, one),
    )


def combined(call: Call) -> Listing:
    """This function will sum up the newest status of each context."""
    sha = _sha(call, "ref")
    found = statuses.newest(call.repository, sha)
    home = repositories.api_url(call.store, call.repository)
    return Listing(
        items=found,
        render=lambda one: bodies.simple_status(call.store, call.repository, sha, one),
        key="statuses",
        extra={
            "state": statuses.combined(found),
            "sha": sha,
            "repository": repositories.minimal(call.store, call.repository),
            "commit_url": f"{home}/commits/{sha}",
            "url": f"{home}/commits/{sha}/status",
        },
    )


HANDLERS: Handlers = {
    "repos/create-commit-status": create,
    "repos/get-combined-status-for-ref": combined,
    "repos/list-commit-statuses-for-ref": list_statuses,
}
