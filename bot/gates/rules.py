"""Decides how a gate stands, and whether a person's word is taken, from facts alone; what cannot be read blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.decisions.model import Condition, Decision, Evidence, Outcome, Standing, conclude
from bot.gates.conditions import (
    condition_authors,
    condition_configuration,
    condition_expiry,
    condition_head,
    condition_open,
    counted,
    needed_approvals,
    unknown_authors,
    unread,
)
from bot.gates.fact_model import Spoken
from bot.gates.judging import (
    distinct_teams,
    is_approver,
    judge,
    judge_words,
    render_approvers,
)
from bot.gates.ledger import Void, Word
from bot.gates.model import GateState
from bot.github.models import Permission
from bot.markdown import code, escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.config.policy import ApprovalsConfig
    from bot.gates.fact_model import GateFacts
    from bot.gates.judging import Judged
    from bot.gates.ledger import Approval

KIND = "gate"
_MOST_VOID = 3
_ENDS: Mapping[str, GateState] = {
    Reason.GATE_EXPIRED: GateState.EXPIRED,
    Reason.REJECTED: GateState.REJECTED,
    Reason.HEAD_MOVED: GateState.CLOSED,
    Reason.PULL_REQUEST_CLOSED: GateState.CLOSED,
}


def decide_gate(facts: GateFacts) -> Decision:
    """This function will decide whether what waits at the gate may go ahead."""
    return conclude(KIND, tuple(_conditions(facts)))


def state_after(decision: Decision) -> GateState:
    """This function will say how the gate stands after the decision; what may still change waits."""
    if decision.outcome is Outcome.PROCEED:
        return GateState.APPROVED
    return _ENDS.get(decision.reason, GateState.WAITING)


def voided(facts: GateFacts) -> tuple[tuple[str, Void], ...]:
    """This function will return the words that have become void, by id, each with the reason."""
    return tuple((each.word.id, each.void) for each in judge_words(facts) if each.void is not None)


def refuse_word(facts: GateFacts, word: Approval) -> Refused | None:
    """This function will refuse a word that would not count, saying what is missing, and return None otherwise."""
    if facts.problem or facts.change is None:
        return Refused(reason=Reason.COULD_NOT_VERIFY, text=unread(facts))
    if word.word is Word.REJECT:
        return _refuse_rejection(facts, word)
    judged = judge(facts, Spoken(word=word))
    if judged.counts:
        return None
    who = "" if facts.approvals is None else f" It can be approved by {_someone(facts.approvals)}."
    reason = Reason(judged.condition.reason or Reason.NOT_AN_APPROVER)
    return Refused(reason=reason, text=f"{judged.condition.text}{who}")


def condition_word(refusal: Refused | None) -> Condition:
    """This function will say for a dry run whether the word would be taken."""
    if refusal is None:
        return Condition(name="your word", standing=Standing.MET, text="Your word would count.")
    standing = Standing.UNKNOWN if refusal.reason is Reason.COULD_NOT_VERIFY else Standing.UNMET
    return Condition(name="your word", standing=standing, text=refusal.text, reason=refusal.reason)


def _conditions(facts: GateFacts) -> Iterator[Condition]:
    rejection = _rejection(facts)
    if rejection is not None:
        yield rejection
    change = facts.change
    if facts.problem or change is None:
        yield Condition(
            name="facts", standing=Standing.UNKNOWN, text=unread(facts), reason=Reason.COULD_NOT_VERIFY
        )
        return
    if facts.number is not None:
        yield condition_open(change)
    yield condition_head(facts, change)
    yield condition_configuration(facts)
    approvals = facts.approvals
    if approvals is None:
        return
    yield condition_expiry(facts)
    yield condition_authors(facts, change)
    yield _approvals(facts, approvals)
    if approvals.reviews:
        yield _objections(facts, approvals)


def _rejection(facts: GateFacts) -> Condition | None:
    for spoken in facts.words:
        word = spoken.word
        if word.word is not Word.REJECT or word.gate_id != facts.gate_id:
            continue
        why = f": {escape(word.text)}" if word.text else ""
        return Condition(
            name="rejection",
            standing=Standing.UNMET,
            text=f"{code(word.person.login)} rejected it{why}.",
            reason=Reason.REJECTED,
            evidence=(Evidence(text="the rejection", url=word.url),) if word.url else (),
            who="Whoever wants it all the same asks for the deployment again; all approvals are asked for anew.",
        )
    return None


def _approvals(facts: GateFacts, approvals: ApprovalsConfig) -> Condition:
    judged = judge_words(facts)
    needed = needed_approvals(facts, approvals)
    have = sum(each.counts for each in judged)
    possible = [each for each in judged if each.counts or each.condition.standing is Standing.UNKNOWN]
    if _suffices(facts, approvals, [each for each in judged if each.counts]):
        standing, reason = Standing.MET, ""
    elif _suffices(facts, approvals, possible):
        standing, reason = Standing.UNKNOWN, Reason.COULD_NOT_VERIFY
    else:
        standing, reason = Standing.PENDING, Reason.WAITING_FOR_APPROVAL
    return Condition(
        name="approvals",
        standing=standing,
        text=f"{have} of {counted(needed)}{_teams_wanted(facts, approvals, judged)}.{_void(facts, judged)}",
        reason=reason,
        who="" if standing is Standing.MET else f"It can be approved by {_someone(approvals)}.",
        parts=tuple(each.condition for each in judged),
    )


def _suffices(facts: GateFacts, approvals: ApprovalsConfig, judged: list[Judged]) -> bool:
    people = [person for each in judged if (person := facts.person(each.word.person.id)) is not None]
    return len(people) >= needed_approvals(facts, approvals) and distinct_teams(
        approvals, people
    ) >= _needed_teams(facts, approvals)


def _needed_teams(facts: GateFacts, approvals: ApprovalsConfig) -> int:
    return approvals.distinct_teams + len(unknown_authors(facts)) if approvals.distinct_teams else 0


def _teams_wanted(facts: GateFacts, approvals: ApprovalsConfig, judged: tuple[Judged, ...]) -> str:
    needed = _needed_teams(facts, approvals)
    if not needed:
        return ""
    people = [
        person for each in judged if each.counts and (person := facts.person(each.word.person.id)) is not None
    ]
    return f", from {distinct_teams(approvals, people)} of {needed} different teams"


def _void(facts: GateFacts, judged: tuple[Judged, ...]) -> str:
    """What was said about this gate and does not count any more: nobody should have to look for it."""
    gone = [each for each in judged if each.is_void and each.word.gate_id == facts.gate_id]
    return "".join(f" {each.condition.text}" for each in gone[-_MOST_VOID:])


def _objections(facts: GateFacts, approvals: ApprovalsConfig) -> Condition:
    standing = [
        each
        for each in facts.objections
        if (person := facts.person(each.person.id)) is None
        or person.permission is None
        or is_approver(approvals, person)
    ]
    if not standing:
        return Condition(name="reviews", standing=Standing.MET, text="No review asks for changes.")
    who = ", ".join(code(each.person.login) for each in standing)
    return Condition(
        name="reviews",
        standing=Standing.PENDING,
        text=f"{who} asked for changes.",
        reason=Reason.REVIEWS_MISSING,
        evidence=tuple(Evidence(text="the review", url=each.url) for each in standing),
        who=f"{who} can review again, or a maintainer can dismiss the review.",
    )


def _refuse_rejection(facts: GateFacts, word: Approval) -> Refused | None:
    person = facts.person(word.person.id)
    if person is None or person.permission is None:
        problem = f" ({escape(person.problem)})" if person is not None and person.problem else ""
        text = f"GitHub could not say what you may do here{problem}. Write the command again in a while."
        return Refused(reason=Reason.COULD_NOT_VERIFY, text=text)
    approver = facts.approvals is not None and is_approver(facts.approvals, person)
    if approver or person.permission.covers(Permission.WRITE):
        return None
    text = "It can be rejected by whoever may approve it, and by anyone with the role `write` or more."
    return Refused(reason=Reason.NOT_AN_APPROVER, text=text)


def _someone(approvals: ApprovalsConfig) -> str:
    others = "" if approvals.self else " who did not ask for it and"
    joined = " who" if approvals.self else ""
    return f"{render_approvers(approvals)}{others}{joined} wrote no part of it"
