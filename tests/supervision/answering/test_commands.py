"""`/agents` and `/agent`, written on a pull request of a repository whose agent really runs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bot.budget.model import Mode, PauseAgents, Stage
from bot.commands.model import FLOW as OBEY
from bot.commands.model import ObeyRequest
from bot.config.costing import CostConfig
from bot.costs.store.budgets import keep_budget, save_budget
from bot.decisions.replay import Replayed, replay
from bot.decisions.store import newest
from bot.engine.model import Flow
from bot.localhub.state import accounts
from bot.page_links import PageLinks
from bot.proposals.deciders import DECIDERS
from bot.supervision.sessions.model import LIMIT, Session, SessionState
from tests.support.asking import ask, configure, receipts
from tests.support.bot import serving
from tests.support.driving_hosts import WAYS
from tests.support.reading import KEYS, pages_over
from tests.support.sessions import need_tmux
from tests.support.watching import Agent, Watched, watched

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


async def working(watch: Watched) -> Agent:
    """This function will let A1 be started by the watchdog, and work."""
    await watch.configure("A1")
    await watch.tick()
    await watch.works()
    assert await watch.tick() == {"A1": SessionState.HEALTHY}
    return watch.agents["A1"]


async def row(watch: Watched) -> Session:
    """This function will return A1's row."""
    return (await watch.rows())["A1"]


async def linked_page(watch: Watched, line: str) -> str:
    """This function will give the bot a public address, write a command, and read the page that its answer links to."""
    bot = watch.bot
    obeying: Any = bot.engine.flows[OBEY].story
    links = PageLinks(root="https://bot.example.org", key=KEYS[0])
    services = replace(obeying.keywords["services"], links=links)
    story = partial(obeying.func, **{**obeying.keywords, "services": services})
    bot.engine.flows[OBEY] = Flow(name=OBEY, request=ObeyRequest, story=story)
    found = re.search(r"\(https://bot\.example\.org(/\S+)\)", await ask(bot, line))
    assert found is not None
    async with pages_over(bot.database, now=bot.clock()) as reader:
        status, text, _ = await reader.get(found[1])
    assert status == 200
    return text


@pytest.mark.parametrize("way", WAYS)
async def test_a_person_pauses_an_agent_lets_it_go_on_and_starts_it_again(tmp_path: Path, way: str) -> None:
    need_tmux()
    async with watched(tmp_path, way) as watch:
        agent = await working(watch)

        paused = await ask(watch.bot, "/agent a1 pause")
        assert "**succeeded**" in paused
        assert "`A1` is paused" in paused
        assert ((await row(watch)).state, (await row(watch)).held_by) == (SessionState.HELD, "ada")
        assert await watch.tick() == {"A1": SessionState.HELD}  # the watchdog leaves it so
        assert (await row(watch)).held_by == "ada"
        assert "It is paused by `ada`." in await ask(watch.bot, "/agent A1 restart")

        assert "`A1` is running" in await ask(watch.bot, "/agent A1 resume")
        await agent.works()
        assert await watch.tick() == {"A1": SessionState.HEALTHY}

        (before,) = agent.starts
        assert "`A1` was started." in await ask(watch.bot, "/agent A1 restart")
        await agent.works()
        assert agent.starts[0] == before
        assert len(agent.starts) == 2
        assert "**resumed** `ada` had it started." in await ask(watch.bot, "/agent A1")
        assert "terminal" in await ask(watch.bot, "/agent A1 log 5")


async def test_each_step_twice_is_as_once(tmp_path: Path) -> None:
    need_tmux()
    async with watched(tmp_path, repeat_every_step=True) as watch:
        agent = await working(watch)

        for line in ("/agent A1 pause", "/agent A1 resume", "/agent A1 restart"):
            assert "**succeeded**" in await ask(watch.bot, line)

        await agent.works()
        assert len(agent.starts) == 2
        happened = await watch.happened("A1")
        assert [happened.count(kind) for kind in ("paused", "resumed")] == [1, 2]


async def test_wherever_the_process_dies_it_is_done_once_and_answered(tmp_path: Path) -> None:
    need_tmux()
    async with watched(tmp_path) as watch:
        agent = await working(watch)
        crashes = (
            ("/agent A1 pause", "facts"),
            ("/agent A1 resume", "record"),
            ("/agent A1 pause", "agents"),
            ("/agent A1 resume", "note holds"),
            ("/agent A1 restart", "start A1"),
            ("/agent A1 log", "terminal"),
        )

        for line, step in crashes:
            watch.bot.engine.crash_in(step)
            await ask(watch.bot, line)
            assert not watch.bot.engine.crashes_due
            await watch.bot.engine.restart()
            await watch.bot.settle()
            assert "**succeeded**" in receipts(watch.bot)[-1]

        await agent.works()
        assert len(agent.starts) == 2
        happened = await watch.happened("A1")
        assert [happened.count(kind) for kind in ("paused", "resumed")] == [2, 3]


async def test_while_its_host_does_not_answer_nothing_is_claimed(tmp_path: Path) -> None:
    async with watched(tmp_path, "ssm") as watch:
        await watch.configure("A1")
        await watch.tick()
        assert watch.world is not None
        watch.world.remote.managed.clear()

        for act in ("pause", "log", "restart"):
            answer = await ask(watch.bot, f"/agent A1 {act}")
            assert "**failed** · `host_unreachable`" in answer

        assert (await row(watch)).held_by == ""


