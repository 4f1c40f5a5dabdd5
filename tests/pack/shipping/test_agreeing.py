"""What the bot and the workflows that ship must agree about."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from bot.config.parameter_values import RESERVED
from bot.config.rolling import StageJobs
from bot.config.workflow_inputs import Undispatchable, declared_inputs
from bot.costs.model import ENVIRONMENT_TAG
from bot.deployments.judging.inputs import ARTIFACT
from bot.gates.plans import PUSHED
from bot.pack.rendering.pack import pack_files
from tests.support.packs import ABOUT
from tests.support.shipped import ACTIONS
from tests.support.shipyard import SHIPPING

FILES = {file.path: file.content for file in pack_files(SHIPPING, ABOUT)}
DEPLOY = FILES[".github/workflows/deploy-prod.yml"]


@pytest.mark.parametrize(
    ("workflow", "names"),
    [
        ("deploy-prod", {*RESERVED, ARTIFACT, "cluster_size"}),
        ("teardown", {"environment", "sha", "task", "deployment_id", "lease_token"}),
        ("cluster", {"action", "nodes"}),
    ],
)
def test_a_workflow_takes_all_that_the_bot_has_to_say(workflow: str, names: set[str]) -> None:
    """What it does not declare it is not given, and a plan that nobody can name is not applied."""
    declared = declared_inputs(FILES[f".github/workflows/{workflow}.yml"])
    assert not isinstance(declared, Undispatchable)
    assert {one.name for one in declared} == names


def test_stages_are_found_by_the_names_of_jobs() -> None:
    jobs = YAML(typ="safe").load(DEPLOY)["jobs"]
    usual = StageJobs()
    stages = (usual.plan, usual.apply, usual.push, usual.verify)
    assert [jobs[name]["name"] for name in stages] == list(stages)


def test_what_is_left_and_looked_for_has_one_name() -> None:
    plan, push = (ACTIONS / f"pilothouse-{name}" for name in ("terraform", "deploy"))
    assert "name: pilothouse-plan\n" in (plan / "action.yml").read_text()
    assert f"name: {PUSHED}\n" in (push / "action.yml").read_text()
    for program in ("push.py", "verify.py"):
        assert f"Name=tag:{ENVIRONMENT_TAG},Values=" in (push / program).read_text()


def test_an_image_runs_as_nobody_on_a_base_that_cannot_change() -> None:
    """A tag can be moved to another image; a digest cannot."""
    text = FILES["Dockerfile"].decode()
    assert re.search(r"^FROM ubuntu:24\.04@sha256:[0-9a-f]{64}$", text, re.MULTILINE)
    assert re.findall(r"^(?:FROM|COPY|USER|ENTRYPOINT).*", text, re.MULTILINE)[1:] == [
        'COPY --chmod=755 ["${TARGETARCH}/breakwater", "/usr/local/bin/breakwater"]',
        "USER 65532:65532",
        'ENTRYPOINT ["/usr/local/bin/breakwater"]',
    ]


def test_what_is_built_has_the_libraries_that_the_image_has() -> None:
    """Programs are built where the image comes from: a newer C library than the image's would start nowhere."""
    for path in ("release", "deploy-prod"):
        text = FILES[f".github/workflows/{path}.yml"].decode()
        assert set(re.findall(r"runs-on: (\S+)", text)) == {"ubuntu-24.04"}
