"""A yard in which a train can be tried in no time: pull requests, their culprits, jobs that fail without a cause."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.merging.train.plan import (
    Again,
    Blame,
    Line,
    Red,
    Rest,
    Try,
    after_merge,
    after_red,
    next_step,
    proven,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from bot.merging.train.plan import Limits

MOST_STEPS = 1000


@dataclass
class Yard:
    """A base and its CI."""

    culprits: frozenset[int] = frozenset()  # green alone on their own base, red on top of this one
    clashes: tuple[frozenset[int], ...] = ()  # each green without the others, red together
    fails: Callable[[int], bool] = lambda _: False  # whether the n-th run of a batch fails without a cause
    is_flaky_known: bool = False  # whether such a failure is recognised
    is_base_red: bool = False
    merged: list[int] = field(default_factory=list)
    runs: int = 0
    reruns: int = 0

    def is_broken(self, cars: Collection[int]) -> bool:
        """This function will say whether the base is red with these, whatever CI says of it."""
        there = {*self.merged, *cars}
        return (
            self.is_base_red or bool(there & self.culprits) or any(clash <= there for clash in self.clashes)
        )

    def test(self, cars: Collection[int], attempt: int = 1) -> bool:
        """This function will run CI on top of the base and say whether it is green."""
        self.runs += 1
        self.reruns += attempt > 1
        fails = self.fails(attempt)
        return not fails and not self.is_broken(cars)

    def merge(self, cars: Sequence[int]) -> None:
        """This function will merge what is green; the base must never be red."""
        for car in cars:
            self.merged.append(car)
            assert not self.is_broken(()), f"the base is red since {car}"


@dataclass
class Driver:
    """Drives a train by its plan."""

    yard: Yard
    limits: Limits
    line: Line
    blamed: list[int] = field(default_factory=list)
    batches: int = 0

    def drive(self) -> None:
        """This function will go on until nobody waits, or the base itself is red."""
        for _ in range(MOST_STEPS):
            if not self.go():
                return
        raise AssertionError("the train never ends")

    def go(self) -> bool:
        """This function will do one step and say whether there is a next one."""
        match next_step(self.line, self.limits):
            case Rest():
                return False
            case Try(()):
                if not self.yard.test(()):
                    return False
                self.line = proven(self.line)
            case Try(cars):
                self.batches += 1
                self._end(Red(batch_id=f"b{self.batches}", cars=cars))
            case Again(red):
                self._end(Red(batch_id=red.batch_id, cars=red.cars, attempts=red.attempts + 1))
            case Blame(car):
                self.blamed.append(car)
                self.line = without(self.line, (car,))
        return True

    def _end(self, tried: Red) -> None:
        if self.yard.test(tried.cars, tried.attempts):
            self.yard.merge(tried.cars)
            self.line = after_merge(self.line, tried.cars)
            return
        is_flaky = self.yard.is_flaky_known and not self.yard.is_broken(tried.cars)
        red = Red(batch_id=tried.batch_id, cars=tried.cars, attempts=tried.attempts, is_known_flaky=is_flaky)
        self.line = after_red(self.line, red)
