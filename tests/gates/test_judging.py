"""One person's word, judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.config.policy import ApprovalsConfig, ApproversConfig
from bot.decisions.model import Standing
from bot.gates.fact_model import Author, Trace
from bot.gates.judging import (
    distinct_teams,
    is_approver,
    judge,
    judge_words,
    render_approvers,
    self_reason,
)
from bot.gates.ledger import Void
from bot.gates.model import How
from bot.github.models import Actor, Permission
from tests.support.gate_facts import (
    AUTHORS,
    BOB,
    EVE,
    NOW,
    OTHER,
    approval,
    change,
    facts,
    person,
    policy,
    spoken,
    voided,
)

if TYPE_CHECKING:
    from bot.gates.fact_model import Change, Spoken
    from bot.gates.ledger import Approval

PLANNED = replace(approval(), plan_digest="a" * 64)
ELSEWHERE = replace(approval(), gate_id="gate-0")


@pytest.mark.parametrize(
    ("given", "now", "void"),
    [
        (spoken(), change(), None),
        (spoken(trace=Trace.EDITED), change(), Void.EDITED),
        (spoken(trace=Trace.DELETED), change(), Void.DELETED),
        (spoken(trace=Trace.DISMISSED), change(), Void.DISMISSED),
        (spoken(), replace(change(), head_sha=OTHER, tree="8" * 40), Void.HEAD_MOVED),
        (spoken(replace(approval(), tree="")), replace(change(), head_sha=OTHER, tree=""), Void.HEAD_MOVED),
        (spoken(), replace(change(), head_sha=OTHER), None),
        (spoken(), replace(change(), authors_digest="others"), Void.AUTHORS_CHANGED),
        # GitHub's list of commits lags behind: what it does not show yet makes nothing void.
        (spoken(), replace(change(), authors_digest="others", is_complete=False), None),
        (spoken(), replace(change(), base_ref="next"), Void.BASE_CHANGED),
        (spoken(replace(approval(), parameters_digest="")), change(), Void.PARAMETERS_CHANGED),
        (spoken(PLANNED), change(), Void.PLAN_CHANGED),
        (spoken(replace(approval(), expires_at=NOW)), change(), Void.EXPIRED),
        (spoken(replace(approval(), expires_at=NOW + timedelta(seconds=1))), change(), None),
    ],
)
def test_what_makes_a_word_void(given: Spoken, now: Change, void: Void | None) -> None:
    judged = judge(replace(facts(given), change=now), given)
    assert judged.void == void
    assert judged.counts is (void is None)


@pytest.mark.parametrize(
    ("word", "standing", "said"),
    [
        (voided(approval(), Void.SPENT), Standing.UNMET, "what it allowed has happened"),
        (spoken(replace(approval(), void_reason="of-old")), Standing.UNMET, "not known any more"),
        (spoken(trace=Trace.UNREADABLE), Standing.UNKNOWN, "could not say whether the word"),
        (spoken(replace(PLANNED, gate_id="gate-0")), Standing.WAIVED, "another deployment"),
        (spoken(ELSEWHERE), Standing.MET, "approved by comment"),
        (spoken(replace(approval(), how=How.REVIEW, body_digest="")), Standing.WAIVED, "do not count here"),
        (spoken(replace(approval(), how=How.REVIEW)), Standing.MET, "approved by review"),
    ],
)
def test_how_a_word_stands(word: Spoken, standing: Standing, said: str) -> None:
    judged = judge(facts(word), word)
    assert judged.condition.standing is standing
    assert said in judged.condition.text
    assert judged.void is None


def test_without_facts_about_the_change_only_the_subject_is_compared() -> None:
    assert judge(replace(facts(), change=None), spoken()).counts
    assert judge(replace(facts(), change=None), spoken(PLANNED)).void is Void.PLAN_CHANGED


def test_a_problem_with_a_person_is_told() -> None:
    silent = replace(person(BOB, None), problem="502 <script>")
    judged = judge(replace(facts(), people=(silent,)), spoken())
    assert "(502 &lt;script&gt;)" in judged.condition.text


def test_a_word_without_a_place_has_no_evidence() -> None:
    assert judge(facts(), spoken(replace(approval(), url=""))).condition.evidence == ()


@pytest.mark.parametrize(
    ("older", "newer", "counting"),
    [
        (approval(minute=10), approval(minute=20), ["bob-20"]),
        (approval(BOB), approval(EVE), ["bob-30", "eve-30"]),
        (approval(minute=10), replace(approval(minute=20), void_reason="edited"), ["bob-10"]),
        # About another plan: another matter.
        (approval(minute=10), replace(PLANNED, id="bob-20", gate_id="gate-0"), ["bob-10"]),
    ],
)
def test_of_one_person_the_newest_word_counts(older: Approval, newer: Approval, counting: list[str]) -> None:
    judged = judge_words(facts(spoken(older), spoken(newer)))
    assert [each.word.id for each in judged if each.counts] == counting


@pytest.mark.parametrize(
    ("authors", "reason"),
    [
        ((), ""),
        (AUTHORS, ""),
        ((Author(name="bob", id=BOB.id, login="bob"),), "opened the pull request"),
        ((Author(name="robert", id=BOB.id, login="robert"),), "opened the pull request"),
        ((Author(name="Bob", login="BOB", url="https://x/1"),), "wrote [a part of it](https://x/1)"),
        ((Author(name="other", id=99, login="bob", url="https://x/1"),), ""),
        ((Author(name="?…@x", url="https://x/1"),), ""),
    ],
)
def test_whose_own_it_is(authors: tuple[Author, ...], reason: str) -> None:
    given = replace(facts(), change=replace(change(), authors=authors))
    assert self_reason(given, BOB.id, BOB.login) == reason


def test_nobody_without_access_approves() -> None:
    """Not even who is named, or in a team that is named."""
    named = policy(users=("bob",), teams=("octo/a",))
    assert not is_approver(named, person(BOB, Permission.NONE, "octo/a"))
    assert not is_approver(named, person(BOB, None, "octo/a"))
    assert is_approver(named, person(BOB, Permission.READ))
    assert is_approver(named, person(EVE, Permission.READ, "octo/a"))
    assert not is_approver(named, person(EVE, Permission.ADMIN))
    assert not is_approver(named, person(EVE, Permission.READ, "octo/of-another-policy"))


@pytest.mark.parametrize(
    ("approvers", "words", "role_needed"),
    [
        (ApproversConfig(), "someone with the role `write` or more", Permission.WRITE),
        (
            ApproversConfig(permission=Permission.ADMIN),
            "someone with the role `admin` or more",
            Permission.ADMIN,
        ),
        (
            ApproversConfig(users=("bob",), teams=("octo/a",), permission=Permission.MAINTAIN),
            "`bob` or a member of `octo/a` or someone with the role `maintain` or more",
            Permission.MAINTAIN,
        ),
    ],
)
def test_who_may_approve_is_said(approvers: ApproversConfig, words: str, role_needed: Permission) -> None:
    approvals = ApprovalsConfig(approvers=approvers)
    assert render_approvers(approvals) == words
    assert is_approver(approvals, person(EVE, role_needed))
    weaker = list(Permission)[list(Permission).index(role_needed) - 1]
    assert not is_approver(approvals, person(EVE, weaker))


@pytest.mark.parametrize(
    ("memberships", "count"),
    [
        ([], 0),
        ([("a",), ("a",)], 1),
        ([("a", "b"), ("a",)], 2),
        ([("a", "b"), ("a", "c"), ("a",)], 3),
        ([("a", "b"), ("a", "b"), ("a", "b")], 2),
    ],
)
def test_from_how_many_teams_people_come(memberships: list[tuple[str, ...]], count: int) -> None:
    """Each person speaks for one team, and they are taken so that most teams speak."""
    people = [
        person(Actor(id=number, login=f"p{number}"), Permission.READ, *teams)
        for number, teams in enumerate(memberships)
    ]
    assert distinct_teams(policy(teams=("a", "b", "c")), people) == count
