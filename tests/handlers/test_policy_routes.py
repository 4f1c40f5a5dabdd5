"""What may propose another policy is looked at: a new head, a new base, a check run that is asked for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.engine.model import Start
from bot.github.events import CheckRunEvent, PullRequestEvent
from bot.github.models import Actor, CheckRun, Conclusion
from bot.proposals.model import CHECK, ProposeRequest
from handlers import check_run, pull_request
from tests.support.commands import HEAD, PERSON, REPOSITORY
from tests.support.commands import pull_request as opened_pull

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUSHED = PullRequestEvent(
    action="synchronize",
    repository=REPOSITORY,
    sender=PERSON,
    pull_request=opened_pull(),
    body="",
    created_at=NOW,
    updated_at=NOW,
)


def asked_again(external_id: str) -> CheckRunEvent:
    """This function will make the event of a check run that somebody asks for again."""
    return CheckRunEvent(
        action="rerequested",
        repository=REPOSITORY,
        sender=Actor(id=9, login="grace"),
        check_run=CheckRun(
            id=55,
            name=CHECK,
            head_sha=HEAD,
            status="completed",
            conclusion=Conclusion.SUCCESS,
            external_id=external_id,
            app_id=1,
            html_url="",
        ),
        requested_action=None,
        pull_requests=(),
    )


def test_each_head_is_looked_at_once() -> None:
    (start,) = pull_request.policy(PUSHED, "guid")
    assert isinstance(start, Start)
    assert start.request == ProposeRequest(
        repository=REPOSITORY, number=5, head_sha=HEAD, cause="synchronize"
    )
    assert pull_request.policy(PUSHED, "another guid") == (start,)


def test_a_new_base_is_looked_at_and_a_new_title_is_not() -> None:
    assert pull_request.policy_onto(PUSHED, "guid") == ()
    (start,) = pull_request.policy_onto(replace(PUSHED, previous_base_ref="release"), "guid")
    assert isinstance(start, Start)
    assert start.request.cause == "onto-main"


def test_only_our_check_run_is_made_again() -> None:
    (start,) = check_run.policy_rerequested(asked_again("configuration/5"), "guid")
    assert isinstance(start, Start)
    assert (start.request.number, start.request.cause) == (5, "asked-guid")
    for other in ("diagnosis-5-1", "configuration/x", "configuration/", ""):
        assert check_run.policy_rerequested(asked_again(other), "guid") == ()
