"""A dispatch gives only inputs that the workflow file at that ref declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.state import git, runs
from bot.localhub.state.inputs import Unacceptable, accepted, declared_inputs

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Caller

R = "/repos/acme/rocket"
DEPLOY = b"""
name: Deploy
on:
  workflow_dispatch:
    inputs:
      environment: {required: true, type: environment}
      size: {type: choice, options: [small, large], default: small}
      loud: {type: boolean}
      note:
"""


def test_defaults_are_filled_in() -> None:
    values = accepted(declared_inputs(DEPLOY), {"environment": "staging", "loud": True})
    assert values == {"environment": "staging", "size": "small", "loud": "true", "note": ""}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Required input 'environment' not provided"),
        ({"environment": "x", "sha": "1", "away": "2"}, 'Unexpected inputs provided: ["away", "sha"]'),
        (
            {"environment": "x", "size": "huge"},
            "Provided value 'huge' for input 'size' not in the list of allowed values",
        ),
        (
            {"environment": "x", "loud": "yes"},
            "Provided value 'yes' for input 'loud' not in the list of allowed values",
        ),
    ],
)
def test_other_inputs_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(Unacceptable) as caught:
        accepted(declared_inputs(DEPLOY), given)
    assert str(caught.value) == message


@pytest.mark.parametrize("trigger", ["on: workflow_dispatch", "on: [push, workflow_dispatch]"])
def test_a_trigger_may_declare_nothing(trigger: str) -> None:
    assert declared_inputs(trigger.encode()) == {}


@pytest.mark.parametrize("text", ["on: push", "on: {push: }", "name: x", "- a", ": [", ""])
def test_a_workflow_without_the_trigger_cannot_be_dispatched(text: str) -> None:
    with pytest.raises(Unacceptable):
        declared_inputs(text.encode())


async def test_the_file_at_the_ref_decides(hub: LocalHub, seeded: Seeded, as_installation: Caller) -> None:
    store, repository = hub.store, seeded.repository
    workflow = runs.workflow_of(store, repository, "deploy.yml", name="Deploy")
    here = f"{R}/actions/workflows/deploy.yml/dispatches"
    undeclared = {"ref": "topic", "inputs": {"sha": "1"}}
    assert (await as_installation("POST", here, undeclared)).status == 200
    files = {workflow.path: DEPLOY}
    git.push(store, repository, "topic", files=files, message="Declare", author=store.user("ada"))
    assert (await as_installation("POST", here, undeclared)).status == 422
    made = await as_installation("POST", here, {"ref": "topic", "inputs": {"environment": "staging"}})
    run = repository.runs[made.body["workflow_run_id"]]
    assert run.inputs == {"environment": "staging", "size": "small", "loud": "false", "note": ""}
