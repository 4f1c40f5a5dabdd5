"""What is said in the check run of a proposed policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.mistakes import ConfigurationMistake
from bot.decisions.model import Outcome
from bot.github.models import Conclusion
from bot.proposals.model import Change, Flip, Impact, ProposeRequest
from bot.proposals.render import MOST_ANNOTATIONS, report_impact, report_mistakes
from tests.support.commands import HEAD, REPOSITORY
from tests.support.records import AT

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

REQUEST = ProposeRequest(repository=REPOSITORY, number=5, head_sha=HEAD, cause="opened")
WEAKER = Change(key="environments.production.approvals.count", now="2", proposed="1", is_weaker=True)
OTHER = Change(key="environments.production.workflow", now='"a.yml"', proposed='"`b`|.yml"', is_weaker=False)


def flip(number: int | None = 5, *, times: int = 1, untold: tuple[str, ...] = ()) -> Flip:
    """This function will make a decision that would flip."""
    return Flip(
        kind="deploy",
        environment="production",
        number=number,
        decided_at=AT,
        decision_id="0123456789ab",
        was=Outcome.REFUSE,
        would_be=Outcome.PROCEED,
        reason="branch_refused",
        text="The base is `main`.",
        untold=untold,
        times=times,
    )


def test_mistakes(snapshot: SnapshotAssertion) -> None:
    mistakes = [
        ConfigurationMistake(line=3, column=5, message="environments.staging.reviews: Expected `int`"),
        ConfigurationMistake(line=4, column=5, message="@grace <img src=x>: there is no such key"),
    ]
    report = report_mistakes(REQUEST, mistakes)
    assert report.summary == snapshot
    assert (report.title, report.conclusion) == ("2 mistakes", Conclusion.FAILURE)
    assert [each.start_line for each in report.annotations] == [3, 4]


def test_no_more_mistakes_than_one_request_takes() -> None:
    many = [ConfigurationMistake(line=line, column=1, message="wrong") for line in range(1, 60)]
    report = report_mistakes(REQUEST, many)
    assert len(report.annotations) == MOST_ANNOTATIONS
    assert "… and 9 more" in report.summary
    assert report_mistakes(REQUEST, many[:1]).title == "1 mistake"
    long = ConfigurationMistake(line=1, column=1, message="x" * 200_000)
    report = report_mistakes(REQUEST, [long] * 60)
    assert len(report.summary.encode()) <= 60_000
    assert len(report.annotations[0].message) <= 1000


def test_what_would_change(snapshot: SnapshotAssertion) -> None:
    impact = Impact(
        gates=(flip(untold=("octo/owners",)),),
        decisions=(flip(6, times=3), flip(None)),
        weighed=40,
        untold=2,
        is_cut=True,
    )
    report = report_impact(REQUEST, (WEAKER, OTHER), impact)
    assert report.summary == snapshot
    assert report.title == "Valid, 2 keys would change, 1 would ask less, 5 decisions would flip"
    assert report.conclusion is Conclusion.NEUTRAL


def test_nothing_would_change(snapshot: SnapshotAssertion) -> None:
    report = report_impact(REQUEST, (), Impact(weighed=3))
    assert report.summary == snapshot
    assert report.title == "Valid, 0 keys would change, no decisions would flip"
    assert report.conclusion is Conclusion.SUCCESS


def test_a_change_that_asks_more_is_a_success() -> None:
    report = report_impact(REQUEST, (OTHER,), Impact())
    assert report.conclusion is Conclusion.SUCCESS
    assert report.title == "Valid, 1 key would change, no decisions would flip"
    assert "⚠️" not in report.summary


def test_long_tables_and_values_are_cut() -> None:
    changes = [
        Change(key=f"environments.e{number}", now="", proposed="x" * 500, is_weaker=False)
        for number in range(60)
    ]
    impact = Impact(decisions=tuple(flip(number) for number in range(1, 61)))
    summary = report_impact(REQUEST, changes, impact).summary
    assert "10 more keys would change." in summary
    assert "… and 10 more." in summary
    assert "x" * 161 not in summary
