"""What a look at costs asks of AWS and how long it takes: the reference pipeline, and many accounts and machines."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from bot.config.cost_settings import CostSettings
from bot.localhub.state import git
from tests.bench.figures import Figure
from tests.support.bot import REPOSITORY, Bot, serving
from tests.support.clock import Clock
from tests.support.cloud.aws import Cloud, cloud
from tests.support.costs import TICK, tick_of
from tests.support.pipeline.driving import FIRST, driven

_MOST_CALLS = 12  # to AWS for a tick of the reference pipeline
_HEATS = ("1.00", "1.15", "1.30", "1.45")  # of the agents, by the day
_COST_EXPLORER = "ce:GetCostAndUsage"


def measure(*, short: bool) -> list[Figure]:
    """This function will count requests and seconds of ticks."""
    accounts, each = (2, 2) if short else (50, 20)
    return [
        *asyncio.run(_reference(ticks=2 if short else 95)),  # a day, with the first look
        *(asyncio.run(_held(heat)) for heat in (() if short else _HEATS)),
        *asyncio.run(_large(accounts=accounts, each=each)),
    ]


async def _reference(ticks: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        async with driven(Path(folder)) as driven_bot:
            first = driven_bot.world.count()
            for _ in range(ticks):
                await driven_bot.tick()
            later = driven_bot.seen
            asked = driven_bot.world.count()[_COST_EXPLORER]
    most = max(seen.calls.total() for seen in later)
    return [
        _calls("the reference pipeline, first look of all", first),
        _calls("the reference pipeline, costliest tick", Counter({"": most}), most=_MOST_CALLS),
        Figure(name="Cost Explorer that day", value=asked, unit="requests", goal="≤ 1", met=asked <= 1),
        Figure(
            name="a tick of the reference pipeline",
            value=statistics.median(seen.seconds for seen in later),
            unit="s",
        ),
    ]


async def _held(heat: str) -> Figure:
    """How far past the limit a day ends, with all that the limit may not end and that costs on until midnight."""
    with tempfile.TemporaryDirectory() as folder:
        async with driven(Path(folder), heat=heat) as day:
            await day.live_until(FIRST + timedelta(hours=15))
            await day.look()
            await day.enforce()
            await day.tick_until(FIRST + timedelta(hours=23, minutes=45))
            day.pipeline.advance(FIRST + timedelta(days=1) - timedelta(seconds=1))
            over = day.pipeline.spent(FIRST.date()) - 100
    return Figure(
        name=f"a day of {heat} times the usual, past $100",
        value=float(over),
        unit="dollars",
        goal="≤ 2",
        met=over <= 2,
    )


async def _large(*, accounts: int, each: int) -> list[Figure]:
    """Many accounts, each with its role and its machines, half of them spot."""
    ids = [f"{200_000_000_000 + number}" for number in range(accounts)]
    clock = Clock(FIRST)
    async with cloud(clock) as world:
        for account in ids:
            world.make.machines("i4i.2xlarge", each // 2, spot=True, account=account)
            world.make.machines("c7a.xlarge", each - each // 2, account=account)
        first, later = await _ticks(world, clock, ids)
    name = f"{accounts * each:,} machines in {accounts} accounts"
    return [
        _calls(f"{name}, first look of all", first[0]),
        Figure(name=f"{name}, first look of all", value=first[1], unit="s"),
        _calls(f"{name}, a tick", later[0]),
        Figure(name=f"{name}, a tick", value=later[1], unit="s", goal="≤ 60 s", met=later[1] <= 60),
    ]


async def _ticks(
    world: Cloud, clock: Clock, ids: list[str]
) -> tuple[tuple[Counter[str], float], tuple[Counter[str], float]]:
    """The requests and the seconds of the first two looks."""
    settings = CostSettings(aws_repositories=frozenset({REPOSITORY}), aws_endpoint_url=world.url)
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder), clock=clock, costs=settings) as bot:
            roles = {account: f"arn:aws:iam::{account}:role/pilothouse" for account in ids}
            for role in roles.values():
                world.trust.allow(role, f"pilothouse:{bot.ref.id}")
            listed = "".join(
                f"    - {{id: '{account}', role: '{role}'}}\n" for account, role in roles.items()
            )
            files = {".github/pilothouse.yml": f"costs:\n  actions: false\n  accounts:\n{listed}"}
            git.push(bot.hub.store, bot.repository, "main", files=files, message="Costs", author=bot.ada)
            first = await _settled(bot, world)
            clock.advance(TICK)
            await bot.engine.submit([tick_of(clock.now)])
            return first, await _settled(bot, world)


async def _settled(bot: Bot, world: Cloud) -> tuple[Counter[str], float]:
    """The requests and the seconds of what is going to happen."""
    before, begun = world.count(), perf_counter()
    await bot.settle()
    return world.count() - before, perf_counter() - begun


def _calls(name: str, calls: Counter[str], *, most: int = 0) -> Figure:
    floor = ", ".join(f"{count} {what.partition(':')[2]}" for what, count in calls.most_common(3) if what)
    total = calls.total()
    return Figure(
        name=name,
        value=total,
        unit="calls",
        floor=floor,
        goal=f"≤ {most}" if most else "",
        met=total <= most if most else None,
    )


if __name__ == "__main__":
    from tests.bench.figures import show

    show("bench_costs", measure(short="--short" in sys.argv))
