"""What a gate never does, whatever the facts: held against a count that shares nothing with the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as some

from bot.config.policy import ApprovalsConfig, ApproversConfig
from bot.decisions.model import Outcome, Standing
from bot.gates.fact_model import Author, Person, Spoken, Trace
from bot.gates.ledger import Void, Word
from bot.gates.model import How
from bot.gates.rules import decide_gate, state_after, voided
from bot.github.models import Actor, Permission
from tests.support.gate_facts import HEAD, NOW, OPENED, OTHER, TREE, approval, change, facts

if TYPE_CHECKING:
    from bot.gates.fact_model import GateFacts

pytestmark = pytest.mark.no_cover

PEOPLE = tuple(Actor(id=number, login=f"person-{number}") for number in range(1, 6))
MAY_WRITE = {Permission.WRITE, Permission.MAINTAIN, Permission.ADMIN}
UNKNOWN = Author(name="?…@corp.example", url="https://x/1")


def mostly(usual: object, *others: object) -> some.SearchStrategy[Any]:
    """The usual value nine times of ten, so that much is right at once."""
    return some.integers(0, 9).flatmap(
        lambda dice: some.sampled_from(others) if dice == 9 else some.just(usual)
    )


def usually() -> some.SearchStrategy[bool]:
    """Yes, nine times of ten."""
    return some.integers(0, 9).map(lambda dice: dice != 9)


@some.composite
def words(draw: some.DrawFn, number: int) -> Spoken:
    made = approval(draw(some.sampled_from(PEOPLE)), minute=draw(some.integers(0, 50)))
    word = replace(
        made,
        id=f"word-{number}",
        word=draw(mostly(Word.APPROVE, Word.APPROVE, Word.REJECT)),
        how=draw(some.sampled_from([How.COMMENT, How.BUTTON])),
        gate_id=draw(mostly("gate-1", "gate-0")),
        head_sha=draw(mostly(HEAD, OTHER)),
        tree=draw(mostly(TREE, "8" * 40, "")),
        base_ref=draw(mostly("main", "next")),
        authors_digest=draw(mostly("authors", "others")),
        plan_digest=draw(mostly("", "a" * 64)),
        expires_at=draw(mostly(NOW + timedelta(hours=1), NOW)),
        void_reason=draw(mostly("", *Void)),
    )
    return Spoken(word=word, trace=draw(mostly(Trace.STANDS, *Trace)))


@some.composite
def gates(draw: some.DrawFn) -> GateFacts:
    policy = ApprovalsConfig(
        count=draw(some.integers(1, 2)),
        approvers=ApproversConfig(users=draw(mostly((), ("person-1", "person-2")))),
        self=draw(some.booleans()),
    )
    authors = tuple(
        Author(name=one.login, id=draw(some.sampled_from([one.id, None])), login=one.login)
        for one in draw(some.lists(some.sampled_from(PEOPLE), max_size=2, unique=True))
    ) + (UNKNOWN,) * draw(mostly(0, 1))
    now = replace(
        change(),
        is_open=draw(usually()),
        head_sha=draw(mostly(HEAD, OTHER)),
        authors=authors,
        is_complete=draw(usually()),
    )
    spoken = tuple(draw(words(number)) for number in range(draw(some.integers(0, 6))))
    return replace(
        facts(*spoken, approvals=policy),
        requester=draw(some.sampled_from(PEOPLE)),
        change=now,
        is_configured=draw(usually()),
        problem=draw(mostly("", "502")),
        at=draw(mostly(NOW, OPENED + timedelta(hours=24))),
        people=tuple(
            Person(id=one.id, login=one.login, permission=draw(mostly(Permission.WRITE, *Permission, None)))
            for one in PEOPLE
        ),
    )


def _is_own(given_facts: GateFacts, who: Actor) -> bool:
    approvals, now = given_facts.approvals, given_facts.change
    assert approvals is not None
    assert now is not None
    wrote = any(one.id == who.id or one.login == who.login for one in now.authors)
    return wrote or (given_facts.requester.id == who.id and not approvals.self)


def approvers(given_facts: GateFacts) -> set[int]:
    """Everyone with at least one word that could count, by the plainest reading of the rules."""
    approvals = given_facts.approvals
    assert approvals is not None
    roles = {one.id: one.permission for one in given_facts.people}
    found = set()
    for spoken in given_facts.words:
        word, role = spoken.word, roles[spoken.word.person.id]
        is_named = word.person.login in approvals.approvers.users
        may = role is not None and role is not Permission.NONE
        may = may and (is_named or (not approvals.approvers.users and role in MAY_WRITE))
        is_bound = (
            (word.head_sha == HEAD or word.tree == TREE)
            and word.base_ref == "main"
            and word.authors_digest == "authors"
            and not word.plan_digest
        )
        is_standing = (
            word.word is Word.APPROVE
            and not word.void_reason
            and spoken.trace is Trace.STANDS
            and given_facts.at < word.expires_at
        )
        if may and is_bound and is_standing and not _is_own(given_facts, word.person):
            found.add(word.person.id)
    return found


@settings(max_examples=400, deadline=None)
@given(gates())
def test_nothing_goes_ahead_that_enough_others_did_not_approve(given_facts: GateFacts) -> None:
    decision = decide_gate(given_facts)
    approvals, now = given_facts.approvals, given_facts.change
    assert approvals is not None
    assert now is not None
    if decision.outcome is not Outcome.PROCEED:
        assert decision.reason
        assert decision.text
        return
    assert len(approvers(given_facts)) >= approvals.count + sum(not one.is_known for one in now.authors)
    assert not given_facts.problem
    assert (now.is_open, now.head_sha, now.is_complete, given_facts.is_configured) == (True, HEAD, True, True)
    assert given_facts.at < OPENED + timedelta(hours=24)
    rejected = (one.word for one in given_facts.words if one.word.word is Word.REJECT)
    assert not any(word.gate_id == "gate-1" for word in rejected)


def has_enough(given_facts: GateFacts) -> bool:
    """Whether the count of approvals is reached."""
    found = [each for each in decide_gate(given_facts).conditions if each.name == "approvals"]
    return any(each.standing is Standing.MET for each in found)


def test_the_facts_are_of_every_kind() -> None:
    """Facts of which nothing ever went ahead would prove nothing."""
    quick = settings(phases=(Phase.generate,), max_examples=2000)
    find(
        gates(),
        lambda made: decide_gate(made).outcome is Outcome.PROCEED and len(made.words) > 1,
        settings=quick,
    )
    find(gates(), lambda made: bool(voided(made)) and has_enough(made), settings=quick)


@settings(max_examples=200, deadline=None)
@given(gates())
def test_what_becomes_void_stays_void(given_facts: GateFacts) -> None:
    """Once its voids are written down, nothing more becomes void, and the decision is the same."""
    gone = dict(voided(given_facts))
    after = replace(
        given_facts,
        words=tuple(
            replace(one, word=replace(one.word, void_reason=gone.get(one.word.id, one.word.void_reason)))
            for one in given_facts.words
        ),
    )
    assert voided(after) == ()
    assert has_enough(after) or not has_enough(given_facts)
    assert not (state_after(decide_gate(given_facts)).is_over and not state_after(decide_gate(after)).is_over)
