"""A whole examination: a healthy repository, through whom it was seen, and that nothing was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.doctor.examining import checks
from bot.doctor.model import Eyes, Grade
from bot.localhub.faults import Fault
from bot.localhub.state import accounts
from tests.support.examined import NAME

if TYPE_CHECKING:
    from tests.support.cloud.aws import Cloud
    from tests.support.examined import Patient

_READS = ("Get", "Head", "List")


async def test_a_repository_that_is_as_it_should_be_is_good_throughout(healthy: Patient, aws: Cloud) -> None:
    """It is looked at from the App to AWS, with 45 requests or fewer of the App, and nothing is written anywhere."""
    healthy.hub.gateway.clear()
    aws.calls.clear()

    report = await healthy.examined()

    off = [one for result in report.results for one in result.findings if one.grade is not Grade.GOOD]
    assert off == []
    assert report.exit_code == 0
    assert [result.check for result in report.results] == [check.name for check in checks()]
    assert {one.eyes for result in report.results for one in result.findings} == set(Eyes)
    asked = [seen for seen in healthy.hub.gateway.seen if not seen.path.endswith("/access_tokens")]
    assert {seen.method for seen in asked} == {"GET"}
    assert len(asked) <= 45
    # S3 is asked by paths, without naming an operation
    assert all(call.operation.startswith(_READS) for call in aws.calls if call.service != "s3")


@pytest.mark.parametrize("role", ["", "read", "admin"])
async def test_what_the_app_may_not_see_takes_somebody_who_may(healthy: Patient, role: str) -> None:
    """Not seen is never good: without a token, and with that of somebody who is no administrator."""
    healthy.token = ""
    if role:
        healthy.with_person(role)

    found = await healthy.found("actions")

    if role == "admin":
        assert {one.grade for one in found.values()} == {Grade.GOOD}
        assert {one.eyes for one in found.values()} == {Eyes.PERSON}
        return
    assert found["actions"].grade is Grade.UNKNOWN
    assert "Administration: read" in f"{found['actions'].text} {found['actions'].remedy}"
    assert ("GITHUB_TOKEN=$(gh auth token)" in found["actions"].remedy) is (not role)


async def test_an_app_that_was_granted_more_needs_nobody_else(healthy: Patient) -> None:
    healthy.token = ""
    healthy.installation.permissions |= {"administration": "read"}

    found = await healthy.found("actions")

    assert {(one.grade, one.eyes) for one in found.values()} == {(Grade.GOOD, Eyes.APP)}


@pytest.mark.parametrize("has_person", [True, False])
async def test_where_github_asks_for_more_than_it_says_a_person_is_asked(
    healthy: Patient, *, has_person: bool
) -> None:
    """GitHub's list of permissions does not name all that an operation takes."""
    healthy.installation.permissions |= {"administration": "read"}
    healthy.hub.faults.add(
        Fault(kind="status", method="GET", path="/actions/permissions$", status=403, count=1)
    )
    healthy.token = healthy.token if has_person else ""

    found = await healthy.found("actions")

    assert {one.grade for one in found.values()} == {Grade.GOOD if has_person else Grade.UNKNOWN}


async def test_a_token_that_github_does_not_take_is_told_and_the_rest_is_seen(healthy: Patient) -> None:
    healthy.token = "ghp_expired"

    report = await healthy.examined("actions", "merging")

    actions, merging = sorted(report.results, key=lambda result: result.check)
    assert "does not accept the token" in actions.findings[0].text
    assert actions.findings[0].grade is Grade.UNKNOWN
    assert {one.grade for one in merging.findings} == {Grade.GOOD}


async def test_mistakes_of_the_configuration_are_told_once_and_the_rest_waits_for_it(
    patient: Patient,
) -> None:
    patient.write({".github/pilothouse.yml": b"version: 1\nmerge: {method: sqash}\n"})

    report = await patient.examined("configuration", "merging", "repository")

    by_check = {result.check: result.findings for result in report.results}
    (mistake,) = by_check["configuration"]
    assert mistake.subject == ".github/pilothouse.yml:2:9"
    assert mistake.grade is Grade.BAD
    assert by_check["merging"][0].grade is Grade.UNKNOWN
    assert by_check["repository"][0].grade is Grade.GOOD


async def test_a_repository_without_a_configuration_is_looked_at_by_its_defaults(patient: Patient) -> None:
    report = await patient.examined()

    by_check = {result.check: result.findings for result in report.results}
    assert by_check["configuration"][0].remedy.endswith(f"pilothouse init --repo {NAME}")
    assert not {"pack", "alarm", "buckets", "roles", "variables", "cost-tags", "releases"} & by_check.keys()


async def test_a_repository_is_found_by_its_former_name(patient: Patient) -> None:
    accounts.rename(patient.hub.store, patient.repository, "seawall")

    report = await patient.examined("repository")

    assert report.repository == "acme/seawall"
    assert report.exit_code == 0


async def test_a_github_that_breaks_in_one_place_is_told_there(healthy: Patient) -> None:
    healthy.hub.faults.add(Fault(kind="status", method="GET", path="/labels$", status=500))

    report = await healthy.examined("merging", "repository")

    assert {result.check: result.findings[0].grade for result in report.results} == {
        "merging": Grade.UNKNOWN,
        "repository": Grade.GOOD,
    }
