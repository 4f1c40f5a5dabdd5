"""How the checks of the head stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason
from bot.decisions.model import Standing
from bot.deployments.judging.conditions.checks import checks
from tests.support.commands import check
from tests.support.facts import FACTS, policy_of

if TYPE_CHECKING:
    from bot.decisions.model import Condition
    from bot.deployments.judging.fact_model import CheckFact


def told(*found: CheckFact, **keys: object) -> Condition:
    """This function will tell the condition for these checks under a policy with these keys."""
    return checks(replace(FACTS, checks=found), policy_of(**keys))


@pytest.mark.parametrize(
    ("conclusion", "unnamed", "named"),
    [
        ("success", "", ""),
        ("neutral", "", Reason.CHECKS_FAILED),
        ("skipped", "", Reason.CHECKS_FAILED),
        ("failure", Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        ("error", Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        ("timed_out", Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        ("cancelled", Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        ("action_required", Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        ("startup_failure", Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        ("stale", Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        ("", Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        ("a word of tomorrow", Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
    ],
)
def test_checks_fail_closed(conclusion: str, unnamed: str, named: str) -> None:
    """Where the configuration names a check, only green is green."""
    found = (check("test", conclusion), check("lint"))
    assert told(*found).reason == unnamed
    assert told(*found, checks=["test"]).reason == named


def test_whether_skipped_is_green_can_be_said() -> None:
    assert told(check(conclusion="skipped"), check("lint"), skipped=False).reason == Reason.CHECKS_FAILED
    assert told(check(conclusion="neutral"), checks=["test"], skipped=True).standing is Standing.MET


def test_zero_checks_block() -> None:
    condition = told()
    assert (condition.standing, condition.reason) == (Standing.UNMET, Reason.CHECKS_MISSING)
    assert condition.text == "No check ran for `1a2b3c4`."
    assert "Someone with the role write" in condition.who


def test_where_every_check_was_skipped_nothing_was_looked_at() -> None:
    found = (check(conclusion="skipped"), check("lint", "neutral"))
    assert told(*found).reason == Reason.CHECKS_MISSING
    assert told(*found).text == "Every check of `1a2b3c4` was skipped."
    assert told(*found, skipped=True).standing is Standing.MET
    assert told(*found, check("slow", status="queued")).reason == Reason.CHECKS_RUNNING


def test_what_is_green_is_counted() -> None:
    assert told(check()).text == "What counts is green: 1 check of `1a2b3c4`."
    assert told(check(), check("lint")).text == "What counts is green: 2 checks of `1a2b3c4`."


def test_no_check_may_be_asked_for() -> None:
    assert told(check(conclusion="failure"), checks=[]).standing is Standing.MET


def test_a_named_check_that_did_not_run_blocks() -> None:
    condition = told(check("test"), checks=["test", "e2e"])
    assert condition.reason == Reason.CHECKS_MISSING
    assert condition.text.startswith("`e2e` did not run")


def test_a_check_that_is_not_named_does_not_block() -> None:
    assert told(check("test"), check("flaky", "failure"), checks=["test"]).standing is Standing.MET


@pytest.mark.parametrize("status", ["queued", "in_progress", "waiting", "requested", "pending"])
def test_what_has_not_ended_is_pending(status: str) -> None:
    condition = told(check("lint"), check("slow", status=status))
    assert (condition.standing, condition.reason) == (Standing.PENDING, Reason.CHECKS_RUNNING)


def test_a_red_check_is_said_before_a_running_one() -> None:
    assert told(check(status="queued"), check("lint", "failure")).reason == Reason.CHECKS_FAILED


def test_a_name_that_two_apps_use_must_be_green_of_both() -> None:
    found = (check("test"), check("test", "failure", app_id=77), check("test", app_id=None))
    assert told(*found, checks=["test"]).reason == Reason.CHECKS_FAILED


def test_a_long_list_of_checks_is_cut_and_the_evidence_is_not() -> None:
    condition = told(*(check(f"check {number}", "failure") for number in range(13)))
    assert condition.text.count("\n- ") == 11
    assert condition.text.endswith("- and 3 more")
    assert len(condition.evidence) == 13


def test_a_name_cannot_render_as_anything() -> None:
    condition = told(check("<img src=x> @ada [x](http://evil)", "failure"))
    assert "<img" not in condition.text
    assert "@ada" not in condition.text + condition.evidence[0].text
