"""What is asked of an agent, when its turn comes and the world is not as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason, Receipt, Status
from bot.github.models import Actor, Permission
from bot.localhub.faults import Fault
from bot.localhub.state import accounts
from bot.supervision.answering import steering
from bot.supervision.answering.model import Act, SteerAgent
from tests.support.asking import configure, receipts
from tests.support.bot import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.bot import Bot


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot whose repository names an agent on a machine that it may not reach."""
    async with serving(tmp_path) as made:
        configure(made, "agents: {A1: {}}\n")
        await made.settle()
        yield made


async def turn(bot: Bot, *, by: str = "ada", agent: str = "A1") -> str:
    """This function will let something have its turn that was accepted before, and return its receipt."""
    user = bot.hub.store.user(by)
    receipt = Receipt(
        number=bot.pull.number,
        key="1/0",
        line=f"/agent {agent} pause",
        author=by,
        status=Status.QUEUED,
        reason=Reason.IN_TURN,
        text="",
    )
    request = SteerAgent(
        repository=bot.ref,
        key="1/0",
        act=Act.PAUSE,
        agent=agent,
        lines=5,
        author=Actor(id=user.id, login=user.login),
        permission=Permission.WRITE,
        asked_at=bot.clock(),
        number=bot.pull.number,
        receipt=receipt,
    )
    await bot.engine.submit([request.start()])
    await bot.settle()
    return receipts(bot)[-1]


async def test_a_role_that_was_taken_away_meanwhile_no_longer_counts(bot: Bot) -> None:
    accounts.set_role(bot.repository, bot.hub.store.user("eve"), "read")

    assert "**refused** · `not_permitted`" in await turn(bot, by="eve")


async def test_where_the_role_cannot_be_read_nothing_is_done(bot: Bot) -> None:
    bot.hub.faults.add(Fault(kind="status", path="/permission$", status=503))

    assert "**failed** · `github_unavailable`" in await turn(bot)


async def test_an_agent_that_was_taken_out_meanwhile_is_told_to_be_gone(bot: Bot) -> None:
    assert "There is no agent `A7`. Did you mean `A1`?" in await turn(bot, agent="A7")


async def test_a_mistake_of_ours_is_answered_and_named(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(steering, "gather", fail)

    answer = await turn(bot)

    assert "**failed** · `bot_failed`" in answer
    assert "(`ZeroDivisionError`)" in answer
    assert "`/agent A1 status` shows how the agent stands" in answer
