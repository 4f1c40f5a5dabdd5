"""Who is let into an environment."""

from __future__ import annotations

from dataclasses import replace

from bot.doctor.judging.entering import EnvironmentFacts, judge_environment
from bot.doctor.model import Grade

FACTS = EnvironmentFacts(
    repository="acme/breakwater",
    page="https://github.com/acme/breakwater",
    name="production",
    exists=True,
    limits_branches=True,
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


def test_an_environment_with_a_role_keeps_other_branches_out() -> None:
    (finding,) = judge_environment(replace(FACTS, takes_role=True, limits_branches=False))

    assert finding.grade is Grade.NOTICE
    assert "'deployment_branch_policy[protected_branches]=true'" in finding.remedy
    assert judge_environment(replace(FACTS, takes_role=True))[0].grade is Grade.GOOD
