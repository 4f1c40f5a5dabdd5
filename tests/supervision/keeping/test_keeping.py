"""What a repository has to watch is found where its configuration says so, and looked at as the clock ticks."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.config.cost_settings import CostSettings
from bot.config.supervising import Conduct
from bot.engine.model import Flow, Start
from bot.localhub.state import git
from bot.recovery.flow import Tick
from bot.supervision.keeping.store import (
    every_supervision,
    note_supervised,
    note_watched,
    supervision_of,
)
from bot.supervision.model import (
    SUPERVISE,
    SUPERVISOR,
    WATCH,
    WATCHDOG,
    FindSupervisions,
    NoticeBuild,
    SuperviseBuilds,
    WatchSessions,
)
from tests.support.bot import REPOSITORY, Bot, serving
from tests.support.clock import START

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.engine.model import Run
    from bot.supervision.model import Supervision

AGENTS = "agents: {A1: {}}\n"
WATCHED = f"{AGENTS}supervision: {{}}\n"
LISTED = CostSettings(local_repositories=frozenset({REPOSITORY.lower()}))


class Looks:
    """A bot whose looks at sessions and builds are only counted."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.asked: list[str] = []
        for name, request in ((WATCH, WatchSessions), (SUPERVISE, SuperviseBuilds)):
            bot.engine.flows[name] = Flow(name=name, request=request, story=self._look)

    async def _look(self, _run: Run, request: WatchSessions | SuperviseBuilds) -> None:
        self.asked.append(f"{request.start().flow} of {request.repository.full_name}")

    async def configure(self, text: str) -> None:
        """This function will push the configuration to the default branch and let the bot see it."""
        files = {".github/pilothouse.yml": text}
        git.push(
            self.bot.hub.store, self.bot.repository, "main", files=files, message="Say", author=self.bot.ada
        )
        await self.bot.settle()

    async def tick(self, flow: str) -> None:
        """This function will let the clock tick once."""
        stamp = f"{self.bot.clock():%H%M%S}"
        start = Start(flow=flow, run_id=f"{flow}-{stamp}", request=Tick(name=flow), partition=flow)
        await self.bot.engine.submit([start])
        await self.bot.settle()

    async def row(self) -> Supervision | None:
        """This function will return what is watched of the repository."""
        return await self.bot.database.read(
            lambda connection: supervision_of(connection, self.bot.repository.id)
        )


@pytest.fixture
async def looks(tmp_path: Path) -> AsyncIterator[Looks]:
    """A repository without a configuration, which the operator listed."""
    async with serving(tmp_path, costs=LISTED) as bot:
        yield Looks(bot)


async def test_a_push_of_the_configuration_is_looked_at_at_once(looks: Looks) -> None:
    await looks.configure(WATCHED)
    row = await looks.row()
    assert row is not None
    assert (set(row.supervised.agents), row.supervised.is_asked_for) == ({"A1"}, True)
    assert looks.asked == [f"watch_sessions of {REPOSITORY}", f"supervise_builds of {REPOSITORY}"]
    await looks.configure(WATCHED + "# the same\n")
    assert len(looks.asked) == 2


async def test_agents_of_a_configuration_without_supervision_are_only_observed(looks: Looks) -> None:
    await looks.configure(AGENTS)
    row = await looks.row()
    assert row is not None
    config = row.supervised.config
    conducts = {config.watch.conduct, config.watch.push, config.watch.files, config.runs.conduct}
    assert conducts | {config.fix.conduct} == {Conduct.OBSERVE}
    assert not config.alive.issue
    await looks.tick(SUPERVISOR)
    assert looks.asked == [f"watch_sessions of {REPOSITORY}"]


async def test_nothing_is_watched_any_more_where_the_configuration_says_nothing(looks: Looks) -> None:
    await looks.configure(WATCHED)
    await looks.configure("version: 1\n")
    assert await looks.row() is None
    looks.asked.clear()
    await looks.tick(WATCHDOG)
    await looks.tick(SUPERVISOR)
    assert looks.asked == []


