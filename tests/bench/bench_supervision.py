"""What one order to a host and one look at all sessions cost: calls and seconds, over both ways to a host."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from bot.config.agents import AgentConfig, HostConfig
from bot.config.cost_settings import CostSettings
from bot.config.costing import AccountConfig
from bot.costs.aws.accounts import Aws
from bot.supervision.hosts.model import Order, Result
from bot.supervision.hosts.reaching import Machines
from bot.supervision.keeping.store import keep_supervision
from bot.supervision.model import Supervised, WatchSessions
from bot.supervision.sessions.model import SessionState
from bot.supervision.sessions.store import sessions_of
from tests.bench.figures import Figure
from tests.support.bot import REPOSITORY, serving
from tests.support.cloud.aws import HOME, Cloud, cloud
from tests.support.driving_hosts import WAYS, reached
from tests.support.sessions import Repository, Sessions

if TYPE_CHECKING:
    from bot.supervision.hosts.model import Host
    from tests.support.bot import Bot

_TICK = timedelta(minutes=2)
_MOST_SECONDS = 120.0  # of a tick: until the next one
_ORDERS = 2  # for each host: how its sessions stand, and how their work trees look
_PATIENCE = 600.0  # seconds
_NOTHING = Order(argv=("true",))
_REGION = "us-east-1"
_SEND, _ASK = "ssm:SendCommand", "ssm:GetCommandInvocation"


def measure(*, short: bool) -> list[Figure]:
    """This function will count calls and seconds of orders and of ticks."""
    orders = [figure for way in WAYS for figure in asyncio.run(_order(way, times=3 if short else 40))]
    if shutil.which("tmux") is None:
        return orders
    sizes = [(2, 3)] if short else [(1, 50), (20, 50)]
    return [
        *orders,
        *(figure for hosts, each in sizes for figure in asyncio.run(_look(hosts=hosts, each=each))),
    ]


async def _order(way: str, times: int) -> list[Figure]:
    async with reached(way) as place:
        seconds = [await _seconds(place.host) for _ in range(times)]
        calls = place.world.count("ssm:*") if place.world is not None else Counter()
    begun = perf_counter()
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()
    floor = f"a process alone {perf_counter() - begun:.3f} s"
    figures = [Figure(name=f"one order, {way}", value=statistics.median(seconds), unit="s", floor=floor)]
    if calls:
        asked = f"{calls[_SEND] / times:.0f} SendCommand, {calls[_ASK] / times:.1f} GetCommandInvocation"
        figures.append(
            Figure(name=f"one order, {way}", value=calls.total() / times, unit="calls", floor=asked)
        )
    return figures


async def _seconds(host: Host) -> float:
    begun = perf_counter()
    assert isinstance(await host.run(_NOTHING), Result)
    return perf_counter() - begun


@dataclass(frozen=True, slots=True, kw_only=True)
class _Yard:
    """Hosts with sessions: all are this machine, each with a tmux server of its own."""

    folder: Path
    tree: Path  # of which each session has a copy
    hosts: int
    each: int

    def instance(self, host: int) -> str:
        """This function will return the instance that a host is."""
        return f"i-{host:017x}"

    def servers(self) -> list[Sessions]:
        """This function will return the tmux servers."""
        return [Sessions(folder=self.folder / f"h{host}") for host in range(self.hosts)]

    def begin(self) -> None:
        """This function will begin all sessions, each a shell with a child that sleeps."""
        for server in self.servers():
            server.folder.mkdir()
            said: list[str] = []
            for number in range(self.each):
                said += ["new-session", "-d", "-s", f"a{number}", "sleep 3600; true", ";"]
                shutil.copytree(self.tree, server.folder / f"tree{number}", symlinks=True)
            server.run(*said[:-1])

    def supervised(self) -> Supervised:
        """This function will return what the configuration would say."""
        hosts = {
            f"h{host}": HostConfig(instance=self.instance(host), account=HOME, region=_REGION)
            for host in range(self.hosts)
        }
        agents = {
            f"h{host}-a{number}": AgentConfig(
                host=f"h{host}",
                session=f"a{number}",
                socket=server.socket,
                work_tree=str(server.folder / f"tree{number}"),
            )
            for host, server in enumerate(self.servers())
            for number in range(self.each)
        }
        return Supervised(agents=agents, hosts=hosts, accounts=(AccountConfig(id=HOME, regions=(_REGION,)),))


async def _look(*, hosts: int, each: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "git").mkdir()
        tree = Repository(folder=folder / "git", full_name=REPOSITORY).make().tree
        shutil.rmtree(tree / ".git/hooks", ignore_errors=True)
        yard = _Yard(folder=folder, tree=tree, hosts=hosts, each=each)
        try:
            await asyncio.to_thread(yard.begin)
            async with cloud() as world:
                return await _ticks(yard, world)
        finally:
            for server in yard.servers():
                await asyncio.to_thread(server.end)


async def _ticks(yard: _Yard, world: Cloud) -> list[Figure]:
    settings = CostSettings(aws_repositories=frozenset({REPOSITORY.lower()}), aws_endpoint_url=world.url)
    for host in range(yard.hosts):
        world.remote.manage(yard.instance(host), Path("/"))
    async with serving(yard.folder, costs=settings) as bot:
        supervised, now = yard.supervised(), bot.clock()
        await bot.database.write(lambda rows: keep_supervision(rows, bot.ref, supervised, now=now))
        first, _ = await _tick(bot, world)
        used = process_time()
        calls, seconds = await _tick(bot, world)
        used = process_time() - used
        rows = await bot.database.read(lambda connection: sessions_of(connection, bot.ref.id))
        floor = await _floor(bot, yard, settings)
    states = Counter(row.state for row in rows)
    assert states == {SessionState.HEALTHY: yard.hosts * yard.each}, states
    name = f"{yard.hosts * yard.each:,} sessions on {yard.hosts} host{'s' if yard.hosts > 1 else ''}"
    asked = f"{calls[_ASK]} GetCommandInvocation beside"
    met = calls[_SEND] <= _ORDERS * yard.hosts
    return [
        Figure(name=f"{name}, first tick", value=first[_SEND], unit="orders"),
        Figure(
            name=f"{name}, one tick",
            value=calls[_SEND],
            unit="orders",
            floor=asked,
            goal=f"≤ {_ORDERS} a host",
            met=met,
        ),
        Figure(
            name=f"{name}, one tick", value=used, unit="s CPU", floor="of the bot and of the AWS it talks to"
        ),
        Figure(
            name=f"{name}, one tick",
            value=seconds,
            unit="s",
            floor=f"an order that does nothing: {floor:.1f} s; all hosts are this machine",
            goal=f"≤ {_MOST_SECONDS:.0f} s",
            met=seconds <= _MOST_SECONDS,
        ),
    ]


async def _tick(bot: Bot, world: Cloud) -> tuple[Counter[str], float]:
    """The calls and the seconds of one look; what it sleeps between two looks is the bot's clock's."""
    bot.clock.advance(_TICK)
    before, begun = world.count(), perf_counter()
    cause = f"{bot.clock():%Y%m%dT%H%M%S}"
    await bot.engine.submit([WatchSessions(repository=bot.ref, cause=cause).start()])
    await bot.engine.drain(within=_PATIENCE)
    while (deadline := bot.engine.next_deadline()) is not None:
        bot.clock.advance(max(deadline - bot.clock(), timedelta()))
        await bot.engine.drain(within=_PATIENCE)
    return world.count() - before, perf_counter() - begun


async def _floor(bot: Bot, yard: _Yard, settings: CostSettings) -> float:
    """The seconds of an order that does nothing to each host, side by side."""
    supervised = yard.supervised()
    machines = Machines(
        repository=bot.ref,
        hosts=supervised.hosts,
        accounts=supervised.accounts,
        settings=settings,
        aws=Aws(settings),
    )
    hosts = [machines.reach(name) for name in supervised.hosts]
    begun = perf_counter()
    await asyncio.gather(*(host.run(_NOTHING) for host in hosts if not isinstance(host, str)))
    return perf_counter() - begun


if __name__ == "__main__":
    from tests.bench.figures import show

    show("bench_supervision", measure(short="--short" in sys.argv))
