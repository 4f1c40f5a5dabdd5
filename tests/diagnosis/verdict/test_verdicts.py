"""A false "flaky" is the worst error, false blame is worse than silence: each verdict, and none without evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.model import Cause, Judgement
from bot.diagnosis.verdict.facts import branch_name
from bot.diagnosis.verdict.verdicts import decide_verdict
from tests.support.diagnosis import NOON
from tests.support.evidence import PAGE, job_facts, occurrence, on_base, result, said, seen
from tests.support.verdict_cases import (
    AGAIN,
    CASES,
    HERE,
    INCOMPLETE,
    LIKELY,
    MACHINE,
    NEW,
    OTHERS,
    OUT,
    PASSED,
    TEST,
    TYPES,
    UNKNOWN,
    VAGUE,
)

if TYPE_CHECKING:
    from bot.diagnosis.verdict.facts import VerdictFacts


@pytest.mark.parametrize("name", CASES)
def test_a_verdict_needs_its_evidence(name: str) -> None:
    facts, verdict = CASES[name]
    assert decide_verdict(facts).verdict is verdict


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[1] is not UNKNOWN])
def test_every_verdict_says_why_and_links_what_it_rests_on(name: str) -> None:
    facts, _ = CASES[name]
    found = decide_verdict(facts)
    assert found.reason
    known_by_the_log = found.verdict is MACHINE or (found.verdict is INCOMPLETE and not facts.usual_url)
    assert found.links or known_by_the_log


WEAK = {
    "too few": OTHERS[:2],
    "one other author": tuple(replace(one, author="ann") for one in OTHERS),
    "the author": tuple(replace(one, author="Mona") for one in OTHERS),
    "bots, who are one author": tuple(
        replace(one, author=f"{name}[bot]") for one, name in zip(OTHERS, "abc", strict=True)
    ),
    "nobody": tuple(replace(one, author="") for one in OTHERS),
    "the same branch": (*OTHERS[:2], replace(OTHERS[2], branch="sails")),
    "one branch": tuple(replace(one, branch="mast") for one in OTHERS),
    "the base itself": (*OTHERS[:2], replace(OTHERS[2], branch="main")),
    "the merge queue": (*OTHERS[:2], replace(OTHERS[2], branch="gh-readonly-queue/main/pr-12-abc")),
    "this very commit": (*OTHERS[:2], replace(OTHERS[2], head_sha=job_facts().head_sha)),
    "too long ago": (*OTHERS[:2], replace(OTHERS[2], at=NOON.replace(day=1, month=2))),
    "in the future": (*OTHERS[:2], replace(OTHERS[2], at=NOON.replace(day=2))),
}


@pytest.mark.parametrize("name", WEAK)
def test_no_evidence_no_flaky(name: str) -> None:
    assert decide_verdict(job_facts(seen(elsewhere=WEAK[name]), base=(PASSED,))).verdict is NEW


def test_a_bot_and_a_person_are_two_authors() -> None:
    others = (replace(OTHERS[0], author="renovate[bot]"), *OTHERS[1:])
    assert decide_verdict(job_facts(seen(elsewhere=others))).verdict is LIKELY


def test_the_evidence_is_linked_and_the_places_are_named() -> None:
    flaky = decide_verdict(job_facts(seen(elsewhere=(*OTHERS, OTHERS[0]))))
    broken = decide_verdict(job_facts(seen(on_base=(on_base(90), on_base(80)), elsewhere=OTHERS)))
    mended = decide_verdict(job_facts(seen(on_base=(on_base(80),)), base=(PASSED,)))

    assert flaky.links == (f"{PAGE}/95", f"{PAGE}/94", f"{PAGE}/93")
    assert flaky.reason == "seen on 3 other branches in 7 days, by 2 other authors"
    assert broken.links == (f"{PAGE}/80", f"{PAGE}/90")
    assert broken.reason == "main fails the same way since 0000000 and has not passed since"
    assert broken.also_on == ("main since 0000000", "#95", "#94", "#93")
    assert mended.also_on == ("main at 0000000",)
    assert decide_verdict(job_facts(seen(VAGUE, elsewhere=OTHERS))).also_on == ()


def test_it_is_told_what_stands_in_the_way_of_a_verdict() -> None:
    differently = seen(differently=(on_base(85, head_sha="abcdef0123"),))

    assert decide_verdict(job_facts(problem="the log is gone")).reason == "the log is gone"
    assert decide_verdict(replace(job_facts(), failures=())).reason == "the log tells no failure"
    assert decide_verdict(job_facts(tests_ran=3, tests_usual=90)).reason == "only 3 of the usual 90 tests ran"
    new = decide_verdict(job_facts(differently, base=(PASSED,)))
    assert new.reason == ("the job passes on main; the same test failed in another way at abcdef0 of main")
    assert new.links == (PASSED.url, f"{PAGE}/85")


def test_what_failed_before_at_this_commit_is_said() -> None:
    proofs = (occurrence(50, passed_again=AGAIN[0]),)
    flaky = decide_verdict(job_facts(seen(proofs=proofs, earlier=HERE)))
    assert flaky.reason.endswith("but it failed 2 times in a row at this commit")
    assert flaky.links == AGAIN
    machine = decide_verdict(job_facts(seen(OUT, earlier=HERE)))
    assert "2 times at this commit: the change may be why" in machine.reason


def test_a_base_that_the_author_broke_says_so() -> None:
    broken = decide_verdict(job_facts(seen(on_base=(on_base(90, author="mona"),))))
    assert "pushed by mona, this pull request's author" in broken.reason


def test_what_only_this_branch_has_seen_may_come_from_it() -> None:
    own = occurrence(50, branch="sails", passed_again=AGAIN[0])
    flaky = decide_verdict(job_facts(seen(proofs=(own,)), base=(PASSED,)))
    assert "this change may have brought it" in flaky.reason
    other = decide_verdict(job_facts(seen(proofs=(own,), elsewhere=(occurrence(40),)), base=(PASSED,)))
    assert "brought" not in other.reason


def test_a_new_failure_beside_an_old_one_is_named() -> None:
    long = replace(TYPES, message="no field `mast` on type `Boat` " * 5)
    base = (result(90, TEST, Cause.COMPILE),)
    found = decide_verdict(job_facts(seen(on_base=(on_base(90),)), seen(long), base=base))
    assert found.fingerprint == "f2"
    assert found.reason.startswith("not all of it is broken base: no field `mast` on type")
    assert "…" in found.reason
    named = replace(TYPES, tests=("hull::floats",))
    found = decide_verdict(job_facts(seen(on_base=(on_base(90),)), seen(named), base=base))
    assert "hull::floats (" in found.reason


@pytest.mark.parametrize(
    ("facts", "is_chance"),
    [
        (job_facts(passes=AGAIN), True),
        (job_facts(seen(OUT)), True),
        (job_facts(seen(OUT), timed_out=True), False),
        (job_facts(seen(proofs=(occurrence(50, passed_again=PAGE),))), True),
        (job_facts(seen(elsewhere=OTHERS)), False),
        (job_facts(seen(said=said(Judgement.FLAKY))), False),
        (job_facts(seen(said=said(Judgement.INFRA))), False),
        (job_facts(seen(OUT, said=said(Judgement.REAL))), False),
        (job_facts(base=(PASSED,)), False),
        (job_facts(seen(proofs=(occurrence(50, passed_again=PAGE),)), seen(TYPES, elsewhere=OTHERS)), False),
    ],
)
def test_only_the_machine_and_proven_chance_are_worth_another_try(
    facts: VerdictFacts, *, is_chance: bool
) -> None:
    assert decide_verdict(facts).is_chance is is_chance


def test_a_persons_word_is_attributed_and_linked() -> None:
    for judgement in Judgement:
        found = decide_verdict(job_facts(seen(said=said(judgement)), base=(PASSED,)))
        assert found.said == said(judgement)
        assert found.links[0] == f"{PAGE}/comment"
        assert f"{'infrastructure' if judgement is Judgement.INFRA else judgement}, says eve" in found.reason
    assert decide_verdict(job_facts()).said is None


@pytest.mark.parametrize(
    ("head_repository", "name"),
    [("octo/boat", "main"), ("mona/boat", "mona:main"), (None, "unknown:main")],
)
def test_a_forks_main_is_not_the_repositorys_main(head_repository: str | None, name: str) -> None:
    assert branch_name("main", head_repository=head_repository, repository="octo/boat") == name


def test_a_run_without_a_branch_has_none() -> None:
    assert branch_name(None, head_repository="octo/boat", repository="octo/boat") == ""
