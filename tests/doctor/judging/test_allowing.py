"""Whether every action that the workflows use may run."""

from __future__ import annotations

import pytest

from bot.doctor.judging.allowing import judge_enabled, judge_token
from bot.doctor.judging.needing import Needs
from bot.doctor.model import Grade
from bot.github.repository_settings import ActionsShape, SelectedShape, TokenPolicyShape

CHECKOUT, INSTALL = "actions/checkout@3d3c42e", "taiki-e/install-action@7623a79"
NEEDS = Needs(actions=frozenset({CHECKOUT, INSTALL}))
PAGE = "https://github.com/acme/breakwater"


@pytest.mark.parametrize(
    ("selected", "grade", "words"),
    [
        (SelectedShape(github_owned_allowed=True, patterns_allowed=["taiki-e/*"]), Grade.GOOD, "all 2"),
        (
            SelectedShape(patterns_allowed=["ACTIONS/checkout@*", " taiki-e/install-action@* "]),
            Grade.GOOD,
            "all 2",
        ),
        (SelectedShape(github_owned_allowed=True), Grade.BAD, INSTALL),
        (SelectedShape(), Grade.BAD, CHECKOUT),
        # who is verified cannot be asked for, so it is neither good nor bad
        (SelectedShape(github_owned_allowed=True, verified_allowed=True), Grade.UNKNOWN, INSTALL),
    ],
)
def test_selected_actions_have_to_cover_the_pinned_ones(
    selected: SelectedShape, grade: Grade, words: str
) -> None:
    found = judge_enabled(ActionsShape(enabled=True, allowed_actions="selected"), selected, NEEDS, PAGE)

    assert found.grade is grade
    assert words in found.text


def test_what_has_to_be_allowed_is_written_as_the_settings_take_it() -> None:
    found = judge_enabled(
        ActionsShape(enabled=True, allowed_actions="selected"), SelectedShape(), NEEDS, PAGE
    )

    assert "actions/checkout@*, taiki-e/install-action@*" in found.remedy


@pytest.mark.parametrize(
    ("actions", "needs", "grade"),
    [
        (ActionsShape(enabled=True), NEEDS, Grade.GOOD),
        (ActionsShape(enabled=False), NEEDS, Grade.BAD),
        (ActionsShape(enabled=True, allowed_actions="local_only"), NEEDS, Grade.BAD),
        (ActionsShape(enabled=True, allowed_actions="local_only"), Needs(), Grade.GOOD),
    ],
)
def test_actions_must_be_on_and_not_only_the_owners(
    actions: ActionsShape, needs: Needs, grade: Grade
) -> None:
    assert judge_enabled(actions, None, needs, PAGE).grade is grade


@pytest.mark.parametrize(
    ("default", "opens", "needed", "grades"),
    [
        ("read", False, False, [Grade.GOOD]),
        ("write", False, False, [Grade.NOTICE]),
        ("read", False, True, [Grade.GOOD, Grade.BAD]),
        ("read", True, True, [Grade.GOOD]),
    ],
)
def test_the_token_may_do_what_is_needed_and_no_more(
    default: str, *, opens: bool, needed: bool, grades: list[Grade]
) -> None:
    policy = TokenPolicyShape(default_workflow_permissions=default, can_approve_pull_request_reviews=opens)

    found = judge_token(policy, Needs(opens_pulls=needed), "acme/breakwater")

    assert [finding.grade for finding in found] == grades
