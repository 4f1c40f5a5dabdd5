"""Conditions about what people have said of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.decisions.model import Condition, Evidence, Standing
from bot.github.models import Permission
from bot.github.review_models import ReviewState
from bot.markdown import code, escape

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import ReviewFact
    from bot.merging.judging.fact_model import MergeFacts

_DECIDED_AGAINST = {"REVIEW_REQUIRED", "CHANGES_REQUESTED"}


def reviews(facts: MergeFacts) -> Condition:
    """This function will count the approving reviews by people who may write, and see that nobody asks for changes."""
    counted = [one for one in facts.reviews if _counts(facts, one)]
    evidence = tuple(
        Evidence(text=f"{escape(one.person.login)}: {escape(one.state)} at {code(one.sha[:7])}", url=one.url)
        for one in counted
    )
    against = [one for one in counted if one.state is ReviewState.CHANGES_REQUESTED]
    if against:
        return Condition(
            name="reviews",
            standing=Standing.UNMET,
            reason=Reason.CHANGES_REQUESTED,
            text=f"Changes were requested by {', '.join(code(one.person.login) for one in against)}.",
            who="They can approve it, or someone with the role maintain can dismiss the review.",
            evidence=evidence,
        )
    lacking = _lacking(facts, counted)
    if lacking:
        return Condition(
            name="reviews",
            standing=Standing.UNMET,
            reason=Reason.REVIEWS_MISSING,
            text=lacking,
            who="Someone with the role write who is not its author can approve it in a review; where the code has "
            "owners, one of them.",
            evidence=evidence,
        )
    text = "Nobody asks for changes, and the approvals that are asked for are there."
    return Condition(name="reviews", standing=Standing.MET, text=text, evidence=evidence)


def conversations(facts: MergeFacts) -> Condition:
    """This function will see whether every conversation is resolved, where GitHub's rules ask for it."""
    name = "conversations"
    if not facts.base.rules.conversations:
        return Condition(name=name, standing=Standing.MET, text="Conversations need not be resolved.")
    if facts.conversations is None:
        text = "Whether every conversation is resolved is GitHub's to say when it merges."
        return Condition(name=name, standing=Standing.WAIVED, text=text)
    if not facts.conversations:
        return Condition(name=name, standing=Standing.MET, text="Every conversation is resolved.")
    many = facts.conversations != 1
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.CONVERSATIONS_OPEN,
        text=f"{facts.conversations} conversation{'s' * many} {'are' if many else 'is'} not resolved, which "
        f"the rules of {code(facts.pull.base_ref)} ask for.",
        who="Its author and its reviewers can resolve them.",
        evidence=(Evidence(text="the changed files", url=f"{facts.pull.html_url}/files"),),
    )


def _lacking(facts: MergeFacts, counted: list[ReviewFact]) -> str:
    """What is missing of the approvals, in safe Markdown; GitHub knows of owners of the code, which we do not."""
    for needed, approving, what in _demands(facts, counted):
        if len(approving) < needed:
            return f"{what} for {needed} approving review{'s' * (needed > 1)}; there are {len(approving)}."
    if facts.review_decision in _DECIDED_AGAINST:
        return f"The protection of {code(facts.pull.base_ref)} asks for a review that is not there."
    return ""


def _demands(facts: MergeFacts, counted: list[ReviewFact]) -> tuple[tuple[int, list[ReviewFact], str], ...]:
    """How many approvals the policy and GitHub's rules ask for, and which count for each."""
    approving = [one for one in counted if one.state is ReviewState.APPROVED]
    of_head = [one for one in approving if one.sha == facts.pull.head_sha]
    rules = facts.base.rules
    return (
        (
            facts.policy.reviews,
            of_head,
            f"{code('merge.reviews')} asks at {code(facts.pull.head_sha[:7])}",
        ),
        (
            rules.reviews,
            of_head if rules.dismisses_stale else approving,
            f"The protection of {code(facts.pull.base_ref)} asks",
        ),
    )


def _counts(facts: MergeFacts, review: ReviewFact) -> bool:
    """Whether it is the word of a person who may write and is not the author."""
    return (
        not review.person.is_bot
        and review.person.id != facts.pull.author.id
        and review.permission.covers(Permission.WRITE)
    )
