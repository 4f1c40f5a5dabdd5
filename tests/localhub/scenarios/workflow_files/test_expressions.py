"""Expressions of workflow files mean what GitHub makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.localhub.scenarios.workflow_files.expressions import evaluate, filled, names_status

CONTEXT: dict[str, Any] = {
    "github": {"ref": "refs/tags/v1.0.0", "event_name": "push"},
    "inputs": {"stage": "apply", "dry": False, "nodes": "5"},
    "needs": {"terraform-plan": {"result": "skipped"}, "build": {"result": "success"}},
    "vars": {},
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.stage == 'apply'", True),
        ("${{ inputs.stage != 'apply' }}", False),
        ("!inputs.dry && inputs.nodes == '5'", True),
        ("needs.terraform-plan.result == 'success' || needs.build.result == 'success'", True),
        ("contains(needs.*.result, 'skipped')", True),
        ("contains(needs.*.result, 'failure')", False),
        ("startsWith(github.ref, 'refs/tags/')", True),
        ("inputs.stage == 'plan' && 'read' || 'write'", "write"),
        ("vars.NOTHING", None),
        ("vars.NOTHING || 'it''s none'", "it's none"),
        ("format('{0} of {1}', inputs.nodes, github.event_name)", "5 of push"),
        ("fromJSON('[1, 2]')", [1, 2]),
        ("secrets.NOBODY.KNOWS", None),
    ],
)
def test_expression_has_its_value(expression: str, value: object) -> None:
    assert evaluate(expression, CONTEXT) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("to ${{ inputs.stage }} with ${{ inputs.dry }}", "to apply with false"),
        ("${{ inputs.dry }}", False),
        ("${{ vars.NOTHING }}!", "!"),
        (7, 7),
    ],
)
def test_text_is_filled(text: object, value: object) -> None:
    assert filled(text, CONTEXT) == value


@pytest.mark.parametrize(
    ("condition", "names"),
    [("always()", True), ("!cancelled() && true", True), ("inputs.always == 'x'", False)],
)
def test_condition_that_names_how_jobs_ended_is_seen(condition: str, names: bool) -> None:  # noqa: FBT001 - a table
    assert names_status(condition) is names