async def test_a_mistake_in_the_configuration_ends_no_watch(looks: Looks) -> None:
    await looks.configure(WATCHED)
    await looks.configure("agents: 3\n")
    row = await looks.row()
    assert row is not None
    assert set(row.supervised.agents) == {"A1"}


async def test_ticks_look_at_what_is_watched(looks: Looks) -> None:
    await looks.configure(WATCHED)
    looks.asked.clear()
    await looks.tick(WATCHDOG)
    await looks.tick(SUPERVISOR)
    assert looks.asked == [f"watch_sessions of {REPOSITORY}", f"supervise_builds of {REPOSITORY}"]


async def test_the_clock_finds_a_repository_that_the_operator_listed(looks: Looks) -> None:
    """Its configuration may be older than the App's installation."""
    await looks.configure(WATCHED)
    await looks.bot.database.write(
        lambda connection: connection.exec_driver_sql("DELETE FROM supervisions").rowcount
    )
    await looks.tick(SUPERVISOR)
    assert await looks.row() is not None


async def test_repositories_that_the_app_was_given_are_found(looks: Looks) -> None:
    await looks.configure(WATCHED)
    await looks.bot.database.write(
        lambda connection: connection.exec_driver_sql("DELETE FROM supervisions").rowcount
    )
    request = FindSupervisions(
        installation_id=looks.bot.ref.installation_id, names=(REPOSITORY, "octo/other"), cause="given"
    )
    await looks.bot.engine.submit([request.start()])
    await looks.bot.settle()
    assert await looks.row() is not None


async def test_a_row_tells_when_its_parts_were_looked_at(looks: Looks) -> None:
    await looks.configure(WATCHED)
    database, number = looks.bot.database, looks.bot.repository.id
    await database.write(lambda connection: note_watched(connection, number, START))
    await database.write(lambda connection: note_supervised(connection, number, START))
    (row,) = await database.read(every_supervision)
    assert (row.watched_at, row.supervised_at) == (START, START)


@pytest.mark.parametrize(
    ("branch", "config", "looked"),
    [
        ("main", WATCHED, True),
        ("pilothouse/fix-0123abcd", WATCHED, True),
        ("feature", WATCHED, False),
        ("feature", f"{AGENTS}supervision: {{fix: {{branches: [feature]}}}}\n", True),
        ("main", AGENTS, False),
        ("main", "version: 1\n", False),
    ],
)
async def test_builds_are_looked_at_soon_after_one_has_ended(
    looks: Looks, branch: str, config: str, *, looked: bool
) -> None:
    await looks.configure(config)
    looks.asked.clear()
    notice = NoticeBuild(repository=looks.bot.ref, branch=branch, cause="run-1-1")
    await looks.bot.engine.submit([notice.start()])
    await looks.bot.settle()
    assert looks.asked == []
    looks.bot.engine.clock.advance(timedelta(seconds=30))
    await looks.bot.settle()
    assert looks.asked == ([f"supervise_builds of {REPOSITORY}"] if looked else [])


async def test_a_heartbeat_of_what_is_not_watched_any_more_is_ended(tmp_path: Path) -> None:
    """Else the alarm would take the new configuration for silence."""
    async with serving(tmp_path, costs=LISTED) as bot:
        push = partial(git.push, bot.hub.store, bot.repository, "main", message="Say", author=bot.ada)
        push(files={".github/pilothouse.yml": "supervision: {}\n"})
        await bot.settle()
        start = SuperviseBuilds(repository=bot.ref, cause="tick").start()
        await bot.engine.submit([start])
        await bot.settle()
        (heartbeat,) = (one for one in bot.repository.issues.values() if "heartbeat" in one.title)
        assert heartbeat.state == "open"

        push(files={".github/pilothouse.yml": "version: 1\n"})
        await bot.settle()

        assert heartbeat.state == "closed"
        assert '"off"' in (heartbeat.body or "")
        assert await bot.database.read(every_supervision) == ()
