"""A workflow file is played as it is written: its matrix, its conditions, the workflows that it calls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.localhub.scenarios.breakwater import found
from bot.localhub.scenarios.player import Player
from bot.localhub.state import git, runs
from bot.localhub.state.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Repository

_CALLED = """\
name: Called
on:
  workflow_call:
    inputs:
      kind: {type: string, default: small}
jobs:
  look:
    runs-on: ubuntu-24.04
    name: look at ${{ inputs.kind }}
    steps:
      - run: |
          echo one
          echo two
"""
_CALLING = """\
name: Calling
run-name: ${{ inputs.stage || github.event_name }}
on:
  push: {branches: [main]}
  pull_request: {branches: [main]}
  workflow_dispatch:
    inputs:
      stage: {type: string}
      dry: {type: boolean}
jobs:
  build:
    runs-on: ubuntu-24.04
    strategy:
      matrix:
        profile: [debug, release]
        include: [{profile: release, flags: -g}, {profile: release, flags: -O}, {profile: size, flags: -Os}]
    steps: [{uses: ./here, name: Build}]
  called:
    needs: build
    uses: ./.github/workflows/called.yml
    with: {kind: "${{ inputs.stage == 'apply' && 'all' || 'most' }}"}
  terraform-plan:
    if: inputs.stage != 'apply'
    needs: build
    runs-on: ubuntu-24.04
    steps: [{run: terraform plan}]
  after:
    if: "!cancelled() && needs.terraform-plan.result != 'failure' && !inputs.dry"
    needs: [terraform-plan, called]
    runs-on: ubuntu-24.04
    environment: {name: "deep ${{ inputs.stage }}"}
    steps: [{run: echo}]
  never:
    needs: [terraform-plan]
    runs-on: ubuntu-24.04
    steps: [{run: echo}]
  tests-all:
    if: always()
    needs: [never]
    runs-on: ubuntu-24.04
    steps: [{uses: actions/upload-artifact@v6}]
"""


class Basin:
    """The second repository with two workflows."""

    def __init__(self) -> None:
        self.store = Store(clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
        self.player = Player(self.store, pace=0)
        app = self.store.app("pilothouse", name="Pilothouse", owner=self.store.user("acme"))
        self.repository: Repository = found(self.store, self.player, app).repository
        files = {".github/workflows/calling.yml": _CALLING, ".github/workflows/called.yml": _CALLED}
        author = self.store.user("kofi")
        git.push(self.store, self.repository, "main", files=files, message="Begin", author=author)

    async def run(self, **inputs: str) -> WorkflowRun:
        """This function will dispatch the workflow and play it to its end."""
        workflow = runs.workflow_of(self.store, self.repository, "calling.yml")
        head = self.repository.branches["main"]
        new = runs.NewRun(
            head_sha=head,
            head_branch="main",
            actor=self.store.user("kofi"),
            event="workflow_dispatch",
            inputs=inputs,
        )
        made = runs.dispatch(self.store, self.repository, workflow, new)
        await self.player.played()
        return made


@pytest.fixture
async def basin() -> AsyncIterator[Basin]:
    made = Basin()
    yield made
    await made.player.close()


def _ends(run: WorkflowRun) -> dict[str, str | None]:
    return {job.name: job.conclusion for job in run.latest.jobs}


async def test_push_plays_what_the_file_says(basin: Basin) -> None:
    await basin.player.played()

    pushed = next(iter(basin.repository.runs.values()))
    assert (pushed.event, pushed.title) == ("push", "push")
    assert _ends(pushed) == {
        "build (debug)": "success",
        "build (release, -O)": "success",
        "build (size, -Os)": "success",
        "called / look at most": "success",
        "terraform-plan": "success",
        "after": "success",
        "never": "success",
        "tests-all": "success",
    }


async def test_condition_skips_and_what_needs_it_is_skipped_too(basin: Basin) -> None:
    run = await basin.run(stage="apply")

    ends = _ends(run)
    assert run.title == "apply"
    assert (ends["terraform-plan"], ends["never"]) == ("skipped", "skipped")
    assert (ends["after"], ends["tests-all"], ends["called / look at all"]) == ("success",) * 3
    after = next(job for job in run.latest.jobs if job.name == "after")
    assert after.environment == "deep apply"


async def test_input_that_is_a_boolean_counts_as_one(basin: Basin) -> None:
    run = await basin.run(stage="apply", dry="true")

    assert _ends(run)["after"] == "skipped"


async def test_jobs_leave_what_their_names_promise(basin: Basin) -> None:
    run = await basin.run()

    left = {one.name for one in basin.repository.artifacts.values() if one.run is run}
    assert left == {"pilothouse-plan", "pilothouse-metrics"}
    look = next(job for job in run.latest.jobs if job.name == "called / look at most")
    assert [step.name for step in look.steps] == ["Set up job", "Run echo one", "Complete job"]
