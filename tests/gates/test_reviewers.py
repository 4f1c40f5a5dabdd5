"""Reviews as words, and whose review is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.config.policy import ApprovalsConfig, ApproversConfig
from bot.gates.fact_model import Trace
from bot.gates.ledger import Void, Word, body_digest
from bot.gates.model import How, Parameter
from bot.gates.reviewers import reviewers_to_ask
from bot.gates.reviews import objections_of, trace_of_review, words_of_reviews
from bot.github.models import Actor, Sha
from bot.github.review_models import Review, ReviewState
from tests.support.gate_facts import (
    BOB,
    EVE,
    HEAD,
    OPENED,
    OTHER,
    approval,
    change,
    facts,
    gate,
    policy,
    spoken,
)

APPROVED = Review(
    id=7,
    author=BOB,
    state=ReviewState.APPROVED,
    body="Fine.",
    commit_sha=HEAD,
    html_url="https://github.com/octo/harbour/pull/5#pullrequestreview-7",
    submitted_at=OPENED + timedelta(minutes=5),
)
EARLY = replace(APPROVED, submitted_at=OPENED - timedelta(minutes=5))
ASKED = replace(
    APPROVED, id=8, state=ReviewState.CHANGES_REQUESTED, submitted_at=OPENED + timedelta(minutes=9)
)


def people(*reviews: Review, with_parameters: bool = False) -> list[str]:
    waiting = gate()
    if with_parameters:
        waiting = replace(
            waiting, subject=replace(waiting.subject, parameters=(Parameter(name="a", value="1"),))
        )
    return [word.person.login for word in words_of_reviews(waiting, change(), policy(), reviews)]


def test_which_reviews_approve() -> None:
    assert people(APPROVED) == ["bob"]
    assert people(replace(APPROVED, commit_sha=OTHER)) == []
    assert people(replace(APPROVED, commit_sha=Sha(""))) == []
    assert people(replace(APPROVED, state=ReviewState.DISMISSED)) == []
    assert people(replace(APPROVED, author=Actor(id=9, login="x[bot]", type="Bot"))) == []
    assert people(APPROVED, replace(ASKED, state=ReviewState.COMMENTED)) == ["bob"]
    assert people(APPROVED, ASKED) == []
    assert people(APPROVED, replace(APPROVED, id=9, author=EVE)) == ["bob", "eve"]


def test_a_review_says_nothing_of_parameters_it_could_not_know() -> None:
    assert people(EARLY) == ["bob"]
    assert people(EARLY, with_parameters=True) == []
    assert people(APPROVED, with_parameters=True) == ["bob"]


def test_who_asks_for_changes() -> None:
    assert [each.person for each in objections_of((ASKED,), ())] == [BOB]
    assert objections_of((ASKED, replace(APPROVED, id=9, submitted_at=OPENED + timedelta(hours=1))), ()) == ()
    # Their own later word takes it back; an earlier, void or rejecting one does not.
    assert objections_of((ASKED,), (approval(minute=9), approval(minute=8))) == ()
    for word in (
        approval(minute=8),
        approval(EVE, minute=20),
        replace(approval(minute=20), void_reason=Void.EDITED),
        approval(minute=20, word=Word.REJECT),
    ):
        assert len(objections_of((ASKED,), (word,))) == 1


def test_what_is_left_of_a_review() -> None:
    word = replace(approval(minute=7), how=How.REVIEW, body_digest="")
    assert trace_of_review(word, (APPROVED,)) is Trace.STANDS
    assert trace_of_review(word, ()) is Trace.DELETED
    assert trace_of_review(word, (replace(APPROVED, state=ReviewState.DISMISSED),)) is Trace.DISMISSED
    written = replace(word, body_digest=body_digest("Fine."))
    assert trace_of_review(written, (replace(APPROVED, state=ReviewState.COMMENTED),)) is Trace.STANDS
    assert trace_of_review(written, (replace(APPROVED, body="Not fine."),)) is Trace.EDITED


def test_whose_review_is_asked_for() -> None:
    wanted = policy(users=("ADA", "bob", "eve", "zoe"), teams=("octo/pilots", "other/team", "locks"))
    given = replace(facts(spoken(approval(EVE)), approvals=wanted), requester=Actor(id=9, login="Zoe"))
    assert reviewers_to_ask(given, owner="Octo") == ("bob", "/pilots", "/locks")
    allowed = ApprovalsConfig(approvers=ApproversConfig(users=("ada", "zoe")), self=True)
    assert reviewers_to_ask(replace(given, approvals=allowed), owner="octo") == ("zoe",)


def test_whose_review_is_not_asked_for() -> None:
    assert reviewers_to_ask(replace(facts(), change=None), owner="octo") == ()
    assert reviewers_to_ask(replace(facts(), approvals=None), owner="octo") == ()
    silent = ApprovalsConfig(approvers=ApproversConfig(users=("bob",)), request=False)
    assert reviewers_to_ask(replace(facts(), approvals=silent), owner="octo") == ()
    assert reviewers_to_ask(facts(), owner="octo") == ()
