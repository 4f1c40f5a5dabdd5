"""Variables that name roles, and secrets that should not be kept."""

from __future__ import annotations

import pytest

from bot.doctor.judging.needing import RoleNeed
from bot.doctor.judging.valuing import judge_role, judge_secrets
from bot.doctor.model import Grade

ARN = "arn:aws:iam::123456789012:role/pilothouse-apply-production"
NEED = RoleNeed(environment="production", variable="AWS_APPLY_ROLE")


@pytest.mark.parametrize(
    ("value", "grade"),
    [
        (ARN, Grade.GOOD),
        ("arn:aws-us-gov:iam::123456789012:role/teams/blue/deploy", Grade.GOOD),
        (None, Grade.BAD),
        ("", Grade.BAD),
        ("pilothouse-apply-production", Grade.BAD),
        ("arn:aws:iam::123456789012:user/me", Grade.BAD),
        (f"{ARN}\n", Grade.BAD),  # pasted with the end of its line, which AWS refuses without saying why
    ],
)
def test_a_variable_names_a_role_or_is_told(value: str | None, grade: Grade) -> None:
    found = judge_role("acme/breakwater", NEED, value)

    assert found.grade is grade
    assert ("gh variable set AWS_APPLY_ROLE --env production --repo acme/breakwater" in found.remedy) is (
        grade is Grade.BAD
    )


def test_a_variable_of_the_repository_is_set_without_an_environment() -> None:
    found = judge_role("acme/breakwater", RoleNeed(environment="", variable="AWS_PLAN_ROLE"), None)

    assert found.subject == "variable AWS_PLAN_ROLE"
    assert "gh variable set AWS_PLAN_ROLE --repo acme/breakwater --body ARN" in found.remedy


def test_keys_that_do_not_expire_are_told_wherever_they_are_kept() -> None:
    held = {"": frozenset({"AWS_ACCESS_KEY_ID", "SLACK"}), "production": frozenset({"AWS_SECRET_ACCESS_KEY"})}

    own, of_environment = judge_secrets("acme/breakwater", frozenset(), held)

    assert (own.grade, of_environment.grade) == (Grade.NOTICE, Grade.NOTICE)
    assert own.remedy.endswith("gh secret delete AWS_ACCESS_KEY_ID --repo acme/breakwater")
    assert "--env production" in of_environment.remedy


def test_a_secret_that_is_used_and_missing_is_bad() -> None:
    found = judge_secrets("acme/breakwater", frozenset({"REGISTRY"}), {"": frozenset()})

    assert [(one.subject, one.grade) for one in found] == [("secret REGISTRY", Grade.BAD)]


def test_nothing_kept_and_nothing_missing_is_good() -> None:
    held = {"": frozenset({"REGISTRY"})}

    assert [one.grade for one in judge_secrets("a/b", frozenset({"REGISTRY"}), held)] == [Grade.GOOD]
