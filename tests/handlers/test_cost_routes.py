"""What events have a budget and what is watched found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.costs.metering.model import FindBudget, FindBudgets
from bot.engine.model import Start
from bot.github.event_models import InstallationEvent, PushEvent
from bot.github.models import InstallationId, Sha
from bot.supervision.model import FindSupervision, FindSupervisions
from handlers import route
from tests.support.commands import PERSON, REPOSITORY

GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
PUSH = PushEvent(
    repository=REPOSITORY,
    sender=PERSON,
    ref=f"refs/heads/{REPOSITORY.default_branch}",
    before=Sha("a" * 40),
    after=Sha("b" * 40),
    created=False,
    deleted=False,
    forced=False,
)
ADDED = InstallationEvent(
    action="added", sender=PERSON, installation_id=4, account=PERSON, added=("acme/rocket",), removed=()
)


def found(name: str, event: PushEvent | InstallationEvent) -> list[object]:
    """What is asked of the stories that find budgets and what is watched."""
    requests = [intent.request for intent in route(name, event, guid=GUID) if isinstance(intent, Start)]
    finding = FindBudget | FindBudgets | FindSupervision | FindSupervisions
    return [each for each in requests if isinstance(each, finding)]


def test_the_default_branch_has_the_configuration() -> None:
    """A push to it is looked at, no other push is."""
    assert found("push", PUSH) == [
        FindBudget(repository=REPOSITORY, cause=f"push-{GUID}"),
        FindSupervision(repository=REPOSITORY, cause=f"push-{GUID}"),
    ]
    for other in (
        replace(PUSH, ref="refs/heads/feature"),
        replace(PUSH, ref="refs/tags/v1"),
        replace(PUSH, deleted=True),
    ):
        assert found("push", other) == []


@pytest.mark.parametrize(
    ("name", "action"), [("installation", "created"), ("installation_repositories", "added")]
)
def test_new_repositories_are_looked_at(name: str, action: str) -> None:
    """A hundred at most: an organization may give thousands at once."""
    event = replace(ADDED, action=action)
    assert found(name, event) == [
        FindBudgets(installation_id=InstallationId(4), names=("acme/rocket",), cause=GUID),
        FindSupervisions(installation_id=InstallationId(4), names=("acme/rocket",), cause=GUID),
    ]
    assert found(name, replace(event, added=())) == []
    many = replace(event, added=tuple(f"acme/r{number}" for number in range(101)))
    for request in found(name, many):
        assert isinstance(request, FindBudgets | FindSupervisions)
        assert len(request.names) == 100
