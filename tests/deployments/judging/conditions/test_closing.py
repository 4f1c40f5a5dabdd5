"""When nothing is deployed, how long it may stay, and what holds a workflow for its approval."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.commands.model import Reason
from bot.decisions.model import Standing
from bot.deployments.judging.conditions.closing import freeze, keep, plan, protection_rule
from bot.github.models import Permission
from tests.support.facts import FACTS, asking, policy_of

NOW_CLOSED = {"windows": [{"start": "2026-11-01", "end": "2026-11-04", "reason": "the <b>fair</b>"}]}
RULE = replace(FACTS, has_rule=True)
APPROVED: dict[str, Any] = {"plan": {}, "approvals": {}}


@pytest.mark.parametrize("windows", [None, {}, {"windows": [{"start": "2026-12-01", "end": "2026-12-04"}]}])
def test_it_is_open(windows: dict[str, Any] | None) -> None:
    assert freeze(FACTS, policy_of(freeze=windows)).standing is Standing.MET


def test_it_is_closed_until_the_windows_end() -> None:
    condition = freeze(FACTS, policy_of(freeze=NOW_CLOSED))
    assert (condition.standing, condition.reason) == (Standing.UNMET, Reason.FREEZE_WINDOW)
    assert condition.text == (
        "Nothing is deployed to `staging` until 2026-11-05 00:00 UTC (the &lt;b&gt;fair&lt;/b&gt;)."
    )
    assert condition.who == "Nobody is excepted; write the command again then."


@pytest.mark.parametrize(
    ("allow", "excepted"),
    [
        ({"users": ["Ada"]}, True),
        ({"users": ["bob"]}, False),
        ({"teams": ["octo/pilots"]}, True),
        ({"teams": ["octo/crew"]}, False),
        ({"permission": "write"}, True),
        ({"permission": "admin"}, False),
        ({"users": ["bob"], "permission": "write"}, True),
        ({}, True),
    ],
)
def test_whoever_is_excepted_may_deploy(allow: dict[str, Any], *, excepted: bool) -> None:
    facts = replace(FACTS, teams=("Octo/Pilots",))
    condition = freeze(facts, policy_of(freeze=NOW_CLOSED | {"allow": allow}))
    assert (condition.standing is Standing.MET) is excepted
    if excepted:
        assert "the asker is excepted" in condition.text
    else:
        assert condition.who.startswith("Until then it can be deployed by ")


def test_who_is_excepted_is_told() -> None:
    reader = replace(FACTS, permission=Permission.READ)
    for allow, words in (
        ({"users": ["bob"], "teams": ["octo/crew"]}, "by `bob`, `octo/crew`."),
        ({}, "by someone with the role `write`."),
        ({"users": ["bob"], "permission": "admin"}, "by `bob`, someone with the role `admin`."),
    ):
        assert freeze(reader, policy_of(freeze=NOW_CLOSED | {"allow": allow})).who.endswith(words)


@pytest.mark.parametrize(
    ("keys", "plan_only", "standing"),
    [
        ({}, False, Standing.MET),
        ({"approvals": {}}, False, Standing.MET),
        ({"plan": {}}, False, Standing.MET),
        (APPROVED, False, Standing.UNMET),
        ({"plan": {}}, True, Standing.UNMET),
        (APPROVED | {"plan": {"workflow": "plan.yml"}}, True, Standing.MET),
    ],
)
def test_a_job_that_must_wait_needs_the_protection_rule(
    keys: dict[str, Any], standing: Standing, *, plan_only: bool
) -> None:
    """Without the rule the workflow would plan and apply in one go."""
    condition = protection_rule(asking(plan_only=plan_only), policy_of(**keys))
    assert condition.standing is standing
    assert condition.reason == ("" if standing is Standing.MET else Reason.PROTECTION_RULE_MISSING)
    assert protection_rule(asking(RULE, plan_only=plan_only), policy_of(**keys)).standing is Standing.MET


def test_only_what_has_a_plan_is_planned() -> None:
    assert plan(FACTS, policy_of()).text == "No plan is needed."
    assert plan(FACTS, policy_of(plan={})).text == "The change is planned first."
    assert plan(asking(plan_only=True), policy_of(plan={})).standing is Standing.MET
    assert plan(asking(plan_only=True), policy_of()).reason == Reason.PLAN_MISSING


@pytest.mark.parametrize(
    ("asked", "keys", "reason"),
    [
        ("", {}, ""),
        ("4h", {}, Reason.NOT_KEEPABLE),
        ("4h", {"teardown": {"workflow": "down.yml"}}, ""),
        ("24h", {"teardown": {"workflow": "down.yml"}}, ""),
        ("25h", {"teardown": {"workflow": "down.yml"}}, Reason.NOT_KEEPABLE),
        ("3h", {"teardown": {"workflow": "down.yml", "longest": "2h"}}, Reason.NOT_KEEPABLE),
        ("long", {"teardown": {"workflow": "down.yml"}}, Reason.NOT_KEEPABLE),
    ],
)
def test_an_environment_is_kept_as_long_as_it_may(asked: str, keys: dict[str, Any], reason: str) -> None:
    assert keep(asking(keep=asked), policy_of(**keys)).reason == reason
