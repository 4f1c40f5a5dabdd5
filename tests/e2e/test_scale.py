"""Several web processes and workers on PostgreSQL: each may die or be replaced, and the server drop their sessions."""

from __future__ import annotations

import os
import time
from functools import partial
from signal import SIGKILL, SIGTERM
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from tests.support.cluster import Cluster, cluster
from tests.support.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub

pytest_plugins = ["tests.support.postgres"]
pytestmark = [pytest.mark.postgres, pytest.mark.no_cover]

# `make soak` plays it long.
KILLS = 12 if os.environ.get("PILOTHOUSE_TEST_SOAK") else 1
RECOVERY = 30.0  # seconds until what a killed worker had begun goes on
HANDOVER = 5.0  # until another worker takes deliveries
# What docs/operations.md promises; a server's max_connections is reckoned from it.
A_WORKER, A_WEB = 24, 14


async def connections(made: Cluster) -> int:
    """This function will count the sessions that the bot's processes have."""
    rows = await made.ask(
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and backend_type = 'client backend'"
    )
    print(f"connections: {rows[0][0]}")  # noqa: T201 - a figure
    return int(rows[0][0])


async def killed(made: Cluster) -> float:
    """Kill a worker in the middle of its work, see that another takes deliveries, and say when it was."""
    made.command(2)
    await made.end_worker(await made.busy(), SIGKILL)
    began = time.monotonic()
    made.command(1)
    await made.hub.settle()
    await until(partial(all_taken, made), within=HANDOVER)
    print(f"killed: taken over after {time.monotonic() - began:.1f} s")  # noqa: T201 - a figure
    await made.start_worker()
    return began


@pytest.mark.timeout(900 if KILLS > 1 else 240)
async def test_nothing_is_lost_or_doubled_while_processes_die_and_are_replaced(
    hub: LocalHub, postgres_url: str, tmp_path: Path
) -> None:
    hub.faults.add(Fault(kind="latency", path="^/repos/", seconds=0.2))
    async with cluster(hub, postgres_url, tmp_path) as made:
        made.open_pulls(4)
        made.command(1)
        await made.all_answered()
        for number in range(KILLS):
            began = await killed(made)
            if number < KILLS - 1:
                await made.all_answered(within=RECOVERY + HANDOVER)
        assert await connections(made) <= 2 * A_WORKER + 2 * A_WEB
        made.command(1)
        await made.drop_sessions()
        # An upgrade: each worker is replaced while commands come in, then one web process is gone for good.
        for name in list(made.workers):
            made.command(1)
            await made.start_worker()
            assert await made.end_worker(name, SIGTERM) <= 20
        made.command(1)
        await hub.settle()
        await made.kill_web(next(iter(made.webs)))
        made.command(1)
        await made.all_answered()
        print(f"all done after {time.monotonic() - began:.1f} s")  # noqa: T201 - a figure
        assert time.monotonic() - began <= 1.5 * RECOVERY  # other tests share the machine
        await until(partial(everything_done, made))
    assert set(made.receipts().values()) == {1}


async def all_taken(made: Cluster) -> bool:
    """No delivery waits to be taken by a worker."""
    return await made.ask("select count(*) from pilothouse_inbox where state = 'waiting'") == [(0,)]


async def everything_done(made: Cluster) -> bool:
    """Each delivery was taken, each run of one ended, and none of them in an error."""
    assert await made.ask("select count(*) from dbos.workflow_status where status = 'ERROR'") == [(0,)]
    waiting = "select count(*) from pilothouse_inbox where state <> 'done'"
    unended = "select count(*) from dbos.workflow_status where queue_name = 'events' and status <> 'SUCCESS'"
    return [await made.ask(each) for each in (waiting, unended)] == [[(0,)], [(0,)]]
