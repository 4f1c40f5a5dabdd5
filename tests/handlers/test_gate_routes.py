"""What events start at gates: words by button, edits that void, pushes and reviews that are looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.commands.model import ObeyRequest
from bot.engine.model import Start
from bot.gates.ledger import Word, body_digest
from bot.gates.model import EVALUATE, EvaluateRequest
from bot.gates.starts import GATES_OF_PULL, PressRequest, PullNews
from bot.github.events import (
    CheckRunEvent,
    Event,
    IssueCommentEvent,
    PullRequestEvent,
    PullRequestReviewEvent,
)
from bot.github.models import Actor, CheckRun, Comment, Conclusion
from handlers import route
from tests.support.commands import HEAD, OTHER, PERSON, REPOSITORY, pull_request

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EDITOR = Actor(id=9, login="mallory")
COMMENT = IssueCommentEvent(
    action="edited",
    repository=REPOSITORY,
    sender=EDITOR,
    number=5,
    is_pull_request=True,
    is_open=True,
    author=PERSON,
    comment=Comment(
        id=99, body="/approve", author=PERSON, app_id=None, html_url="", created_at=NOW, updated_at=NOW
    ),
)
PUSH = PullRequestEvent(
    action="synchronize",
    repository=REPOSITORY,
    sender=PERSON,
    pull_request=pull_request(),
    body="",
    created_at=NOW,
    updated_at=NOW,
)
REVIEW = PullRequestReviewEvent(
    action="dismissed",
    repository=REPOSITORY,
    sender=PERSON,
    pull_request=pull_request(),
    review_id=8,
    author=PERSON,
    body="/approve",
    state="approved",
    commit_sha=HEAD,
    html_url="",
    submitted_at=NOW,
)
CHECK = CheckRun(
    id=55,
    name="pilothouse / the north",
    head_sha=OTHER,
    status="completed",
    conclusion=Conclusion.ACTION_REQUIRED,
    external_id="gate-5-abc",
    app_id=1,
    html_url="",
    started_at=NOW,
)


def button(
    identifier: str | None, check: CheckRun = CHECK, *, action: str = "requested_action"
) -> CheckRunEvent:
    return CheckRunEvent(
        action=action,
        repository=REPOSITORY,
        sender=EDITOR,
        check_run=check,
        requested_action=identifier,
        pull_requests=(),
    )


def starts(name: str, event: Event, guid: str = "guid-1") -> list[Start]:
    return [intent for intent in route(name, event, guid=guid) if isinstance(intent, Start)]


def news(name: str, event: Event) -> list[PullNews]:
    return [one.request for one in starts(name, event) if one.flow == GATES_OF_PULL]


def test_an_edited_comment_is_held_against_what_it_said() -> None:
    (one,) = news("issue_comment", COMMENT)
    assert one.comment is not None
    assert (one.comment.comment_id, one.comment.by, one.comment.body_digest) == (
        99,
        EDITOR,
        body_digest("/approve"),
    )


def test_a_deleted_comment_says_nothing_any_more() -> None:
    (one,) = news("issue_comment", replace(COMMENT, action="deleted"))
    assert one.comment is not None
    assert one.comment.body_digest is None


def test_comments_that_cannot_have_approved_are_not_looked_at() -> None:
    assert news("issue_comment", replace(COMMENT, is_pull_request=False)) == []
    by_bot = replace(COMMENT.comment, author=Actor(id=8, login="x[bot]", type="Bot"))
    assert news("issue_comment", replace(COMMENT, comment=by_bot)) == []


@pytest.mark.parametrize("action", ["synchronize", "closed"])
def test_a_push_and_a_close_are_looked_at(action: str) -> None:
    (start,) = [
        one for one in starts("pull_request", replace(PUSH, action=action)) if one.flow == GATES_OF_PULL
    ]
    assert start.partition == "octo/harbour#5"
    assert start.run_id != starts("pull_request", replace(PUSH, action=action), "guid-2")[0].run_id


def test_only_an_edit_of_the_base_is_looked_at() -> None:
    edited = replace(PUSH, action="edited")
    assert news("pull_request", edited) == []
    assert len(news("pull_request", replace(edited, previous_base_ref="next"))) == 1


@pytest.mark.parametrize("action", ["submitted", "edited", "dismissed"])
def test_whatever_happens_to_a_review_is_looked_at(action: str) -> None:
    """Only when it is submitted are its commands obeyed."""
    found = starts("pull_request_review", replace(REVIEW, action=action))
    assert [one.flow for one in found if one.flow == GATES_OF_PULL] == [GATES_OF_PULL]
    assert any(isinstance(one.request, ObeyRequest) for one in found) is (action == "submitted")


@pytest.mark.parametrize(
    ("identifier", "line"),
    [
        ("approve-1a2b3c4d", '/approve "the north" --of 1a2b3c4d'),
        ("reject-1a2b3c4d", '/reject "the north" --of 1a2b3c4d'),
        ("why", '/why gate "the north"'),
    ],
)
def test_a_pressed_button_is_a_command_of_who_pressed_it(identifier: str, line: str) -> None:
    (start,) = starts("check_run", button(identifier))
    request = start.request
    assert isinstance(request, ObeyRequest)
    assert [command.line for command in request.commands] == [line]
    assert [command.mistake for command in request.commands] == [None]
    assert (request.author, request.number) == (EDITOR, 5)


def test_a_button_outside_of_a_pull_request_is_a_word_by_itself() -> None:
    alone = replace(CHECK, external_id="gate-0-abc")
    (start,) = starts("check_run", button("reject-1a2b3c4d", alone))
    assert isinstance(start.request, PressRequest)
    speech = start.request.speech
    assert (speech.gate_id, speech.word, speech.of, speech.person) == ("abc", Word.REJECT, "1a2b3c4d", EDITOR)
    assert start.run_id != starts("check_run", button("reject-1a2b3c4d", alone), "guid-2")[0].run_id


@pytest.mark.parametrize(
    ("identifier", "check"),
    [
        ("rerun_failed", CHECK),
        (None, CHECK),
        ("why", replace(CHECK, external_id="gate-0-abc")),
        ("approve-1a2b3c4d", replace(CHECK, external_id="gate-0-abc", started_at=None)),
        ("approve-1a2b3c4d", replace(CHECK, started_at=None)),
    ],
)
def test_other_buttons_start_nothing(identifier: str | None, check: CheckRun) -> None:
    assert starts("check_run", button(identifier, check)) == []


def test_a_gate_s_check_run_asked_for_again_is_written_again() -> None:
    (start,) = starts("check_run", button(None, action="rerequested"))
    assert start.flow == EVALUATE
    assert isinstance(start.request, EvaluateRequest)
    assert (start.request.gate_id, start.request.number, start.request.is_asked) == ("abc", 5, True)
