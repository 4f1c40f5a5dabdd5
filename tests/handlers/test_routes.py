from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import ObeyRequest
from bot.diagnosis.flow import DiagnoseRequest
from bot.engine.model import Start
from bot.github.events import (
    CheckRunEvent,
    IssueCommentEvent,
    PullRequestEvent,
    PullRequestReviewEvent,
    WorkflowRunEvent,
)
from bot.github.models import (
    Actor,
    CheckRun,
    Comment,
    Conclusion,
    InstallationId,
    PullRequest,
    RepositoryRef,
    Sha,
)
from bot.github.run_models import WorkflowRun
from bot.merging.model import EvaluateMerges
from handlers import ROUTES, resolve, route, wanted

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import Event

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
SHA = Sha("a" * 40)
REPOSITORY = RepositoryRef(installation_id=InstallationId(1), id=2, full_name="acme/demo")
AUTHOR = Actor(id=3, login="mona")
PULL = PullRequest(
    number=12,
    title="t",
    state="open",
    draft=False,
    merged=False,
    author=AUTHOR,
    head_sha=SHA,
    head_ref="topic",
    head_repository="acme/demo",
    base_sha=Sha("b" * 40),
    base_ref="main",
    base_repository="acme/demo",
)


def workflow_run(*, event: str = "pull_request", attempt: int = 1) -> WorkflowRun:
    return WorkflowRun(
        id=77,
        name="CI",
        path=".github/workflows/ci.yml",
        workflow_id=5,
        attempt=attempt,
        event=event,
        status="completed",
        conclusion=Conclusion.FAILURE,
        head_sha=SHA,
        head_branch="topic",
        head_repository="acme/demo",
        pull_requests=(12,),
        html_url="https://github.com/acme/demo/actions/runs/77",
        created_at=NOW,
        updated_at=NOW,
    )


def comment(body: str) -> IssueCommentEvent:
    return IssueCommentEvent(
        action="created",
        repository=REPOSITORY,
        sender=AUTHOR,
        number=12,
        is_pull_request=True,
        is_open=True,
        author=AUTHOR,
        comment=Comment(
            id=99, body=body, author=AUTHOR, app_id=None, html_url="", created_at=NOW, updated_at=NOW
        ),
    )


def button(identifier: str, external_id: str = f"diagnosis-12-{SHA}") -> CheckRunEvent:
    return CheckRunEvent(
        action="requested_action",
        repository=REPOSITORY,
        sender=AUTHOR,
        check_run=CheckRun(
            id=55,
            name="pilothouse / diagnosis",
            head_sha=SHA,
            status="completed",
            conclusion=Conclusion.NEUTRAL,
            external_id=external_id,
            app_id=1,
            html_url="",
            started_at=NOW,
        ),
        requested_action=identifier,
        pull_requests=(),  # as GitHub sends it for the head of a fork
    )


def starts(name: str, event: Event) -> list[Start]:
    """What is started, beside the look at what waits to be merged."""
    intents: tuple[Intent, ...] = route(name, event, guid=GUID)
    assert all(isinstance(intent, Start) for intent in intents)
    found = [intent for intent in intents if isinstance(intent, Start)]
    return [start for start in found if not isinstance(start.request, EvaluateMerges)]


def obeyed(name: str, event: Event) -> list[Start]:
    return [start for start in starts(name, event) if isinstance(start.request, ObeyRequest)]


def test_a_comment_with_a_command_is_obeyed_in_the_order_of_its_pull_request() -> None:
    (start,) = starts("issue_comment", comment("Looks good.\n/ping"))
    assert isinstance(start.request, ObeyRequest)
    assert [command.verb for command in start.request.commands] == ["ping"]
    assert start.partition == "acme/demo#12"
    assert start == starts("issue_comment", comment("Looks good.\n/ping"))[0]


