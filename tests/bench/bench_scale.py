"""A day of a thousand repositories at once: nothing lost, nothing twice, while workers are killed."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bot.localhub.limits import INSTALLATION_LIMIT
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, git, pulls
from handlers import wanted
from tests.bench.crowd import Crowd, Place, everyday, turn_of
from tests.bench.figures import Figure
from tests.bench.fleet import Fleet, drained, fleet
from tests.bench.load import Order, Result, sent
from tests.bench.product import Product
from tests.support.postgres import new_database, running_postgres

FULL = 100_000  # deliveries
_KILL_SECONDS = 20.0
_COMMANDS = 200  # one among so many deliveries is a command that wants an answer
_DRAIN_SECONDS = 7200.0
_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a day is."""

    deliveries: int
    repositories: int
    installations: int
    kill_seconds: float = _KILL_SECONDS
    most_kills: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How it went."""

    size: Size
    results: tuple[Result, ...]
    drain_seconds: float  # after the last acknowledgement
    expected: int  # deliveries that somebody wants, each once
    states: dict[str, int]
    commands: int
    lost: int  # commands without an answer
    doubled: int  # answers beyond the first of a command
    kills: int
    kilobytes: float  # of the database, for each delivery kept
    megabytes: float  # in memory, most


def measure(*, short: bool, deliveries: int = FULL) -> list[Figure]:
    """This function will play the day on SQLite and, with two webs and two workers, on PostgreSQL."""
    size = Size(deliveries=deliveries, repositories=1000, installations=50)
    if short:
        size = Size(deliveries=400, repositories=20, installations=5, kill_seconds=1, most_kills=1)
        return _figures("SQLite", uvloop.run(_day(size, url="", pairs=1)))
    figures = _figures("SQLite", uvloop.run(_day(size, url="", pairs=1)))
    with running_postgres() as server:
        day = uvloop.run(_day(size, url=new_database(server), pairs=2))
    return [*figures, *_figures("PostgreSQL, 2 webs and 2 workers", day)]


def _figures(where: str, day: Day) -> list[Figure]:
    answered = sum(result.answered for result in day.results)
    refused = sum(result.refused for result in day.results)
    seconds = max(result.seconds for result in day.results)
    kept = sum(day.states.values())
    told = f"{day.size.repositories:,} repositories, {day.size.installations} installations, {day.kills} workers killed"
    not_done = kept - day.states.get("done", 0)
    return [
        Figure(
            name=f"{where}: acknowledged",
            value=answered / seconds,
            unit="req/s",
            floor=f"{answered:,} in {seconds:.0f} s",
        ),
        Figure(
            name=f"{where}: acknowledgement, p99",
            value=max(result.p99_ms for result in day.results),
            unit="ms",
            floor=f"p50 {max(result.p50_ms for result in day.results):.1f} ms, as fast as they are taken",
        ),
        Figure(name=f"{where}: refused", value=refused, unit="", floor=told, goal="none", met=refused == 0),
        Figure(
            name=f"{where}: lost or kept twice",
            value=abs(day.expected - kept) + not_done,
            unit="",
            floor=f"{day.expected:,} wanted deliveries, {kept:,} kept, {not_done} of them not done",
            goal="none",
            met=day.expected == kept and not not_done,
        ),
        Figure(
            name=f"{where}: commands answered other than once",
            value=day.lost + day.doubled,
            unit="",
            floor=f"{day.commands:,} commands, {day.lost} lost, {day.doubled} doubled",
            goal="none",
            met=not day.lost and not day.doubled,
        ),
        Figure(
            name=f"{where}: backlog drained after the last",
            value=day.drain_seconds,
            unit="s",
            floor=f"{kept / (seconds + day.drain_seconds):,.0f} wanted deliveries/s from the first on",
        ),
        Figure(name=f"{where}: database", value=day.kilobytes, unit="KB", floor="for each delivery kept"),
        Figure(name=f"{where}: memory of all processes, most", value=day.megabytes, unit="MB"),
    ]


async def _day(size: Size, *, url: str, pairs: int) -> Day:
    # Played in minutes, a day still has the requests of all its hours.
    hub = await LocalHub.start(clock=lambda: datetime.now(UTC), rate_limit=_HOURS * INSTALLATION_LIMIT)
    try:
        with tempfile.TemporaryDirectory() as name:
            async with fleet(hub, Path(name), url=url, pairs=pairs) as made:
                hub.set_webhook(None)  # that these are installed is no news of the day
                world = Product(hub, made.webs[0])
                places = await _places(world, size)
                hub.set_webhook(f"{made.webs[0].url}/webhook")
                return await _played(size, made, world, Crowd(letters=everyday(), places=places))
    finally:
        await hub.close()


async def _places(world: Product, size: Size) -> list[Place]:
    """The repositories, each with a pull request."""
    store, app = world.hub.store, world.hub.app
    ada, found = store.user("ada"), []
    for number in range(size.repositories):
        name = f"owner{number % size.installations}/harbour{number}"
        repository = accounts.create_repository(store, name, files={"README.md": "1\n"})
        accounts.set_role(repository, ada, "write")
        installation = accounts.install(store, app, repository)
        git.push(store, repository, "topic", files={"1.txt": "1"}, message="More", author=ada)
        pull = pulls.open_pull(store, repository, title="More", head="topic", author=ada)
        world.repositories.append(repository)
        found.append(
            Place(
                installation_id=installation.id,
                repository_id=repository.id,
                full_name=name,
                number=pull.number,
            )
        )
        await asyncio.sleep(0)
    return found


async def _played(size: Size, made: Fleet, world: Product, crowd: Crowd) -> Day:
    before, most = made.size(), made.memory()
    killing = asyncio.create_task(_kill(made, size))
    share = size.deliveries // len(made.webs)
    orders = [
        Order(
            port=int(web.url.rpartition(":")[2]),
            connections=16,
            seconds=3600,
            event="",
            body="",
            secret=world.hub.webhook_secret,
            most=share,
            crowd=crowd,
            first=number * share,
            prefix="day-",
        )
        for number, web in enumerate(made.webs)
    ]
    commanding = asyncio.create_task(_command(world, size.deliveries // _COMMANDS))
    results = await asyncio.gather(*(sent(order) for order in orders))
    last = time.perf_counter()
    commands = await commanding
    most = max(most, made.memory())
    await drained(made, within=_DRAIN_SECONDS)
    drain = time.perf_counter() - last
    killing.cancel()
    await world.hub.settle()
    await drained(made, within=_DRAIN_SECONDS)
    states = made.inbox()
    kept = max(1, sum(states.values()))
    receipts = world.receipts()
    return Day(
        size=size,
        results=tuple(results),
        drain_seconds=drain,
        expected=_wanted(crowd, orders) + _told(world),
        states=states,
        commands=commands,
        lost=commands - len(receipts),
        doubled=receipts.total() - len(receipts),
        kills=made.kills,
        kilobytes=1000 * (made.size() - before) / kept,
        megabytes=max(most, made.memory()),
    )


async def _kill(made: Fleet, size: Size) -> None:
    while made.kills < size.most_kills:
        await asyncio.sleep(size.kill_seconds)
        made.kill_a_worker()


async def _command(world: Product, number: int) -> int:
    for turn in range(number):
        world.comment(turn)
        await asyncio.sleep(0.05)
    return number


def _wanted(crowd: Crowd, orders: list[Order]) -> int:
    """How many deliveries the crowd has sent that somebody wants, the repeated ones once."""
    turns = {turn_of(order.first + each) for order in orders for each in range(1, order.most + 1)}
    return sum(crowd.is_wanted(turn) for turn in turns)


def _told(world: Product) -> int:
    """How many deliveries the local GitHub has sent that somebody wants: the commands, and what the bot answered."""
    listed = {each.guid: wanted(each.event, each.action) for each in world.hub.deliveries.listed}
    return sum(listed.values())


if __name__ == "__main__":
    from tests.bench.figures import show

    show("bench_scale", measure(short="--short" in sys.argv))
