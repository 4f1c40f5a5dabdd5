"""Whatever is known, no verdict goes beyond it: facts are made up at random."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.model import Cause, Evidence, Judgement, Verdict
from bot.diagnosis.verdict.facts import BaseFacts, FailureFacts, JobResult, Occurrence, VerdictFacts
from bot.diagnosis.verdict.sameness import is_specific
from bot.diagnosis.verdict.verdicts import decide_verdict
from tests.support.diagnosis import HEAD
from tests.support.evidence import PAGE, job_facts, occurrence, on_base, result, said, seen
from tests.support.verdict_cases import OUT, TYPES, VAGUE

NAMED = job_facts().failures[0].failure
CANCELLED = replace(NAMED, cause=Cause.CANCELLED)
FAILURES = tuple(
    replace(one, fingerprint=f"f{number}") for number, one in enumerate((NAMED, VAGUE, OUT, TYPES, CANCELLED))
)
numbers = st.integers(min_value=80, max_value=110)
jobs = st.sampled_from(["test", "test (old)"])
again = st.sampled_from(["", f"{PAGE}/again"])


@st.composite
def others(draw: st.DrawFn) -> Occurrence:
    """Somebody's branch that saw it."""
    author = draw(st.sampled_from(["ann", "bob", "mona", "renovate[bot]", ""]))
    branch = draw(st.sampled_from(["one", "two", "three", "four", "gh-readonly-queue/main/pr-1"]))
    return occurrence(draw(numbers), author, branch=branch, passed_again=draw(again))


on_bases = st.builds(
    lambda number, job, passed: on_base(number, job=job, passed_again=passed), numbers, jobs, again
)
own = st.builds(
    lambda number, is_head: occurrence(number, branch="sails", **({"head_sha": HEAD} if is_head else {})),
    numbers,
    st.booleans(),
)
words = st.none() | st.sampled_from(tuple(Judgement)).map(said)


@st.composite
def failure_facts(draw: st.DrawFn) -> FailureFacts:
    failure = draw(st.sampled_from(FAILURES))
    elsewhere = tuple(draw(st.lists(others(), max_size=6)))
    return seen(
        failure,
        elsewhere=elsewhere,
        on_base=tuple(draw(st.lists(on_bases, max_size=3))),
        earlier=tuple(draw(st.lists(own, max_size=2))),
        proofs=tuple(one for one in elsewhere if one.passed_again),
        said=draw(words),
    )


results = st.builds(
    lambda number, job, causes: result(number, *causes, job=job),
    numbers,
    st.sampled_from(["test", "test (old)", ""]),
    st.lists(st.sampled_from([Cause.TEST, Cause.COMPILE]), max_size=2),
)


@st.composite
def facts(draw: st.DrawFn) -> VerdictFacts:
    ended: list[JobResult] = draw(st.lists(results, max_size=5))
    base = BaseFacts(
        branch="main",
        results=tuple(sorted(ended, key=lambda one: -one.run_id)),
        newest_runs=(("CI", draw(numbers)),),
        merge_base=draw(numbers.map(lambda number: f"{number:040x}") | st.just("")),
    )
    made = job_facts(
        *draw(st.lists(failure_facts(), min_size=1, max_size=3)),
        passes=draw(st.sampled_from([(), (f"{PAGE}/passed",)])),
        builds_merge=draw(st.booleans()),
        timed_out=draw(st.booleans()),
        tests_ran=draw(st.none() | st.integers(0, 10)),
        tests_usual=draw(st.none() | st.integers(0, 10)),
    )
    return replace(made, base=base)


def is_borne_out(known: VerdictFacts, found: Evidence) -> bool:
    """Whether the facts hold what the verdict rests on."""
    by_person = found.said is not None
    told = [one for one in known.failures if one.failure.fingerprint == found.fingerprint]
    telling = [one for one in told if is_specific(one.failure)]
    machine = any(one.failure.cause is Cause.INFRASTRUCTURE for one in told)
    grounds = {
        Verdict.FLAKY_PROVEN: bool(known.passes),
        Verdict.BROKEN_BASE: any(one.on_base for one in telling),
        Verdict.FLAKY_LIKELY: by_person or any(one.proofs or len(one.elsewhere) >= 3 for one in telling),
        Verdict.INFRASTRUCTURE: by_person or machine,
        Verdict.NEW: any(each.job == "test" for each in known.base.results),
        Verdict.INCOMPLETE: known.tests_ran is not None and bool(known.tests_usual),
        Verdict.UNKNOWN: True,
    }
    chance = bool(known.passes) or (not by_person and (machine or any(one.proofs for one in telling)))
    return grounds[found.verdict] and (chance or not found.is_chance)


@settings(max_examples=200, deadline=None)
@given(facts())
def test_no_verdict_goes_beyond_what_is_known(known: VerdictFacts) -> None:
    found = decide_verdict(known)
    assert found.reason
    assert is_borne_out(known, found), found


@settings(max_examples=60, deadline=None)
@given(facts())
def test_what_a_person_calls_real_is_never_excused_as_chance_or_machine(known: VerdictFacts) -> None:
    real = replace(known, failures=tuple(replace(one, said=said(Judgement.REAL)) for one in known.failures))
    assert decide_verdict(real).verdict in {
        Verdict.NEW,
        Verdict.BROKEN_BASE,
        Verdict.INCOMPLETE,
        Verdict.UNKNOWN,
    }


@settings(max_examples=60, deadline=None)
@given(facts(), st.text(min_size=1, max_size=20))
def test_without_a_diagnosis_nothing_is_known(known: VerdictFacts, problem: str) -> None:
    found = decide_verdict(replace(known, problem=problem))
    assert (found.verdict, found.reason, found.is_chance) == (Verdict.UNKNOWN, problem, False)