@pytest.mark.parametrize("body", ["", "Looks good.", "`/ping`", "> /ping", "/shrug"])
def test_a_comment_without_a_command_starts_nothing(body: str) -> None:
    assert starts("issue_comment", comment(body)) == []


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_an_edited_or_deleted_comment_is_never_obeyed(action: str) -> None:
    """It is looked at for the approval that it may have been."""
    assert wanted("issue_comment", "created")
    assert obeyed("issue_comment", replace(comment("/ping"), action=action)) == []


def test_a_review_and_a_description_are_obeyed_too() -> None:
    review = PullRequestReviewEvent(
        action="submitted",
        repository=REPOSITORY,
        sender=AUTHOR,
        pull_request=PULL,
        review_id=8,
        author=AUTHOR,
        body="/status",
        state="approved",
        commit_sha=SHA,
        html_url="",
        submitted_at=NOW,
    )
    opened = PullRequestEvent(
        action="opened",
        repository=REPOSITORY,
        sender=AUTHOR,
        pull_request=PULL,
        body="/help",
        created_at=NOW,
        updated_at=NOW,
    )
    (of_review,) = obeyed("pull_request_review", review)
    (of_description,) = obeyed("pull_request", opened)
    assert of_review.run_id != of_description.run_id
    assert of_review.partition == of_description.partition == "acme/demo#12"


def test_a_pressed_button_is_the_command_of_who_pressed_it_and_each_press_counts() -> None:
    (start,) = starts("check_run", button("rerun_failed"))
    assert start.request.commands[0].line == "/rerun failed"
    assert start.request.author == AUTHOR
    assert GUID in start.run_id


@pytest.mark.parametrize("external_id", ["", "diagnosis", "diagnosis-x-1", "other-12-1"])
def test_an_unknown_button_and_a_foreign_check_run_start_nothing(external_id: str) -> None:
    assert starts("check_run", button("launch")) == []
    assert starts("check_run", button("rerun_failed", external_id)) == []


@pytest.mark.parametrize("event", ["push", "pull_request", "merge_group"])
def test_a_finished_check_is_diagnosed_once_an_attempt(event: str) -> None:
    def of(attempt: int) -> Start:
        start, *_ = starts(
            "workflow_run",
            WorkflowRunEvent(
                action="completed",
                repository=REPOSITORY,
                sender=AUTHOR,
                run=workflow_run(event=event, attempt=attempt),
            ),
        )
        return start

    assert isinstance(of(1).request, DiagnoseRequest)
    assert of(1).run_id == of(1).run_id
    assert of(1).run_id != of(2).run_id


@pytest.mark.parametrize("action", ["in_progress", "completed"])
def test_a_dispatched_run_is_told_to_its_deployment(action: str) -> None:
    event = WorkflowRunEvent(
        action=action, repository=REPOSITORY, sender=AUTHOR, run=workflow_run(event="workflow_dispatch")
    )
    (start,) = starts("workflow_run", event)
    assert start.flow == "relay"


def test_a_scheduled_run_is_not_diagnosed() -> None:
    event = WorkflowRunEvent(
        action="completed", repository=REPOSITORY, sender=AUTHOR, run=workflow_run(event="schedule")
    )
    assert starts("workflow_run", event) == []


def test_no_input_is_routed_twice_to_the_same_handler() -> None:
    assert len(ROUTES) == len({(each.event, each.action, each.handler) for each in ROUTES})


def test_our_check_run_asked_for_again_is_written_again_each_time() -> None:
    event = replace(button(""), action="rerequested")
    (start,) = starts("check_run", event)
    assert start.flow == "summarise"
    assert start.partition == "acme/demo#12"
    assert GUID in start.run_id
    assert starts("check_run", replace(button("", "foreign"), action="rerequested")) == []


def test_every_route_names_a_handler_that_exists() -> None:
    assert all(callable(resolve(each)) for each in ROUTES)


def test_inputs_that_nobody_wants_are_not_wanted() -> None:
    for event, action in [("star", "created"), ("fork", None), ("workflow_run", "requested"), ("", "")]:
        assert not wanted(event, action)
