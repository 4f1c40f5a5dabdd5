"""What events start where something waits to be merged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.commands.model import ObeyRequest
from bot.engine.model import Start
from bot.github.event_models import Event, MergeGroupEvent, PushEvent, StatusEvent
from bot.github.events import CheckRunEvent, PullRequestEvent, PullRequestReviewEvent, WorkflowRunEvent
from bot.github.models import CheckRun, Conclusion
from bot.merging.keeping.model import Change, GroupRequest, MergeNews
from bot.merging.model import EvaluateMerges
from handlers import route
from tests.handlers.test_routes import workflow_run
from tests.support.commands import HEAD, OTHER, PERSON, REPOSITORY, pull_request

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
PULL = PullRequestEvent(
    action="labeled",
    repository=REPOSITORY,
    sender=PERSON,
    pull_request=pull_request(),
    body="",
    created_at=NOW,
    updated_at=NOW,
    label="automerge",
)
REVIEW = PullRequestReviewEvent(
    action="submitted",
    repository=REPOSITORY,
    sender=PERSON,
    pull_request=pull_request(),
    review_id=8,
    author=PERSON,
    body="",
    state="approved",
    commit_sha=HEAD,
    html_url="",
    submitted_at=NOW,
)
CHECK = CheckRunEvent(
    action="completed",
    repository=REPOSITORY,
    sender=PERSON,
    check_run=CheckRun(
        id=55,
        name="test",
        head_sha=OTHER,
        status="completed",
        conclusion=Conclusion.SUCCESS,
        external_id="merge-12",
        app_id=1,
        html_url="",
        started_at=NOW,
    ),
    requested_action=None,
    pull_requests=(),
)
PUSH = PushEvent(
    repository=REPOSITORY,
    sender=PERSON,
    ref="refs/heads/main",
    before=HEAD,
    after=OTHER,
    created=False,
    deleted=False,
    forced=False,
)
STATUS = StatusEvent(repository=REPOSITORY, sender=PERSON, sha=OTHER, context="ci", state="success")
GROUP = MergeGroupEvent(
    action="checks_requested",
    repository=REPOSITORY,
    sender=PERSON,
    head_sha=OTHER,
    head_ref="refs/heads/gh-readonly-queue/main/pr-12-x",
    base_sha=HEAD,
    base_ref="refs/heads/main",
    reason="",
)


def requests(name: str, event: Event) -> list[object]:
    """What is asked of the stories of wishes."""
    intents = route(name, event, guid=GUID)
    found = [intent.request for intent in intents if isinstance(intent, Start)]
    return [each for each in found if isinstance(each, EvaluateMerges | MergeNews | GroupRequest)]


@pytest.mark.parametrize(
    ("action", "change"),
    [
        ("labeled", Change.LABELED),
        ("unlabeled", Change.UNLABELED),
        ("synchronize", Change.PUSHED),
        ("closed", Change.CLOSED),
        ("dequeued", Change.DEQUEUED),
        ("opened", Change.OTHER),
        ("ready_for_review", Change.OTHER),
    ],
)
def test_what_people_do_to_a_pull_request_is_taken_in_with_who_did_it(action: str, change: Change) -> None:
    (news,) = requests("pull_request", replace(PULL, action=action))
    assert isinstance(news, MergeNews)
    assert (news.change, news.person, news.label) == (change, PERSON, "automerge")
    assert GUID in news.cause


def test_a_review_has_its_pull_request_looked_at() -> None:
    (look,) = requests("pull_request_review", REVIEW)
    assert isinstance(look, EvaluateMerges)
    assert look.number == pull_request().number


def test_what_ended_on_a_commit_has_the_wishes_for_it_looked_at() -> None:
    run = WorkflowRunEvent(action="completed", repository=REPOSITORY, sender=PERSON, run=workflow_run())
    for name, event in (("check_run", CHECK), ("status", STATUS), ("workflow_run", run)):
        (look,) = requests(name, event)
        assert isinstance(look, EvaluateMerges)
        assert (look.number, look.base_ref) == (None, None)
        assert look.sha is not None


def test_our_own_check_and_a_status_that_has_not_ended_say_nothing_new() -> None:
    """Else each word of ours would have us look again, and speak again."""
    own = replace(CHECK, check_run=replace(CHECK.check_run, name="pilothouse / merge"))
    assert requests("check_run", own) == []
    assert requests("status", replace(STATUS, state="pending")) == []


def test_a_moved_base_has_the_wishes_for_it_looked_at() -> None:
    (look,) = requests("push", PUSH)
    assert isinstance(look, EvaluateMerges)
    assert (look.base_ref, look.number, look.sha) == ("main", None, None)
    assert requests("push", replace(PUSH, deleted=True)) == []
    assert requests("push", replace(PUSH, ref="refs/tags/v1")) == []


def test_githubs_queue_is_answered() -> None:
    (group,) = requests("merge_group", GROUP)
    assert isinstance(group, GroupRequest)
    assert (group.head_sha, group.head_ref) == (OTHER, GROUP.head_ref)


def test_our_check_run_is_written_again_where_github_waits_for_it() -> None:
    (look,) = requests("check_run", replace(CHECK, action="rerequested"))
    assert isinstance(look, EvaluateMerges)
    assert (look.number, look.cause) == (12, f"asked-{GUID}")
    foreign = replace(CHECK.check_run, external_id="other")
    assert requests("check_run", replace(CHECK, action="rerequested", check_run=foreign)) == []


@pytest.mark.parametrize(
    ("identifier", "external_id", "lines"),
    [("why", "merge-12", ["/why merge"]), ("launch", "merge-12", []), ("why", "other", [])],
)
def test_a_pressed_button_is_a_command(identifier: str, external_id: str, lines: list[str]) -> None:
    check = replace(CHECK.check_run, external_id=external_id)
    event = replace(CHECK, action="requested_action", requested_action=identifier, check_run=check)
    intents = route("check_run", event, guid=GUID)
    asked = [
        one.request for one in intents if isinstance(one, Start) and isinstance(one.request, ObeyRequest)
    ]
    assert [command.line for request in asked for command in request.commands] == lines
