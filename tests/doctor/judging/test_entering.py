"""Who is let into an environment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.doctor.judging.entering import Entrance, EnvironmentFacts, judge_environment
from bot.doctor.model import Grade

FACTS = EnvironmentFacts(
    repository="acme/breakwater",
    page="https://github.com/acme/breakwater",
    name="production",
    exists=True,
    entrance=Entrance.NAMED,
)


def test_an_environment_that_is_there_is_enough_where_nothing_counts_on_it() -> None:
    assert [one.grade for one in judge_environment(FACTS)] == [Grade.GOOD]


def test_an_environment_that_is_not_there_is_made_by_a_command_that_takes_its_name_as_it_is() -> None:
    """Names of environments may hold blanks, slashes and quotes."""
    (finding,) = judge_environment(replace(FACTS, exists=False, name="eu/west 'blue'; rm"))

    assert finding.grade is Grade.BAD
    assert finding.remedy.endswith("repos/acme/breakwater/environments/eu%2Fwest%20%27blue%27%3B%20rm")


def test_a_plan_in_the_deploying_run_needs_the_apps_rule() -> None:
    facts = replace(FACTS, needs_rule=True)

    (missing,), (there,) = judge_environment(facts), judge_environment(replace(facts, has_rule=True))

    assert (missing.grade, there.grade) == (Grade.BAD, Grade.GOOD)


@pytest.mark.parametrize(
    ("entrance", "is_branch_protected", "grade"),
    [
        (Entrance.NAMED, False, Grade.GOOD),
        (Entrance.PROTECTED, True, Grade.GOOD),
        # where nothing is protected, GitHub lets all in
        (Entrance.PROTECTED, False, Grade.NOTICE),
        (Entrance.ALL, True, Grade.NOTICE),
    ],
)
def test_an_environment_with_a_role_keeps_other_branches_out(
    entrance: Entrance, *, is_branch_protected: bool, grade: Grade
) -> None:
    facts = replace(FACTS, takes_role=True, entrance=entrance, is_branch_protected=is_branch_protected)

    (finding,) = judge_environment(facts)

    assert finding.grade is grade
    assert judge_environment(replace(facts, takes_role=False))[0].grade is Grade.GOOD


def test_what_runs_at_the_head_cannot_enter_where_protected_branches_only_may() -> None:
    facts = replace(FACTS, takes_role=True, runs_at_head=True)

    (shut,) = judge_environment(replace(facts, entrance=Entrance.PROTECTED))
    (wide,) = judge_environment(replace(facts, entrance=Entrance.ALL))

    assert (shut.grade, wide.grade) == (Grade.BAD, Grade.NOTICE)
    assert "workflow_from: default_branch" in shut.remedy
    assert "workflow_from: default_branch" in wide.remedy
