"""One thing after another that is not as it should be, each seen where it lies."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.doctor.model import Grade
from bot.localhub.state import protection
from bot.localhub.state.protections import Protection, RequiredCheck
from bot.pack.model import RECORD, Workflow
from tests.support.healthy import POLICY, role

if TYPE_CHECKING:
    from tests.support.examined import Patient

POLICY_FILE = ".github/pilothouse.yml"


async def test_an_archived_repository_is_bad(healthy: Patient) -> None:
    healthy.repository.archived = True

    assert await healthy.grades("repository") == {"the repository": Grade.BAD}


async def test_files_of_the_pack_are_held_to_what_is_made_of_todays_configuration(healthy: Patient) -> None:
    healthy.write({Workflow.TESTS.path: b"# mine\n", Workflow.AUTOFIX.path: None})
    assert await healthy.grades("pack") == {"deleted files": Grade.GOOD, "the pack's files": Grade.GOOD}

    healthy.write({POLICY_FILE: POLICY.replace("jepsen", "linearizability").encode()})
    assert (await healthy.grades("pack"))["the pack's files"] is Grade.NOTICE

    healthy.write({RECORD: b"{"})
    assert await healthy.grades("pack") == {RECORD: Grade.BAD}


async def test_a_workflow_that_github_disabled_for_want_of_activity_is_bad(healthy: Patient) -> None:
    workflows = {workflow.path: workflow for workflow in healthy.repository.workflows.values()}
    workflows[Workflow.TESTS.path].state = "disabled_inactivity"

    grades = await healthy.grades("workflows")

    assert [subject for subject, grade in grades.items() if grade is Grade.BAD] == ["workflow tests-all.yml"]
    assert "workflow deploy-prod.yml" in grades


async def test_every_workflow_that_an_environment_names_is_looked_for(healthy: Patient) -> None:
    named = (
        "{workflow: a.yml, plan: {workflow: b.yml}, rollback: {workflow: c.yml}, teardown: {workflow: d.yml}}"
    )
    healthy.write({POLICY_FILE: f"environments: {{production: {named}}}\n".encode()})

    grades = await healthy.grades("workflows")

    assert grades == {f"workflow {name}.yml": Grade.BAD for name in "abcd"}


async def test_an_alarm_that_has_not_run_for_hours_or_is_not_there_is_told(healthy: Patient) -> None:
    healthy.clock.advance(timedelta(hours=5))
    assert await healthy.grades("alarm") == {"the alarm": Grade.BAD}

    healthy.repository.workflows.clear()
    assert (await healthy.examined("alarm")).results == ()
    assert (await healthy.grades("workflows"))["workflow pilothouse-alarm.yml"] is Grade.BAD

    healthy.write({Workflow.ALARM.path: None})
    assert await healthy.grades("alarm") == {"the alarm": Grade.NOTICE}


async def test_selected_actions_are_held_to_the_ones_that_workflows_pin(healthy: Patient) -> None:
    policy = healthy.repository.settings.actions
    policy.allowed, policy.patterns = "selected", ("taiki-e/*", "aws-actions/*", "hashicorp/*", "docker/*")

    finding = (await healthy.found("actions"))["allowed actions"]

    assert finding.grade is Grade.BAD
    assert "astral-sh/setup-uv@*" in finding.remedy
    assert "taiki-e" not in finding.remedy


async def test_actions_that_are_off_are_told_without_asking_what_may_run(healthy: Patient) -> None:
    healthy.repository.settings.actions.enabled = False

    assert (await healthy.grades("actions"))["GitHub Actions"] is Grade.BAD


async def test_environments_are_seen_by_their_names_whatever_the_case(healthy: Patient) -> None:
    environments = healthy.repository.environments
    environments["production"].name = "Production"
    del environments["test"]
    protection.disable(healthy.hub.store, healthy.repository, "production", healthy.hub.app)

    assert await healthy.grades("environments") == {
        "environment production": Grade.BAD,  # nothing would wait at the rule that is off
        "environment test": Grade.BAD,
    }


async def test_a_variable_of_the_environment_wins_and_the_organisations_is_enough(healthy: Patient) -> None:
    own, shared = healthy.repository.settings.own, healthy.repository.settings.shared
    shared.variables["AWS_PLAN_ROLE"] = own.variables.pop("AWS_PLAN_ROLE")
    own.variables["AWS_APPLY_ROLE"] = role("AWS_APPLY_ROLE", "everywhere")
    of_test = healthy.repository.environments["test"].values
    del of_test.variables["AWS_APPLY_ROLE"]

    found = await healthy.found("variables")

    assert {one.grade for one in found.values()} == {Grade.GOOD}
    assert found["variable AWS_APPLY_ROLE of environment test"].text.endswith(
        "role/pilothouse-apply-everywhere"
    )
    assert found["variable AWS_APPLY_ROLE of environment production"].text.endswith("apply-production")


async def test_a_variable_of_an_environment_that_is_not_there_is_not_set(healthy: Patient) -> None:
    del healthy.repository.environments["production"]

    grades = await healthy.grades("variables")

    assert grades["variable AWS_PUSH_ROLE of environment production"] is Grade.BAD
    assert "environment production" not in await healthy.grades("secrets")


async def test_long_lived_keys_are_found_wherever_they_are_kept(healthy: Patient) -> None:
    healthy.repository.settings.shared.secrets.add("AWS_ACCESS_KEY_ID")
    healthy.repository.environments["production"].values.secrets.add("AWS_SECRET_ACCESS_KEY")

    assert await healthy.grades("secrets") == {
        "secret AWS_ACCESS_KEY_ID": Grade.NOTICE,
        "secret AWS_SECRET_ACCESS_KEY of environment production": Grade.NOTICE,
    }


async def test_classic_protection_and_rulesets_count_together(healthy: Patient) -> None:
    ruleset = healthy.repository.rulesets.pop()
    assert await healthy.grades("branch-protection") == {"branch main": Grade.BAD}

    bound = tuple(
        RequiredCheck(context=one["context"], app_id=one["integration_id"])
        for one in ruleset.rules[0].parameters["required_status_checks"]
    )
    healthy.repository.protections["main"] = Protection(checks=bound[:1])
    assert await healthy.grades("branch-protection") == {
        "check ci-build": Grade.GOOD,
        # Pilothouse waits for them by `merge.checks`
        "check tests-all": Grade.NOTICE,
        "check integration-tests": Grade.NOTICE,
    }


async def test_a_repository_without_a_commit_has_no_branch_to_protect(healthy: Patient) -> None:
    healthy.repository.rulesets.clear()
    del healthy.repository.branches["main"]

    report = await healthy.examined("branch-protection")

    assert report.worst in {Grade.GOOD, Grade.UNKNOWN}


async def test_labels_that_the_configuration_names_have_to_exist(healthy: Patient) -> None:
    merge = (
        "merge: {label: ship it, priority_labels: [urgent], automatic: [{authors: [bot], labels: [minor]}]}\n"
    )
    healthy.write({POLICY_FILE: f"{POLICY.partition('merge:')[0]}{merge}".encode()})

    assert await healthy.grades("merging") == {
        "ways to merge": Grade.GOOD,
        "label ship it": Grade.NOTICE,
        "label urgent": Grade.NOTICE,
        "label minor": Grade.NOTICE,
    }


async def test_releases_that_can_be_exchanged_are_told_by_who_may_know(healthy: Patient) -> None:
    """GitHub answers "off" and "you may not know" alike: only who may see the one can be believed about the other."""
    healthy.repository.immutable_releases = False
    assert await healthy.grades("releases") == {"immutable releases": Grade.NOTICE}

    healthy.token = ""
    assert await healthy.grades("releases") == {"releases": Grade.UNKNOWN}


async def test_a_subject_of_another_form_is_bad(healthy: Patient) -> None:
    subject = healthy.repository.settings.subject
    subject.is_default, subject.keys = False, ("repository_id", "job_workflow_ref")

    assert await healthy.grades("oidc-subject") == {"subject of OIDC tokens": Grade.BAD}


async def test_a_webhook_that_leads_nowhere_is_bad(healthy: Patient) -> None:
    healthy.hub.set_webhook(None)
    healthy.clock.advance(timedelta(days=2))

    assert await healthy.grades("deliveries") == {
        "webhook of the App": Grade.BAD,
        "deliveries of the last day": Grade.NOTICE,
    }
