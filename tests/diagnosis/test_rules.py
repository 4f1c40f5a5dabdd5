from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.diagnosis.model import Cause, Evidence, Occurrence, Verdict, VerdictFacts
from bot.diagnosis.parsing import Finding, Rank
from bot.diagnosis.rules import MOST, decide_verdict, rank_findings
from tests.support.diagnosis import FAILURE, NOON

ON_BASE = Occurrence(
    label="main since abc1234",
    url="https://x.example/base",
    author="hubot",
    branch="main",
    at=NOON - timedelta(days=1),
)


def seen(number: int, author: str, *, branch: str = "", days: float = 1) -> Occurrence:
    return Occurrence(
        label=f"#{number}",
        url=f"https://x.example/{number}",
        author=author,
        branch=branch or f"branch-{number}",
        at=NOON - timedelta(days=days),
    )


OTHERS = (seen(1, "ann"), seen(2, "bob"), seen(3, "ann"))


def decide(**changes: Any) -> Evidence:
    facts = VerdictFacts(failure=FAILURE, author="mona", branch="sails", now=NOON, ran_on_base=True)
    return decide_verdict(replace(facts, **changes))


def failing(cause: Cause) -> dict[str, Any]:
    return {"failure": replace(FAILURE, cause=cause)}


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, Verdict.NEW),
        ({"failure": None}, Verdict.UNKNOWN),
        ({"problem": "the pytest parser failed: KeyError"}, Verdict.UNKNOWN),
        ({"problem": "the log is gone", "passes_at_sha": ("https://x.example/1",)}, Verdict.UNKNOWN),
        ({"problem": "a parser failed", **failing(Cause.INFRASTRUCTURE)}, Verdict.UNKNOWN),
        (failing(Cause.CANCELLED), Verdict.UNKNOWN),
        (failing(Cause.INFRASTRUCTURE), Verdict.INFRASTRUCTURE),
        ({"base_failures": (ON_BASE,), **failing(Cause.INFRASTRUCTURE)}, Verdict.INFRASTRUCTURE),
        ({"ran_on_base": False}, Verdict.UNKNOWN),
        ({"base_failures": (ON_BASE,)}, Verdict.BROKEN_BASE),
        ({"base_failures": (ON_BASE,), "others": OTHERS}, Verdict.BROKEN_BASE),
        ({"passes_at_sha": ("https://x.example/1",)}, Verdict.FLAKY_PROVEN),
        ({"passes_at_sha": ("https://x.example/1",), "base_failures": (ON_BASE,)}, Verdict.FLAKY_PROVEN),
        ({"others": OTHERS}, Verdict.FLAKY_LIKELY),
        ({"others": OTHERS, "ran_on_base": False}, Verdict.FLAKY_LIKELY),
        ({"tests_ran": 74, "tests_usual": 100}, Verdict.INCOMPLETE),
        ({"tests_ran": 75, "tests_usual": 100}, Verdict.NEW),
        ({"tests_ran": 5, "tests_usual": None}, Verdict.NEW),
        ({"tests_ran": None, "tests_usual": 100}, Verdict.NEW),
        ({"tests_ran": 0, "tests_usual": 100, **failing(Cause.COMPILE)}, Verdict.NEW),
        ({"tests_ran": 0, "tests_usual": 100, **failing(Cause.UNKNOWN)}, Verdict.INCOMPLETE),
    ],
)
def test_a_verdict_needs_its_evidence(facts: dict[str, Any], verdict: Verdict) -> None:
    assert decide(**facts).verdict is verdict


@pytest.mark.parametrize(
    "others",
    [
        OTHERS[:2],
        (seen(1, "ann"), seen(2, "ann"), seen(3, "ann")),
        (seen(1, "mona"), seen(2, "mona"), seen(3, "mona")),
        (*OTHERS[:2], seen(3, "ann", branch="sails")),
        (*OTHERS[:2], seen(3, "ann", days=8)),
        (*OTHERS[:2], seen(3, "ann", days=-1)),
    ],
    ids=["too few", "one other author", "the author", "the same branch", "too long ago", "in the future"],
)
def test_no_evidence_no_flaky(others: tuple[Occurrence, ...]) -> None:
    """A false "flaky" is the worst error."""
    assert decide(others=others).verdict is Verdict.NEW


def test_the_evidence_is_linked() -> None:
    flaky = decide(others=(*OTHERS, OTHERS[0]))
    broken = decide(base_failures=(ON_BASE,), others=OTHERS)

    assert flaky.links == ("https://x.example/1", "https://x.example/2", "https://x.example/3")
    assert flaky.reason == "4 times in 7 days on other branches, by 2 other authors"
    assert broken.links == ("https://x.example/base",)
    assert broken.reason == "the base fails the same way"
    assert broken.also_on == ("main since abc1234", "#1", "#2", "#3")


def test_a_missing_diagnosis_says_why() -> None:
    assert decide(problem="the log is gone").reason == "the log is gone"
    assert decide(failure=None).reason == "the log tells no failure"
    assert decide(tests_ran=3, tests_usual=90).reason == "only 3 of the usual 90 tests ran"


def found(
    message: str, *places: int, rank: Rank = Rank.ROOT, cause: Cause = Cause.TEST
) -> tuple[str, Finding]:
    return "tool", Finding(cause=cause, message=message, places=places, rank=rank)


def ranked(*findings: tuple[str, Finding]) -> list[str]:
    return [finding.message for _, finding in rank_findings(findings)]


def test_the_root_comes_before_its_consequence() -> None:
    linker = found("linker", 1, rank=Rank.CONSEQUENCE, cause=Cause.COMPILE)

    assert ranked(linker, found("compiler", 9, cause=Cause.COMPILE)) == ["compiler", "linker"]


def test_a_guess_beside_knowledge_is_dropped() -> None:
    guess, likely = found("guess", 1, rank=Rank.GUESS), found("likely", 2, rank=Rank.LIKELY)

    assert ranked(guess, likely, found("root", 9)) == ["root"]
    assert ranked(guess, likely) == ["likely"]
    assert ranked(guess) == ["guess"]


def test_what_stops_everything_comes_first() -> None:
    findings = [found(cause.value, 10 - index, cause=cause) for index, cause in enumerate(Cause)]

    assert ranked(*findings)[:3] == ["configuration", "dependency", "compile"]


def test_of_two_readings_of_the_same_lines_one_stays() -> None:
    assert ranked(found("first", 3, 4, 5), found("second", 3), found("third", 6)) == ["first", "third"]
    assert ranked(found("no place"), found("neither")) == ["no place", "neither"]


def test_failures_are_told_up_to_a_limit() -> None:
    assert len(ranked(*(found(str(number), number) for number in range(MOST + 5)))) == MOST
    assert ranked() == []
