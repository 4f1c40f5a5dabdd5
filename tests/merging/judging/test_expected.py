"""Which checks count, and how each of them stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from bot.config.merging import MergeConfig
from bot.decisions.model import Standing
from bot.merging.judging.expected import (
    ExpectedCheck,
    expected_checks,
    is_evidence_waived,
    standing_of,
    worst_of,
)
from bot.merging.judging.fact_model import BaseRules, RequiredCheck
from bot.merging.model import CHECK
from tests.support.merge_facts import GREEN, RED, RUNNING

if TYPE_CHECKING:
    from bot.deployments.judging.fact_model import CheckFact

TEST = ExpectedCheck(name="test")


def policy_of(*checks: str) -> MergeConfig:
    """This function will make a policy that names these checks."""
    return msgspec.convert({"checks": list(checks)}, MergeConfig)


def test_a_check_that_several_ask_for_is_expected_once() -> None:
    rules = BaseRules(
        checks=(
            RequiredCheck(name="test"),
            RequiredCheck(name="test", source="a ruleset"),
            RequiredCheck(name="lint", app_id=7),
        )
    )
    assert expected_checks(rules, policy_of("test", "docs")) == (
        ExpectedCheck(name="test", sources=("branch protection", "a ruleset", "merge.checks")),
        ExpectedCheck(name="lint", app_id=7, sources=("branch protection",)),
        ExpectedCheck(name="docs", sources=("merge.checks",)),
    )


def test_what_the_policy_names_too_still_counts_only_from_the_app_it_is_bound_to() -> None:
    rules = BaseRules(checks=(RequiredCheck(name="test", app_id=7),))
    assert expected_checks(rules, policy_of("test")) == (
        ExpectedCheck(name="test", app_id=7, sources=("branch protection", "merge.checks")),
    )


def test_our_own_check_on_merging_never_counts_for_itself() -> None:
    """It would wait for itself for ever."""
    rules = BaseRules(checks=(RequiredCheck(name=CHECK),))
    assert expected_checks(rules, policy_of(CHECK)) == ()
    assert not is_evidence_waived(rules, MergeConfig())


def test_only_an_empty_list_says_that_no_check_is_needed() -> None:
    """Zero checks are no evidence: https://github.com/berenddeboer/ready-for-agent/issues/1070."""
    assert is_evidence_waived(BaseRules(), policy_of())
    assert not is_evidence_waived(BaseRules(), MergeConfig())
    assert not is_evidence_waived(BaseRules(checks=(RequiredCheck(name="test"),)), policy_of())


@pytest.mark.parametrize(
    ("check", "standing"),
    [
        (GREEN, Standing.MET),
        (replace(GREEN, conclusion="neutral"), Standing.MET),
        (replace(GREEN, conclusion="skipped"), Standing.MET),
        (RED, Standing.UNMET),
        (replace(RED, conclusion="cancelled"), Standing.UNMET),
        (replace(RED, conclusion="timed_out"), Standing.UNMET),
        (replace(RED, conclusion="action_required"), Standing.UNMET),
        (replace(RED, conclusion="stale"), Standing.UNMET),
        (replace(RED, conclusion="error"), Standing.UNMET),
        (replace(RED, conclusion=""), Standing.UNMET),
        (RUNNING, Standing.PENDING),
        (replace(GREEN, status="queued"), Standing.PENDING),
        (replace(GREEN, status="waiting"), Standing.PENDING),
    ],
)
def test_only_success_and_what_github_takes_for_it_is_green(check: CheckFact, standing: Standing) -> None:
    (judged,) = standing_of([TEST], [check])
    assert judged.standing is standing


def test_what_has_not_reported_is_pending() -> None:
    (judged,) = standing_of([TEST], [replace(GREEN, name="lint")])
    assert (judged.standing, judged.state, judged.is_foreign) == (Standing.PENDING, "", False)


def test_of_two_that_report_under_one_name_both_must_be_green() -> None:
    (judged,) = standing_of([TEST], [GREEN, replace(RED, app_id=9, url="red")])
    assert (judged.standing, judged.state, judged.url) == (Standing.UNMET, "failure", "red")
    (judged,) = standing_of([TEST], [RUNNING, GREEN])
    assert judged.standing is Standing.PENDING


def test_a_cancelled_twin_of_what_is_green_says_nothing() -> None:
    """As where a concurrency group cancels one of the runs that a push and its pull request start."""
    cancelled = replace(RED, conclusion="cancelled")
    (judged,) = standing_of([TEST], [cancelled, GREEN])
    assert judged.standing is Standing.MET
    (judged,) = standing_of([TEST], [cancelled, RUNNING])
    assert judged.standing is Standing.UNMET
    (judged,) = standing_of([TEST], [cancelled, replace(GREEN, conclusion="skipped")])
    assert judged.standing is Standing.UNMET


def test_nothing_expected_is_nothing_known() -> None:
    assert worst_of(()) is Standing.UNKNOWN
    assert worst_of(standing_of([TEST], [GREEN])) is Standing.MET
    two = [TEST, replace(TEST, name="lint")]
    assert worst_of(standing_of(two, [GREEN])) is Standing.PENDING
    assert worst_of(standing_of(two, [RED])) is Standing.UNMET
