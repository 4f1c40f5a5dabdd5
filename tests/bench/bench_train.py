"""How often CI runs until forty pull requests with three culprits are merged: the whole bot, and other ways."""

from __future__ import annotations

import asyncio
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figures import Figure
from tests.support.train import API, NEEDS_OLD, NEW, TRAINS, station
from tests.support.train_strategies import FLAKY, WAYS
from tests.support.train_strategies import measure as try_way

if TYPE_CHECKING:
    from bot.localhub.state.actions import WorkflowRun
    from tests.support.train import Station

_FIRST = next(iter(WAYS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What became of everybody who wanted to be merged."""

    runs: int
    merged: int
    culprits_merged: int
    named: int
    base_was_red: int
    calls: int


def measure(*, short: bool) -> list[Figure]:
    """This function will let the bot merge on the local GitHub, and try the other ways in the yard."""
    pulls, culprits, seeds = (8, 1, 20) if short else (40, 3, 400)
    arrived = asyncio.run(_ride(pulls, culprits))
    first = try_way(WAYS[_FIRST], culprits, pulls=pulls, seeds=seeds).runs
    figures = [
        Figure(
            name=f"{name.replace('*', '')}, simulated",
            value=(runs := try_way(way, culprits, pulls=pulls, seeds=seeds).runs),
            unit="runs",
            floor=f"{runs / first:.0%} of {_FIRST}",
        )
        for name, way in WAYS.items()
    ]
    return [*figures, *_figures(arrived, pulls, culprits, first)]


def _figures(arrived: Arrived, pulls: int, culprits: int, first: float) -> list[Figure]:
    good = pulls - culprits
    is_right = arrived.merged == good and arrived.culprits_merged == 0
    return [
        Figure(
            name="the whole bot on the local GitHub",
            value=arrived.runs,
            unit="runs",
            floor=f"{arrived.runs / first:.0%} of {_FIRST}",
            goal="fewer than one by one",
            met=arrived.runs < first,
        ),
        Figure(name="good ones merged", value=arrived.merged, unit="", goal=f"{good}", met=is_right),
        Figure(
            name="culprits named",
            value=arrived.named,
            unit="",
            goal=f"{culprits}",
            met=arrived.named == culprits,
        ),
        Figure(
            name="moments at which the base was red",
            value=arrived.base_was_red,
            unit="",
            goal="0",
            met=arrived.base_was_red == 0,
        ),
        Figure(name="API calls for each pull request", value=arrived.calls / pulls, unit="calls"),
    ]


async def _ride(pulls: int, culprits: int) -> Arrived:
    dice = random.Random(pulls)  # noqa: S311 - reproducible dice, no secret
    bad = set(dice.sample(range(pulls), culprits))
    with tempfile.TemporaryDirectory() as folder:
        async with station(Path(folder)) as here:
            here.fails = lambda run: _is_train(run) and dice.random() < FLAKY
            opened = {
                here.open(f"topic-{n}", {f"{n}.txt": NEEDS_OLD if n in bad else "1"}).number: n in bad
                for n in range(pulls)
            }
            here.push_base({API: NEW})
            await here.tick()
            before = len(here.harbour.bot.calls)
            await here.ask(tuple(opened))
            await here.arrive()
            return await _arrived(here, opened, before)


async def _arrived(here: Station, opened: dict[int, bool], before: int) -> Arrived:
    merged = {number for number in opened if here.repository.pulls[number].merged}
    standing = {number: await here.harbour.standing(number) for number in opened}
    return Arrived(
        runs=len(here.batches),
        merged=len(merged),
        culprits_merged=sum(opened[number] for number in merged),
        named=sum(is_bad and standing[number] == "stopped train_red" for number, is_bad in opened.items()),
        base_was_red=len(here.base_was_red),
        calls=len(here.harbour.bot.calls) - before,
    )


def _is_train(run: WorkflowRun) -> bool:
    return (run.head_branch or "").startswith(TRAINS)
