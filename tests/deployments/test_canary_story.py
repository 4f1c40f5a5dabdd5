"""A deployment that goes out in steps, from the command to the end, with the people who promote it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.deployments.leases.model import HoldKind
from bot.localhub.state import artifacts
from tests.support.healing import Production
from tests.support.health import endpoint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.story import Story

CANARY = "    canary:\n      promote: {promote}\n      always: {always}\n"


@pytest.fixture
async def production(story: Story) -> AsyncIterator[Production]:
    """A production whose health a test decides."""
    async with endpoint() as served:
        yield Production(story, served)


def in_steps(production: Production, *, promote: str = "manual", always: str = "true") -> None:
    production.configure(more=CANARY.format(promote=promote, always=always))
    production.story.check("success")


def shares(story: Story) -> list[str]:
    return [run.inputs.get("canary", "") for run in story.dispatched]


async def test_each_step_is_verified_before_the_next(production: Production) -> None:
    story = production.story
    in_steps(production, promote="automatic")
    await story.say("/deploy production")
    for share in (["10"], ["10", "50"], ["10", "50", "100"]):
        assert shares(story) == share
        await production.apply()
    assert "**succeeded**" in story.receipts[0]
    assert len(story.deployments) == 1


async def test_every_step_takes_the_programs_of_the_first(production: Production) -> None:
    """What was verified on a tenth of the machines is what the others get, not another build of the commit."""
    story, digest = production.story, f"sha256:{'d' * 64}"
    in_steps(production, promote="automatic")
    await story.say("/deploy production")
    for _ in range(3):
        summary = artifacts.packed({"summary.json": json.dumps({"version": 1, "digest": digest}).encode()})
        artifacts.upload(story.hub.store, story.dispatched[-1], "pilothouse-artifacts", summary)
        await production.apply()
    assert [run.inputs.get("artifact_digest") for run in story.dispatched] == ["", digest, digest]
    assert "**succeeded**" in story.receipts[0]


async def test_only_where_it_is_asked_for(production: Production) -> None:
    story = production.story
    in_steps(production, promote="automatic", always="false")
    await story.say("/deploy production")
    assert shares(story) == [""]
    await production.apply()
    await story.say("/deploy production --canary")
    assert shares(story) == ["", "10"]


async def test_people_promote_each_step(production: Production) -> None:
    story = production.story
    in_steps(production)
    await story.say("/promote production")
    assert "**refused** · `nothing_to_promote`" in story.receipts[0]
    await story.say("/deploy production")
    await production.apply()
    assert shares(story) == ["10"]
    assert "**waiting**" in story.receipts[1]
    assert "`/promote production`" in story.receipts[1]
    await story.say("/promote PRODUCTION")
    assert "goes on from 10 % of `production`" in story.receipts[2]
    assert shares(story) == ["10", "50"]
    await story.say("/promote production")
    assert "**refused** · `nothing_to_promote`" in story.receipts[3]
    await production.apply()
    await story.say("/promote production")
    await production.apply()
    assert shares(story) == ["10", "50", "100"]
    assert "**succeeded**" in story.receipts[1]


async def test_two_words_at_once_promote_one_step(production: Production) -> None:
    story = production.story
    in_steps(production)
    await story.say("/deploy production")
    await production.apply()
    await story.write("/promote production")
    await story.write("/promote production")
    await story.engine.drain()
    await production.apply()
    assert shares(story) == ["10", "50"]


async def test_someone_without_the_role_promotes_nothing(production: Production) -> None:
    story = production.story
    in_steps(production)
    await story.say("/deploy production")
    await production.apply()
    await story.say("/promote production", by="mallory")
    assert "**refused** · `not_permitted`" in story.receipts[1]
    assert shares(story) == ["10"]


async def test_a_first_step_that_is_not_healthy_goes_back_everywhere_at_once(production: Production) -> None:
    story = production.story
    good = await production.deploy("1")
    in_steps(production)
    story.push("2")
    story.check("success")
    await story.say("/deploy production")
    await production.apply(status=500)
    back = story.dispatched[-1]
    assert (back.inputs["sha"], back.inputs.get("canary", ""), back.inputs["task"]) == (good, "", "rollback")
    await production.apply()
    assert "`rolled_back`" in story.receipts[1]


async def test_a_step_that_goes_bad_while_it_waits_is_put_back(production: Production) -> None:
    story = production.story
    good = await production.deploy("1")
    in_steps(production)
    story.push("2")
    story.check("success")
    await story.say("/deploy production")
    await production.apply()
    production.served.status = 500
    await production.pass_time(rounds=18)
    assert story.dispatched[-1].inputs["sha"] == good
    await production.apply()
    assert "`rolled_back`" in story.receipts[1]
    assert await production.hold() is HoldKind.FREEZE


async def test_a_step_that_nobody_promotes_can_be_put_back(production: Production) -> None:
    """Nobody knows whether the silence meant yes or no: it is said how things stand, and what can be done."""
    story = production.story
    good = await production.deploy("1")
    production.configure(more=CANARY.format(promote="manual", always="true") + "    time_limit: 20m\n")
    story.push("2")
    story.check("success")
    await story.say("/deploy production")
    await production.apply()
    await production.pass_minutes(20)
    assert "**expired** · `promotion_expired`" in story.receipts[1]
    assert "10 % of it has the new deployment" in story.receipts[1]
    await story.say("/rollback production")
    assert story.dispatched[-1].inputs["sha"] == good
    await production.apply()
    assert "**succeeded**" in story.receipts[2]


async def test_the_bot_is_killed_while_a_step_waits(production: Production) -> None:
    story = production.story
    in_steps(production)
    await story.say("/deploy production")
    await production.apply()
    await story.engine.restart()
    await story.say("/promote production")
    await production.apply()
    assert shares(story) == ["10", "50"]


async def test_a_dry_run_promotes_nothing(production: Production) -> None:
    story = production.story
    in_steps(production)
    await story.say("/plan promote production")
    assert "It would not be carried out" in story.receipts[0]
    await story.say("/deploy production")
    await production.apply()
    await story.say("/plan promote production")
    assert "goes on from 10 % of `production`" in story.receipts[2]
    assert shares(story) == ["10"]
