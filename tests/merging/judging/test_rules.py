"""Whether a pull request may be merged: every condition, alone and together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.reasons import Reason
from bot.decisions.model import Standing
from bot.github.models import Permission
from bot.merging.judging.conditions.evidence import PATIENCE
from bot.merging.judging.fact_model import (
    DependencyFact,
    DependencyState,
    MergeFacts,
    RequiredCheck,
)
from bot.merging.judging.rules import Lane, decide_merge, due_at, is_update_due, lane_of
from tests.support.commands import PERSON, WRITTEN_AT
from tests.support.merge_facts import (
    BEHIND,
    BY_LABEL,
    CLOSED,
    FACTS,
    GREEN,
    HELD,
    NOW,
    RED,
    RUNNING,
    merging,
    name_open,
    of_pull,
    of_rules,
)


@pytest.mark.parametrize(
    ("dependency", "standing", "reason"),
    [
        (
            DependencyFact(
                name="#9", state=DependencyState.OPEN, url="https://github.com/octo/harbour/pull/9"
            ),
            Standing.PENDING,
            Reason.DEPENDENCY_OPEN,
        ),
        (DependencyFact(name="#9", state=DependencyState.CLOSED), Standing.UNMET, Reason.DEPENDENCY_CLOSED),
        (
            DependencyFact(name="octo/quay#3", state=DependencyState.UNREADABLE),
            Standing.UNKNOWN,
            Reason.COULD_NOT_VERIFY,
        ),
        (
            DependencyFact(name="#9", state=DependencyState.OPEN, way_back=("#9", "#10")),
            Standing.UNMET,
            Reason.DEPENDENCY_OPEN,
        ),
    ],
)
def test_what_it_depends_on_comes_first(dependency: DependencyFact, standing: Standing, reason: str) -> None:
    merged = DependencyFact(name="#8", state=DependencyState.MERGED)
    assert name_open(replace(FACTS, depends=(merged, dependency))) == {"depends": (standing, reason)}


def test_whoever_can_help_is_named_wherever_a_person_must_do_something() -> None:
    """Nothing waits in silence: what only people can change says who."""
    for facts in (
        of_pull(is_draft=True),
        replace(FACTS, hold=HELD),
        merging(reviews=1),
        of_rules(checks=()),
        BY_LABEL,
        replace(FACTS, permission=Permission.READ),
        of_pull(mergeable=False),
        replace(FACTS, checks=(RED,)),
        replace(FACTS, checks=(), held_runs=2),
    ):
        blocking = [one for one in decide_merge(facts).conditions if one.standing is Standing.UNMET]
        assert all(one.who for one in blocking), blocking


def test_a_required_check_counts_only_from_the_app_it_is_bound_to() -> None:
    bound = of_rules(checks=(RequiredCheck(name="test", app_id=7),))
    assert name_open(bound) == {"checks": (Standing.PENDING, Reason.CHECKS_RUNNING)}
    text = next(one.text for one in decide_merge(bound).conditions if one.name == "checks")
    assert "another App reports under this name" in text
    assert name_open(replace(bound, checks=(GREEN, replace(RED, app_id=9), replace(GREEN, app_id=7)))) == {}


def test_four_red_checks_are_told_in_a_few_words() -> None:
    names = ("a", "b", "c", "d", "e")
    facts = replace(
        of_rules(checks=tuple(RequiredCheck(name=name) for name in names)),
        checks=tuple(replace(RED, name=name) for name in names),
    )
    checks = next(one for one in decide_merge(facts).conditions if one.name == "checks")
    assert [part.name for part in checks.parts] == list(names)
    assert checks.text.endswith("And 2 more.")


def test_a_title_is_not_held_against_a_pattern_that_could_take_for_ever() -> None:
    """Such a pattern is a mistake of the configuration, which stops the merge by itself."""
    facts = of_pull(merging(blocking_titles=["(a+)+$"]), title="a" * 250 + "!")
    assert name_open(facts) == {}


def test_an_outdated_branch_is_updated_when_nothing_else_stands_against_it() -> None:
    assert is_update_due(decide_merge(BEHIND))
    assert is_update_due(decide_merge(replace(BEHIND, checks=(RUNNING,))))
    assert not is_update_due(decide_merge(replace(BEHIND, checks=(RED,))))
    assert not is_update_due(decide_merge(of_pull(BEHIND, is_draft=True)))
    assert not is_update_due(decide_merge(of_pull(BEHIND, is_fork=True)))
    assert not is_update_due(decide_merge(FACTS))


def test_the_way_into_the_base_is_githubs_queue_before_a_train_before_a_merge() -> None:
    assert lane_of(FACTS) is Lane.DIRECT
    assert lane_of(merging(train={})) is Lane.TRAIN
    assert lane_of(of_rules(merging(train={}), queue=True)) is Lane.QUEUE


def test_where_every_branch_must_be_up_to_date_there_is_no_train() -> None:
    """GitHub would refuse every car after the first."""
    assert lane_of(of_rules(merging(train={}), up_to_date=True)) is Lane.DIRECT


def test_it_is_looked_at_again_when_time_alone_changes_something() -> None:
    def due(facts: MergeFacts) -> object:
        return due_at(facts, decide_merge(facts))

    assert due(FACTS) is None
    assert due(merging(quiet="2m")) == NOW + timedelta(minutes=1)
    assert due(replace(FACTS, checks=())) == WRITTEN_AT + PATIENCE
    assert due(of_pull(mergeable_state="blocked")) == NOW + timedelta(minutes=1)
    frozen = due(merging(freeze=CLOSED))
    assert frozen is not None
    assert frozen == WRITTEN_AT.replace(month=12, day=1, hour=0)
    assert due(merging(freeze=CLOSED, quiet="2m")) == NOW + timedelta(minutes=1)
    assert due(replace(FACTS, checks=(RED,))) is None


def test_what_is_wanted_by_a_person_names_them() -> None:
    texts = " ".join(one.text for one in decide_merge(FACTS).conditions)
    assert PERSON.login in texts
