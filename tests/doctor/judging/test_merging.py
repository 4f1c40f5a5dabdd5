"""Whether merges and releases work as they are configured."""

from __future__ import annotations

import pytest

from bot.config.merging import MergeConfig, MergeMethod, TrainConfig
from bot.doctor.judging.merging import judge_immutability, judge_labels, judge_methods
from bot.doctor.model import Grade
from bot.github.branch_models import BranchRules, MergeSettings, QueueRule

ALL = MergeSettings(allow_merge_commit=True, allow_squash_merge=True, allow_rebase_merge=True)
MERGE = MergeSettings(allow_merge_commit=True, allow_squash_merge=False, allow_rebase_merge=False)
PAGE = "https://github.com/acme/breakwater"


@pytest.mark.parametrize(
    ("method", "settings", "rules", "grade"),
    [
        (None, ALL, BranchRules(), Grade.GOOD),
        (MergeMethod.SQUASH, ALL, BranchRules(), Grade.GOOD),
        (MergeMethod.SQUASH, MERGE, BranchRules(), Grade.BAD),
        (MergeMethod.SQUASH, ALL, BranchRules(methods=frozenset({"merge"})), Grade.BAD),
        (MergeMethod.MERGE, ALL, BranchRules(linear_history=True), Grade.BAD),
        # each allows some, and both together none
        (None, MERGE, BranchRules(linear_history=True), Grade.BAD),
    ],
)
def test_the_configured_method_must_be_allowed_by_settings_and_rules(
    method: MergeMethod | None, settings: MergeSettings, rules: BranchRules, grade: Grade
) -> None:
    assert [one.grade for one in judge_methods(MergeConfig(method=method), settings, rules, PAGE)] == [grade]


def test_two_queues_are_one_too_many() -> None:
    rules = BranchRules(queue=QueueRule(method="squash"))

    found = judge_methods(MergeConfig(train=TrainConfig()), ALL, rules, PAGE)

    assert [one.subject for one in found] == ["merge queue"]


def test_a_label_that_is_missing_is_made_by_a_command() -> None:
    found = judge_labels("acme/breakwater", {"Ship It": "`merge.label` merges what has it"}, frozenset())

    assert found[0].remedy == "Make it: gh label create 'Ship It' --repo acme/breakwater"


def test_labels_are_the_same_whatever_their_case() -> None:
    (found,) = judge_labels("a/b", {"Ship It": ""}, frozenset({"ship it"}))

    assert found.grade is Grade.GOOD
    assert judge_labels("a/b", {}, frozenset()) == ()


@pytest.mark.parametrize(("is_enabled", "grade"), [(True, Grade.GOOD), (False, Grade.NOTICE)])
def test_releases_that_can_be_exchanged_are_told(*, is_enabled: bool, grade: Grade) -> None:
    assert judge_immutability("a/b", is_enabled=is_enabled).grade is grade
