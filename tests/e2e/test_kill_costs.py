"""The limit with real processes that are killed around its effects: each machine is ended, and no other."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from signal import SIGKILL
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from sqlalchemy import select

from bot.budget.model import Mode
from bot.costs.model import ActionKind, ActionState
from bot.demo.process import BotProcess
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts
from bot.storage.cost_tables import budgets, cost_actions, cost_readings
from bot.storage.database import Database
from tests.support.cloud.aws import HOME, Cloud, cloud
from tests.support.cloud.faults import Fault, Way
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.pipeline.machines import OWN
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Row

pytestmark = [pytest.mark.timeout(240), pytest.mark.no_cover]

REPOSITORY = "octo/harbour"
TERMINATE = "ec2:TerminateInstances"
PATIENCE = 60.0
# What is spent at once reaches the limit by itself.
CONFIGURATION = f"""
costs:
  limit: 100
  actions: false
  accounts: [{{id: '{HOME}'}}]
  fixed: {{subscriptions: {{per_day: 101, at_once: true}}}}
"""


class Stage:
    """A bot in processes of its own beside a local GitHub and an AWS."""

    def __init__(self, hub: LocalHub, world: Cloud, folder: Path) -> None:
        files = {"README.md": "harbour\n", ".github/pilothouse.yml": CONFIGURATION}
        self.repository = accounts.create_repository(hub.store, REPOSITORY, files=files)
        accounts.install(hub.store, hub.app, self.repository)
        self.world = world
        self.cluster = world.make.machines("i4i.2xlarge", 3, spot=True, tags=OWN)
        self.others = [
            *world.make.machines("c7a.2xlarge", tags=OWN),
            *world.make.machines("t3.medium", spot=True),
        ]
        settings = {"PILOTHOUSE_AWS_REPOSITORIES": REPOSITORY, "PILOTHOUSE_AWS_ENDPOINT_URL": world.url}
        self.bot = BotProcess(hub, folder, settings=settings)
        self.database = Database(f"sqlite:///{folder / 'pilothouse.db'}")

    async def rows(self, table: Any) -> list[Row[Any]]:
        """This function will read a table."""
        return await self.database.read(lambda rows: list(rows.execute(select(table))))

    def reported(self) -> bool:
        """Whether the first look has ended, with its report."""
        return any("pilothouse:costs day-" in one.body for one in self.repository.comments.values())

    async def enforce(self) -> None:
        """Have the limit act, and the look that there was be as long ago as the next one needs."""
        change = budgets.update().values(mode=Mode.ENFORCE.value)
        earlier = cost_readings.update().values(read_at=wall_clock() - timedelta(minutes=5))
        await self.database.write(lambda rows: (rows.execute(change), rows.execute(earlier)))

    def asked(self) -> list[str]:
        """The machines that were asked to end, in order."""
        return [call.list_of("InstanceId")[0] for call in self.world.calls if call.name == TERMINATE]

    async def killed_at(self, count: int) -> None:
        """Kill the bot while its request to end a machine has no answer."""
        await until(lambda: len(self.asked()) == count, within=PATIENCE)
        assert self.bot.process is not None
        family = [psutil.Process(self.bot.process.pid)]
        family += family[0].children(recursive=True)
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.send_signal(SIGKILL)
        await self.bot.process.wait()


@asynccontextmanager
async def _stage(folder: Path) -> AsyncIterator[Stage]:
    record = record_file(folder)
    hub = await LocalHub.start(clock=wall_clock, record=record)
    try:
        async with cloud(wall_clock) as world:
            stage = Stage(hub, world, folder)
            await stage.bot.start(seconds=PATIENCE)
            stage.database.open()
            try:
                yield stage
            finally:
                await stage.bot.stop()
                stage.database.close()
    finally:
        await hub.close()
    assert_true_to_github(record)


async def test_a_kill_between_intent_and_effect_ends_each_machine_once(tmp_path: Path) -> None:
    """Killed before the effect, and after it before its record: the rows were written first, and all end well."""
    async with _stage(tmp_path) as stage:
        await until(stage.reported, within=PATIENCE)
        await stage.bot.stop()
        await stage.enforce()
        before = stage.world.faults.add(Fault(action=TERMINATE, way=Way.HANG))
        await stage.bot.start(seconds=PATIENCE)
        await stage.killed_at(1)
        rows = [row for row in await stage.rows(cost_actions) if row.kind == ActionKind.TERMINATE]
        intended = {row.target for row in rows if row.state == ActionState.INTENDED}
        assert intended == set(stage.cluster)
        stage.world.faults.end(before)
        stage.world.faults.add(Fault(action=TERMINATE, way=Way.HUSH, left=1))
        await stage.bot.start(seconds=PATIENCE)
        await stage.killed_at(2)
        await stage.bot.start(seconds=PATIENCE)

        async def done() -> bool:
            rows = [row for row in await stage.rows(cost_actions) if row.kind == ActionKind.TERMINATE]
            return {row.target for row in rows if row.state == ActionState.DONE} == set(stage.cluster)

        await until(done, within=PATIENCE)
        states = stage.world.make.states()
        assert {states[one] for one in stage.cluster} == {"terminated"}
        assert {states[one] for one in stage.others} == {"running"}
        first, *_ = stage.asked()
        assert sorted(stage.asked()) == sorted([first, *stage.cluster])
