"""What is said of the App: where it is not, and what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.config.manifest import Manifest
from bot.doctor.model import Grade
from tests.support.examined import NAME, PERMISSIONS

if TYPE_CHECKING:
    from tests.support.examined import Patient


async def test_an_app_that_has_all_it_needs_is_good(patient: Patient) -> None:
    patient.installation.permissions["workflows"] = "write"

    assert set((await patient.grades("app")).values()) == {Grade.GOOD}


@pytest.mark.parametrize("asked", [True, False])
async def test_without_workflow_scope_everything_but_the_pack_works(patient: Patient, *, asked: bool) -> None:
    """The reference's own pipeline lay unpushed because nobody had that scope: it is told with who can grant it."""
    if asked:
        patient.hub.app.permissions["workflows"] = "write"

    finding = (await patient.found("app"))["workflow scope"]

    assert finding.grade is Grade.NOTICE
    assert f"/settings/installations/{patient.installation.id}" in finding.remedy
    assert ("/apps/pilothouse" in finding.remedy) is not asked
    assert "--out" in finding.remedy


async def test_a_repository_that_the_app_does_not_reach_is_told_where_to_add_it(patient: Patient) -> None:
    report = await patient.examined(name="acme/elsewhere")

    ((finding,),) = (result.findings for result in report.results)
    assert report.exit_code == 1
    assert "acme/elsewhere" in finding.text
    assert "/apps/pilothouse/installations/new" in finding.remedy


async def test_a_suspended_installation_is_bad_and_nothing_else_is_asked(patient: Patient) -> None:
    patient.installation.suspended_at = patient.clock()

    report = await patient.examined()

    ((finding,),) = (result.findings for result in report.results)
    assert "suspended since" in finding.text
    assert patient.hub.gateway.calls.keys() == {"apps/get-authenticated", "apps/get-repo-installation"}


async def test_permissions_that_were_asked_for_and_not_yet_accepted_are_named(patient: Patient) -> None:
    patient.installation.permissions["checks"] = "read"
    del patient.installation.permissions["issues"]

    finding = (await patient.found("app"))["permissions granted"]

    assert finding.grade is Grade.BAD
    assert "Checks: write, Issues: write" in finding.text
    assert f"/installations/{patient.installation.id}" in finding.remedy


async def test_what_the_registration_does_not_ask_for_is_told_once(patient: Patient) -> None:
    """Nobody can accept what was never asked for, so the installation is not blamed for it."""
    patient.manifest = Manifest(
        name="Pilothouse", permissions={**PERMISSIONS, "merge_queues": "write"}, events=("push", "status")
    )

    found = await patient.found("app")

    assert "Merge queues: write" in found["permissions of the App"].text
    assert "status" in found["events of the App"].text
    assert found["permissions granted"].grade is Grade.GOOD


async def test_a_wrong_key_is_told_as_such(patient: Patient) -> None:
    patient.app_id = "Iv23another"

    report = await patient.examined()

    assert "private key" in report.results[0].findings[0].remedy
    assert report.exit_code == 1


async def test_a_github_that_is_down_is_not_called_bad(patient: Patient) -> None:
    await patient.hub.close()

    report = await patient.examined()

    assert report.worst is Grade.UNKNOWN
    assert report.exit_code == 2
    assert report.repository == NAME
