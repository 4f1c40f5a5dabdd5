"""What nobody has foreseen ends in an answer too, and the environment is free for the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments import applying
from bot.deployments.model import Stage
from tests.support.production import production

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.production import Production

pytestmark = pytest.mark.no_cover


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    """A repository that deploys for real."""
    async with production(tmp_path) as opened:
        opened.policy("  production: {}\n")
        yield opened


def broken(*_: object) -> str:
    """This function will fail as nobody has foreseen."""
    raise ZeroDivisionError


async def test_a_mistake_of_the_bot_is_answered(world: Production, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "render_going", broken)
    comment = await world.say("/deploy production")
    assert "**failed** · `bot_failed`" in world.receipts[0]
    assert "`ZeroDivisionError`" in world.receipts[0]
    row = await world.row(comment)
    assert row is not None
    assert row.stage is Stage.ERRORED
    monkeypatch.undo()
    await world.say("/deploy production")
    assert len(world.dispatched) == 1


async def test_after_a_mistake_nobody_comes_in_while_the_run_goes_on(
    world: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "render_success", broken)
    await world.say("/deploy production")
    await world.finish(world.dispatched[0], "success")
    assert "`bot_failed`" in world.receipts[0]
    await world.say("/deploy production")
    await world.pass_time(120, times=10)
    assert len(world.dispatched) == 2


async def test_a_store_that_fails_is_answered(world: Production, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.deployments.deciding.record", broken)
    await world.say("/deploy production")
    assert "`bot_failed`" in world.receipts[0]
    assert world.deployments == []
