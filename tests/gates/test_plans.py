"""Plans fetched from the local GitHub: the newest one, within limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason
from bot.gates.model import PlanSummary
from bot.gates.plan_summary import MOST_PACKED, PlanProblem
from bot.gates.plans import PUSHED, read_artifact_digest, read_plan
from bot.github.errors import NotFound
from bot.localhub.state import artifacts
from tests.support.github_world import world_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.server import LocalHub
    from bot.localhub.state.actions import Artifact
    from tests.support.github_world import World

NAME = "pilothouse-plan"


@pytest.fixture
async def world(hub: LocalHub) -> AsyncIterator[World]:
    async with world_of(hub) as made:
        yield made


def upload(world: World, name: str, summary: object, **more: bytes) -> Artifact:
    content = artifacts.packed({"summary.json": json.dumps(summary).encode(), **more})
    return artifacts.upload(world.hub.store, world.run, name, content)


def plan(digit: str, **changes: object) -> dict[str, object]:
    return {"version": 1, "sha256": digit * 64, "adds": 0, "changes": 0, "destroys": 0} | changes


async def test_a_plan_is_fetched_by_its_name(world: World) -> None:
    upload(world, "other", plan("b"))
    upload(world, NAME, plan("a"), tfplan=b"secret")
    found = await read_plan(world.repo, world.run.id, NAME, run_url="https://github.com/x")
    assert found == PlanSummary(digest="a" * 64, run_url="https://github.com/x")


async def test_the_newest_of_the_name_counts(world: World) -> None:
    """A job that runs again uploads again."""
    upload(world, NAME, plan("a"))
    upload(world, NAME, plan("b"))
    found = await read_plan(world.repo, world.run.id, NAME)
    assert isinstance(found, PlanSummary)
    assert found.digest == "b" * 64


async def test_without_a_plan_there_is_nothing_to_approve(world: World) -> None:
    missing = await read_plan(world.repo, world.run.id, NAME)
    assert isinstance(missing, PlanProblem)
    assert missing.reason is Reason.PLAN_MISSING
    upload(world, NAME, plan("a")).expired = True
    assert await read_plan(world.repo, world.run.id, NAME) == missing


async def test_a_plan_of_another_form_says_what_is_wrong(world: World) -> None:
    upload(world, NAME, plan("x"))
    found = await read_plan(world.repo, world.run.id, NAME)
    assert isinstance(found, PlanProblem)
    assert (found.reason, "sha256" in found.text) == (Reason.PLAN_FAILED, True)


async def test_an_artifact_that_is_too_large_is_not_fetched(world: World) -> None:
    artifacts.upload(world.hub.store, world.run, NAME, b"\0" * (MOST_PACKED + 1))
    found = await read_plan(world.repo, world.run.id, NAME)
    assert isinstance(found, PlanProblem)
    assert "larger than 8 MB" in found.text


async def test_a_run_that_cannot_be_read_is_an_error_and_no_missing_plan(world: World) -> None:
    with pytest.raises(NotFound):
        await read_plan(world.repo, 999_999, NAME)


async def test_the_digest_of_what_was_pushed(world: World) -> None:
    assert await read_artifact_digest(world.repo, world.run.id) == ""
    upload(world, PUSHED, {"version": 1, "digest": "sha256:" + "c" * 64})
    assert await read_artifact_digest(world.repo, world.run.id) == "sha256:" + "c" * 64
    artifacts.upload(world.hub.store, world.run, PUSHED, b"\0" * (MOST_PACKED + 1))
    assert await read_artifact_digest(world.repo, world.run.id) == ""
