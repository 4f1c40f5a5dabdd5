"""One failure is told with whose word its verdict is, and a link to where its step's log says it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.diagnosis.model import Evidence, Judgement, Said, Verdict
from bot.diagnosis.reporting.render import render_summary
from tests.support.diagnosis import FAILURE, NOON, PAGE, facts, report

WORD = Said(fingerprint="f1", judgement=Judgement.FLAKY, login="ada", url="https://x.example/c", at=NOON)


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        (Verdict.FLAKY_LIKELY, "#### Flaky, says ada · "),
        (Verdict.INFRASTRUCTURE, "#### Infrastructure, says ada · "),
        (Verdict.NEW, "#### New · "),
        (Verdict.FLAKY_PROVEN, "#### Flaky, proven · "),
    ],
)
def test_a_verdict_that_is_a_persons_word_says_whose(verdict: Verdict, title: str) -> None:
    evidence = Evidence(verdict=verdict, reason="", said=WORD)

    assert title in render_summary(facts(report(evidence=evidence)))


def test_the_link_leads_to_the_step_of_the_failure_not_to_the_first_red_one() -> None:
    later = replace(FAILURE, step_number=7, step_line=12)

    assert f"{PAGE}/actions/runs/100/job/1001#step:7:12" in render_summary(facts(report(failures=(later,))))
