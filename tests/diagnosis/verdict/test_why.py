from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.diagnosis.model import Judgement
from bot.diagnosis.verdict.trends import Sight, TestRate, Trend
from bot.diagnosis.verdict.why import Question, render_why
from tests.support.diagnosis import HEAD, NOON
from tests.support.evidence import PAGE, job_facts, occurrence, on_base, result, said, seen
from tests.support.verdict_cases import AGAIN, CASES, OTHERS, PASSED, TEST, VAGUE

if TYPE_CHECKING:
    from bot.diagnosis.verdict.facts import FailureFacts, VerdictFacts

SIGHT = Sight(url=f"{PAGE}/first", at=NOON, branch="main", head_sha=HEAD)


def why(facts: VerdictFacts, failure: FailureFacts | None = None, **changes: Any) -> str:
    question = Question(
        facts=facts,
        seen=failure or facts.failures[0],
        job_url=f"{PAGE}/job",
        head_sha=HEAD,
        trend=None,
    )
    return render_why(replace(question, **changes))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[0].failures])
def test_every_verdict_is_explained_with_what_would_change_it(name: str) -> None:
    facts, verdict = CASES[name]
    text = why(facts)
    assert f"**{verdict}**" in text
    assert "What would change it: " in text
    assert "| its ID stands for | tool " in text


def test_the_base_is_told_with_its_evidence() -> None:
    broken = why(job_facts(seen(on_base=(on_base(90),)), base=(result(90, TEST),)))
    mended = why(job_facts(seen(on_base=(on_base(80),)), base=(PASSED, result(80, TEST))))
    gone = why(job_facts(seen(on_base=(on_base(80, job="old"),))))

    assert f"fails the same way, not passed since: [`#90`]({PAGE}/90) by hubot" in broken
    assert f"0 of 1 passed, [the newest failed]({PAGE}/main/90)" in broken
    assert f"failed the same way before, and the job passes since [`0000000`]({PAGE}/main/90)" in mended
    assert "failed the same way before: " in gone
    assert "| this job there | no result is known |" in gone
    left = replace(job_facts().base, merge_base=HEAD)
    assert f"| the branch left it at | `{HEAD[:7]}` |" in why(replace(job_facts(), base=left))


def test_others_are_told_with_how_many_count() -> None:
    fine = why(job_facts(seen(elsewhere=OTHERS)))
    doubtful = why(job_facts(seen(elsewhere=OTHERS, on_base=(on_base(92),)), base=(result(96),)))

    assert "3 count as witnesses" in fine
    assert "the others may have it" not in fine
    assert "0 count as witnesses" in doubtful
    assert "the others may have it from the base or from this branch" in doubtful
    many = tuple(occurrence(number) for number in range(10))
    assert " and 2 more" in why(job_facts(seen(elsewhere=many)))


def test_what_is_known_is_told_and_what_is_not_is_left_out() -> None:
    text = why(
        job_facts(
            seen(
                said=said(Judgement.REAL),
                proofs=(occurrence(50, author="", passed_again=PAGE),),
                differently=(on_base(85),),
            ),
            passes=AGAIN,
            problem="the log is cut off",
            tests_ran=3,
            tests_usual=9,
        )
    )
    for part in (
        "| diagnosis | the log is cut off |",
        f"passed in another attempt: [1]({AGAIN[0]})",
        f"real, [says eve]({PAGE}/comment), 2026-03-01 12:00 UTC",
        f"| failed and passed at one commit | [`#50`]({PAGE}/50) |",
        "| the same test there, otherwise |",
        "| tests ran | 3, of the usual 9 |",
    ):
        assert part in text
    bare = why(job_facts(tests_ran=3))
    assert "3, how many are usual is not known" in bare
    assert "a person's word" not in bare
    assert "with nothing: its message may stand for any failure" in why(job_facts(seen(VAGUE)))


def test_history_is_counted() -> None:
    trend = Trend(
        times=3, first=SIGHT, last=SIGHT, pulls=(7, 12), authors=("ann", "@bob"), branches=("a", "b")
    )
    text = why(job_facts(), trend=trend, rates=(TestRate(test="hull::floats", failed=2, ran=50),))

    assert "| seen | 3 times on 2 branches, #7, #12, by ann, " in text
    assert "@bob" not in text
    assert "| `hull::floats` in this job | passed 48 of 50 times |" in text
    once = why(job_facts(), trend=Trend(times=1, first=SIGHT, last=SIGHT, branches=("main",)))
    assert "| seen | once on 1 branch |" in once


def test_a_failure_that_is_not_the_jobs_verdict_says_both() -> None:
    old = seen(on_base=(on_base(90),))
    other = replace(CASES["vague words and a new failure"][0].failures[1])
    facts = job_facts(
        old, replace(other, failure=replace(other.failure, fingerprint="f9")), base=(result(90, TEST),)
    )
    text = why(facts)
    assert "is **broken base**" in text
    assert "The whole job counts as **new**" in text


def test_long_and_hostile_words_stay_short_and_plain() -> None:
    failure = replace(job_facts().failures[0].failure, message="| @all <b> " * 60, tests=tuple("abcdefghij"))
    text = why(job_facts(seen(failure)))
    assert "and 2 more" in text
    assert max(len(line) for line in text.splitlines()) < 900
