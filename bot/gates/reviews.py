"""Reads reviews as words about a gate: which of them approve, which ask for changes, which stand no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.config.policy import parse_duration
from bot.gates.fact_model import Objection, Trace
from bot.gates.ledger import Approval, Word, approval_id, body_digest, parameters_digest
from bot.gates.model import How
from bot.github.review_models import ReviewState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.config.policy import ApprovalsConfig
    from bot.gates.fact_model import Change
    from bot.gates.model import Gate
    from bot.github.review_models import Review

_OPINIONS = {ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED}


def words_of_reviews(
    gate: Gate, change: Change, approvals: ApprovalsConfig, reviews: Iterable[Review]
) -> tuple[Approval, ...]:
    """This function will return what approving reviews of the head say about the gate.

    Where there is a plan or a parameter, only a review that was written after it could be seen speaks of it.
    """
    subject = gate.subject
    shown_at = gate.opened_at.replace(microsecond=0)  # as coarse as GitHub's times
    must_know = bool(subject.parameters) or subject.plan is not None
    expires = parse_duration(approvals.expires)
    parameters = parameters_digest(subject.parameters)
    return tuple(
        Approval(
            id=approval_id(
                gate.repository_id,
                source=f"review-{review.id}-{parameters}-{subject.plan_digest}",
                gate_id=subject.environment.casefold(),
            ),
            repository_id=gate.repository_id,
            number=gate.number,
            environment=subject.environment,
            gate_id=gate.id,
            person=review.author,
            word=Word.APPROVE,
            how=How.REVIEW,
            head_sha=review.commit_sha,
            tree=change.tree,
            base_ref=change.base_ref,
            authors_digest=change.authors_digest,
            parameters_digest=parameters,
            plan_digest=subject.plan_digest,
            given_at=review.submitted_at,
            expires_at=review.submitted_at + expires,
            url=review.html_url,
            comment_id=review.id,
        )
        for review in _newest(reviews)
        if review.state is ReviewState.APPROVED
        and review.commit_sha == change.head_sha == subject.head_sha
        and not review.author.is_bot
        and not (must_know and review.submitted_at < shown_at)
    )


def objections_of(reviews: Iterable[Review], words: Iterable[Approval]) -> tuple[Objection, ...]:
    """This function will return who asked for changes and has neither reviewed nor approved since."""
    spoken: dict[int, datetime] = {}
    for word in words:
        if word.word is Word.APPROVE and not word.void_reason:
            spoken[word.person.id] = max(word.given_at, spoken.get(word.person.id, word.given_at))
    return tuple(
        Objection(person=review.author, url=review.html_url, at=review.submitted_at)
        for review in _newest(reviews)
        if review.state is ReviewState.CHANGES_REQUESTED
        and spoken.get(review.author.id, review.submitted_at - timedelta(seconds=1)) < review.submitted_at
    )


def trace_of_review(word: Approval, reviews: Iterable[Review]) -> Trace:
    """This function will say what is left of a word that is, or was written in, a review."""
    review = next((each for each in reviews if each.id == word.comment_id), None)
    if review is None:
        return Trace.DELETED
    if word.body_digest:
        return Trace.STANDS if body_digest(review.body) == word.body_digest else Trace.EDITED
    return Trace.STANDS if review.state is ReviewState.APPROVED else Trace.DISMISSED


def _newest(reviews: Iterable[Review]) -> list[Review]:
    """Of each person the newest review with an opinion: a remark takes nothing back."""
    newest: dict[int, Review] = {}
    for review in sorted(reviews, key=lambda each: (each.submitted_at, each.id)):
        if review.state in _OPINIONS:
            newest[review.author.id] = review
    return list(newest.values())
