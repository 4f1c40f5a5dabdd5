"""The workflows that release and deploy, as far as they go without AWS: programs are really built and packed."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from bot.config.pipeline import InfrastructureConfig, Kind, ProjectConfig, ShippingConfig, Target
from tests.support.actions.model import SKIPPED, SUCCESS, Trigger, WorkflowRefused
from tests.support.pack_runs import CRATES, Yard, make_yard

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

# What the jobs do is shown elsewhere: here it is that they are called.
FEW = {"main": ProjectConfig(kind=Kind.CARGO, commands=dict.fromkeys(("build", "clippy", "docs")))}
SHIPPED = structs.replace(
    CRATES,
    projects=FEW,
    groups={},
    release=ShippingConfig(binaries=("breakwater",), targets=(Target.LINUX_X64,)),
    infrastructure=InfrastructureConfig(state="acme-state", artifacts="acme-artifacts"),
)
CHECKED = ("validate-config", "ci-build", "tests-all", "build-and-test")


@pytest.fixture
def harbour(tmp_path: Path) -> Yard:
    return make_yard(tmp_path, pipeline=SHIPPED)


def test_a_tag_builds_programs_that_run_and_are_the_same_each_time(harbour: Yard, tmp_path: Path) -> None:
    repository = harbour.workspace.repository
    subprocess.run(["git", "-C", repository, "tag", "v1.0.0"], check=True)
    digests = set()
    for run_id in (1, 2):
        trigger = Trigger(ref="refs/tags/v1.0.0", only=("build-linux-x64",), run_id=run_id)
        result = harbour.run("release.yml", trigger)
        assert result.jobs["build-linux-x64"].conclusion == SUCCESS
        archive = result.artifacts["programs-linux-x64"] / "breakwater-1.0.0-linux-x64.tar.gz"
        digests.add(hashlib.sha256(archive.read_bytes()).hexdigest())

    assert len(digests) == 1
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "out", filter="data")
    program = next(path for path in (tmp_path / "out").rglob("breakwater") if path.is_file())
    told = subprocess.run([program, "one", "two"], check=True, capture_output=True, text=True).stdout
    assert told == "2 blocks\n"


def test_a_deploy_begins_with_the_whole_of_the_checks(harbour: Yard) -> None:
    """They are called, not copied: with no more rights than their caller, and in no group that waits for it."""
    inputs: dict[str, str | bool] = {
        "environment": "production",
        "sha": harbour.change({}),
        "deployment_id": "7",
    }

    result = harbour.run("deploy-prod.yml", Trigger(event="workflow_dispatch", inputs=inputs, only=CHECKED))

    ends = {name: job.conclusion for name, job in result.jobs.items()}
    assert "production" in result.name
    assert "7" in result.name
    assert ends["validate-config"] == ends["ci-build / ci-build"] == ends["tests-all / tests-all"] == SUCCESS
    assert ends["ci-build / fmt"] == ends["tests-all / all-tests"] == SUCCESS
    assert ends["terraform-plan"] == ends["terraform-apply"] == ends["deploy-binaries"] == SKIPPED


def test_an_environment_that_there_is_not_is_never_deployed_to(harbour: Yard) -> None:
    inputs: dict[str, str | bool] = {"environment": "nowhere", "sha": harbour.change({})}

    with pytest.raises(WorkflowRefused, match="not in the list of allowed values"):
        harbour.run("deploy-prod.yml", Trigger(event="workflow_dispatch", inputs=inputs))