async def test_what_a_person_paused_the_new_day_does_not_let_go_on(tmp_path: Path) -> None:
    need_tmux()
    async with watched(tmp_path) as watch:
        await working(watch)
        limit = PauseAgents(repository=watch.bot.ref, cause="limit", agents=("A1",))

        await watch.bot.engine.submit([limit.start()])
        await watch.bot.settle()
        assert (await row(watch)).held_by == LIMIT
        await ask(watch.bot, "/agent A1 pause")
        await watch.bot.engine.submit([replace(limit, cause="new day", is_resume=True).start()])
        await watch.bot.settle()

        assert (await row(watch)).held_by == "ada"
        assert await watch.tick() == {"A1": SessionState.HELD}


async def test_what_was_quarantined_is_started_for_whoever_asks(tmp_path: Path) -> None:
    need_tmux()
    async with watched(tmp_path) as watch:
        agent = await working(watch)
        await agent.end("1", always=True)
        for _ in range(8):
            if await watch.tick(timedelta(minutes=3)) == {"A1": SessionState.QUARANTINED}:
                break
            await agent.is_over()
        assert "⛔ quarantined" in await ask(watch.bot, "/agents")
        assert "It is left alone, with its pane." in await ask(watch.bot, "/why session A1")
        page = await linked_page(watch, "/agent A1")
        assert "Why it is not started" in page
        assert "died too often" in page
        starts = len(agent.starts)
        (agent.folder / "always").unlink()
        (agent.folder / "end").unlink()

        assert "`A1` was started." in await ask(watch.bot, "/agent A1 resume")

        await agent.works()
        assert len(agent.starts) == starts + 1
        assert len((await row(watch)).starts) == 1


async def test_the_budget_is_decided_by_and_the_decision_can_be_made_again(tmp_path: Path) -> None:
    need_tmux()
    async with watched(tmp_path) as watch:
        agent, bot = await working(watch), watch.bot
        now = bot.clock()

        def freeze(connection: Connection) -> None:
            budget = keep_budget(connection, bot.ref, CostConfig(), now=now)
            frozen = replace(budget, mode=Mode.ENFORCE, stage=Stage.FROZEN, limit=Decimal(10))
            save_budget(connection, frozen)

        await bot.database.write(freeze)

        assert "**refused** · `budget_frozen`" in await ask(bot, "/agent A1 restart")
        assert len(agent.starts) == 1
        decided = await bot.database.read(
            lambda rows: newest(rows, bot.ref.id, kind="agent", environment="", number=bot.pull.number)
        )
        assert decided is not None
        again = replay(decided, DECIDERS)
        assert isinstance(again, Replayed)
        assert again.is_same
        assert "no agent is started" in await ask(bot, "/why agent")
        assert "no agent is started" in await ask(bot, "/plan /agent A1 restart")
        assert "The watchdog may start sessions." in await ask(bot, "/why session A1")
        assert "`/plan agent A2 restart` says what would be" in await ask(bot, "/why session A2")
        assert "`unknown_decision`" in await ask(bot, "/why fix")
        assert "`parameter_invalid`" in await ask(bot, "/plan /agent A1 kill")


async def test_whoever_may_read_looks_and_whoever_may_write_acts(tmp_path: Path) -> None:
    need_tmux()
    async with watched(tmp_path) as watch:
        agent = await working(watch)
        accounts.set_role(watch.bot.repository, watch.bot.hub.store.user("eve"), "read")

        shown = await ask(watch.bot, "/agents", by="eve")
        assert "**1 agent: 1 healthy.**" in shown
        assert "| `A1` | `build` | 🟢 healthy |" in shown
        assert "**succeeded**" in await ask(watch.bot, "/agent A1 status", by="eve")
        for act in ("pause", "resume", "restart", "log"):
            refused = await ask(watch.bot, f"/agent A1 {act}", by="eve")
            assert "`not_permitted`" in refused
            assert "someone with the role write or more" in refused
        assert len(agent.starts) == 1


async def test_a_host_that_the_operator_does_not_allow_is_not_touched(tmp_path: Path) -> None:
    async with serving(tmp_path) as bot:
        configure(bot, "agents: {A1: {work_tree: /srv, command: run}}\n")
        await bot.settle()

        for act in ("pause", "resume", "restart", "log"):
            refused = await ask(bot, f"/agent A1 {act}")
            assert "`host_not_allowed`" in refused
            assert "PILOTHOUSE_LOCAL_REPOSITORIES" in refused
        assert "`unknown_agent`" in await ask(bot, "/agent A2")
        assert "Did you mean `A1`?" in await ask(bot, "/agent A2 pause")
        assert "`too_many_arguments`" in await ask(bot, "/agent A1 pause 3")


@pytest.mark.parametrize(
    ("text", "reason", "says"),
    [
        ("version: 1\n", "no_supervision", "names no `agents`. Someone with the role write can add them."),
        ("agents: {A1: {work: /srv}}\n", "configuration_invalid", "has mistakes:"),
    ],
)
async def test_without_agents_it_says_what_is_missing(
    tmp_path: Path, text: str, reason: str, says: str
) -> None:
    async with serving(tmp_path) as bot:
        configure(bot, text)
        await bot.settle()

        shown = await ask(bot, "/agents")

        assert f"**refused** · `{reason}`" in shown
        assert says in shown
