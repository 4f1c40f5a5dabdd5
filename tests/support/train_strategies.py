"""Ways to test pull requests before they are merged, tried in the yard: how often CI runs, who is turned away."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean

from bot.merging.train.plan import Limits, Line
from tests.support.train_yard import Driver, Yard

PULLS = 40
FLAKY = 0.05  # how often a run fails without a cause
SEEDS = 400
RETRIES = 1  # of a red run, before it is believed
_CULPRITS = 0.033  # as a base without a history is taken to have

Way = Callable[[Yard, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a way cost, as means over many tries."""

    runs: float
    turned_away: float  # good pull requests that were not merged


def one_by_one(yard: Yard, pulls: int) -> None:
    """Each is tested on top of all before it, the next one when it is merged."""
    for car in range(pulls):
        if _is_green(yard, (car,)):
            yard.merge((car,))


def github_queue(yard: Yard, pulls: int, *, built: int = 5) -> None:
    """GitHub's merge queue: each has a commit of its own on top of those before it, so many are built at a time.

    Who is red is taken out, and all commits behind it are built anew.
    https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
    """
    waiting = list(range(pulls))
    known: dict[int, bool] = {}
    while waiting:
        for position, car in enumerate(waiting[:built]):
            if car not in known:
                known[car] = _is_green(yard, waiting[: position + 1])
        first = waiting.pop(0)
        if known[first]:
            yard.merge((first,))
        else:
            known.clear()


def batches(yard: Yard, pulls: int, *, size: int = 5) -> None:
    """Batches of a fixed size; those of a red one are tested one by one."""
    for begin in range(0, pulls, size):
        batch = range(begin, min(begin + size, pulls))
        if _is_green(yard, batch):
            yard.merge(batch)
            continue
        for car in batch:
            if _is_green(yard, (car,)):
                yard.merge((car,))


def halves(yard: Yard, pulls: int, *, size: int = 5) -> None:
    """Batches as bors splits them: both halves of a red one are tested, and so on.

    https://github.com/bors-ng/bors-ng
    """
    waiting = [tuple(range(begin, min(begin + size, pulls))) for begin in range(0, pulls, size)]
    while waiting:
        batch = waiting.pop(0)
        if _is_green(yard, batch):
            yard.merge(batch)
        elif len(batch) > 1:
            half = len(batch) // 2
            waiting[:0] = [batch[:half], batch[half:]]


def train(yard: Yard, pulls: int, *, size: int = 8) -> None:
    """The train of this product."""
    limits = Limits(batch=size, retries=RETRIES, culprits=_CULPRITS)
    Driver(yard, limits, Line(waiting=tuple(range(pulls)), is_base_proven=True)).drive()


WAYS: dict[str, Way] = {
    "one by one": one_by_one,
    "GitHub's merge queue, 5 built at a time": github_queue,
    "batches of 5, a red one one by one": batches,
    "batches of 5, a red one by halves": halves,
    "**the train**, batches of 8": train,
}


def measure(way: Way, culprits: int, *, pulls: int = PULLS, seeds: int = SEEDS) -> Measured:
    """This function will try a way many times, with other culprits and other luck each time."""
    tries = [_try(way, culprits, pulls, seed) for seed in range(seeds)]
    return Measured(
        runs=mean(yard.runs for yard in tries),
        turned_away=mean(pulls - culprits - len(yard.merged) for yard in tries),
    )


def _try(way: Way, culprits: int, pulls: int, seed: int) -> Yard:
    dice = random.Random(seed)  # noqa: S311 - reproducible dice, no secret
    chosen = frozenset(dice.sample(range(pulls), culprits))
    yard = Yard(culprits=chosen, fails=lambda _: dice.random() < FLAKY)
    way(yard, pulls)
    return yard


def _is_green(yard: Yard, cars: range | list[int] | tuple[int, ...]) -> bool:
    return any(yard.test(cars, attempt) for attempt in range(1, RETRIES + 2))
