"""One turn of a train: a batch is tested, runs again, is merged, or somebody is named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

import structlog

from bot.commands.reasons import Reason
from bot.config.merging import MergeMethod
from bot.decisions.model import Standing as CheckStanding
from bot.github.errors import Unavailable, Uncertain
from bot.merging.judging.expected import standing_of, worst_of
from bot.merging.judging.head_checks import read_head_checks
from bot.merging.model import Batch, BatchState, Car, MergeState
from bot.merging.train.batches.building import Builder
from bot.merging.train.batches.delivering import Deliverer
from bot.merging.train.batches.testing import Tester
from bot.merging.train.model import Built, Finding, Standing
from bot.merging.train.plan import (
    Again,
    Blame,
    Limits,
    Red,
    Rest,
    Try,
    after_merge,
    after_red,
    known_from,
    line_up,
    next_step,
    on_other_base,
    proven,
    without,
)
from bot.merging.train.render import (
    render_base_red,
    render_batch,
    render_blamed,
    render_left_out,
    render_searching,
    render_silent,
    render_testing,
)
from bot.merging.train.ride import Move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.merging.train.batches.evidence import SeenRun
    from bot.merging.train.model import FailedCheck, LeftOut
    from bot.merging.train.ride import Passenger, Rails, Ride

_PATIENCE = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
)  # with GitHub, while it is down
_SOON = timedelta(minutes=1)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is done between two looks at who is aboard."""

    ride: Ride
    rails: Rails
    passengers: tuple[Passenger, ...]

    @property
    def tester(self) -> Tester:
        """What tests the batches."""
        return Tester(self.ride, self.rails)

    async def take(self) -> None:
        """This function will do the next thing that the plan says."""
        ride = self.ride
        passengers = await self._wait_for_base()
        if not passengers:
            return
        self._line_up(passengers)
        await self._close_forgotten()
        train = self.rails.train
        limits = Limits(batch=train.batch, retries=train.retries, culprits=self.rails.culprits)
        step = next_step(ride.line, limits)
        match step:
            case Try(()):
                await self._prove_base(limits)
            case Try(cars):
                await self._try(cars)
            case Again(red):
                await self._again(red, limits)
            case Blame(car, red):
                await self._blame(car, red)
            case Rest():
                pass
            case _:
                assert_never(step)

    async def _wait_for_base(self) -> tuple[Passenger, ...]:
        """Where the base is known to be red by itself, only those who asked since may be the ones that mend it."""
        red_at = self.rails.red_at
        if red_at is None:
            return self.passengers
        move = Move(
            state=MergeState.WAITING, reason=Reason.BASE_RED, text=render_base_red(self.rails.base_ref, ())
        )
        for each in self.passengers:
            if each.asked_at <= red_at:
                await self.ride.move(each.number, move)
        return tuple(each for each in self.passengers if each.asked_at > red_at)

    def _line_up(self, passengers: tuple[Passenger, ...]) -> None:
        """What was tested of another head, or on another base, is not known any more."""
        ride = self.ride
        line = without(known_from(ride.line, ride.batches), ride.pushed(passengers))
        ride.line = line_up(line, [each.number for each in passengers])
        if ride.tip != self.rails.sha:
            ride.line, ride.tip = on_other_base(ride.line), self.rails.sha

    async def _close_forgotten(self) -> None:
        wanted = {red.batch_id for red in self.ride.line.reds}
        await self.ride.close([batch for batch in self.ride.batches.values() if batch.id not in wanted])

    async def _try(self, numbers: tuple[int, ...]) -> None:
        ride = self.ride
        heads = {each.number: each for each in self.passengers}
        batch = await self._begin([self._car(heads[number]) for number in numbers])
        taken = await ride.take(batch, render_batch(batch))
        there = tuple(car for car in batch.cars if car.number in taken)
        built, left_out = await self._build(replace(batch, cars=there))
        for left in left_out:
            await self._leave_out(left)
        if built is None:
            return
        for car in built.cars:
            text = render_testing(built, car.number)
            await ride.move(car.number, _in_train(text, built), told=taken[car.number])
        await self._test(built, tuple(car.number for car in built.cars), ())

    async def _test(self, batch: Batch, numbers: tuple[int, ...], again: tuple[SeenRun, ...]) -> None:
        finding = await self.tester.test(batch, numbers, again)
        if finding is None:  # who left, and what moved, is seen in the next turn
            await self.ride.close([batch])
        elif finding.standing is Standing.GREEN:
            await self._deliver(batch, numbers)
        elif finding.standing is Standing.RED:
            await self._search(batch, numbers, finding)
        else:
            await self._stop_silent(batch, finding)

    async def _again(self, red: Red, limits: Limits) -> None:
        """Run the failed jobs again; where nothing can run again, what is known must do."""
        batch = self.ride.batches[red.batch_id]
        again = await self.tester.run_again(batch)
        if not again:
            self.ride.line = after_red(self.ride.line, replace(red, attempts=limits.retries + 1))
            return
        batch = await self.ride.keep(replace(batch, state=BatchState.TESTING, attempts=batch.attempts + 1))
        await self._test(batch, red.cars, again)

    async def _deliver(self, batch: Batch, numbers: tuple[int, ...]) -> None:
        ride = self.ride
        batch = await ride.keep(replace(batch, state=BatchState.GREEN))
        cars = tuple(car for car in batch.cars if car.number in numbers)
        delivered = await Deliverer(ride).deliver(batch, cars, self.rails.sha)
        if delivered.numbers:
            ride.line = after_merge(ride.line, delivered.numbers)
        if delivered.tip is None:
            ride.line = on_other_base(ride.line)
        ride.tip = delivered.tip
        ride.line = without(ride.line, [number for number in numbers if number not in delivered.numbers])
        await ride.close([replace(batch, state=BatchState.MERGED)] if delivered.is_whole else [batch])

    async def _search(self, batch: Batch, numbers: tuple[int, ...], finding: Finding) -> None:
        """Remember what was red together; the next turn searches it for its culprit."""
        ride = self.ride
        cause = await self.tester.cause(batch, finding)
        ride.failed[batch.id] = cause.failed
        batch = await ride.keep(replace(batch, state=BatchState.RED))
        red = Red(
            batch_id=batch.id, cars=numbers, attempts=batch.attempts, is_known_flaky=cause.is_known_flaky
        )
        ride.line = after_red(ride.line, red)
        if len(numbers) > 1:
            for number in numbers:
                others = [other for other in numbers if other != number]
                await ride.move(number, _in_train(render_searching(others, cause.failed), batch))

    async def _blame(self, number: int, red: Red) -> None:
        ride = self.ride
        batch, failed = ride.batches[red.batch_id], ride.failed.get(red.batch_id, ())
        text = render_blamed(batch, number, failed)
        await ride.move(number, Move(state=MergeState.STOPPED, reason=Reason.TRAIN_RED, text=text))
        _log.info("train_culprit", number=number, batch=batch.id, checks=[check.name for check in failed])
        ride.line = without(ride.line, (number,))

    async def _prove_base(self, limits: Limits) -> None:
        """See that the base is green without the one that is about to be blamed."""
        ride = self.ride
        judged = await ride.run.step("base checks", self._base_checks, returns=CheckStanding)
        if judged is CheckStanding.MET:
            ride.line = proven(ride.line)
            return
        if judged is CheckStanding.UNMET:
            await self._leave_base(())
            return
        batch, _ = await self._build(await self._begin([]))
        if batch is None:
            return
        finding = await self.tester.test(batch, (), ())
        while finding is not None and finding.standing is Standing.RED and batch.attempts <= limits.retries:
            again = await self.tester.run_again(batch)
            if not again:
                break
            batch = await ride.keep(replace(batch, attempts=batch.attempts + 1))
            finding = await self.tester.test(batch, (), again)
        await self._conclude_base(batch, finding)

    async def _conclude_base(self, batch: Batch, finding: Finding | None) -> None:
        ride = self.ride
        if finding is None:
            await ride.close([batch])
        elif finding.standing is Standing.GREEN:
            ride.line = proven(ride.line)
            await ride.close([replace(batch, state=BatchState.GREEN)])
        elif finding.standing is Standing.RED:
            ride.failed[batch.id] = finding.failed
            await ride.close([replace(batch, state=BatchState.RED)])
            await self._leave_base(finding.failed)
        else:
            await self._stop_silent(batch, finding)

    async def _leave_base(self, failed: Sequence[FailedCheck]) -> None:
        text = render_base_red(self.rails.base_ref, failed)
        await self.ride.move_all(Move(state=MergeState.WAITING, reason=Reason.BASE_RED, text=text))

    async def _stop_silent(self, batch: Batch, finding: Finding) -> None:
        """Nothing can be proven on this train's branches: each batch would wait in vain."""
        text = render_silent(self.rails.train.branch, finding.silent)
        await self.ride.close([batch])
        await self.ride.move_all(Move(state=MergeState.STOPPED, reason=Reason.NO_EVIDENCE, text=text))

    async def _leave_out(self, left: LeftOut) -> None:
        ride = self.ride
        text = render_left_out(left, self.rails.base_ref)
        move = Move(state=MergeState.WAITING, reason=Reason.NOT_MERGEABLE, text=text)
        await ride.move(left.number, move, look_in=_SOON if left.after else None)
        ride.line = without(ride.line, (left.number,))

    async def _begin(self, cars: Sequence[Car]) -> Batch:
        return await self.ride.keep(self.ride.next_batch(self.rails, cars, await self.ride.run.now()))

    async def _build(self, batch: Batch) -> tuple[Batch | None, tuple[LeftOut, ...]]:
        """Build a batch; None where nobody was left in it."""
        built = await self._built(batch)
        if built.head_sha is None:
            await self.ride.close([batch])
            return None, built.left_out
        made = replace(batch, head_sha=built.head_sha, cars=built.cars, state=BatchState.TESTING)
        return await self.ride.keep(made), built.left_out

    async def _built(self, batch: Batch) -> Built:
        ride, tree = self.ride, self.rails.tree
        builder = Builder(ride.services)

        async def build() -> Built:
            return await builder.build(ride.repo, batch, base_tree=tree)

        for patience in _PATIENCE:
            try:
                return await ride.run.step("build", build, returns=Built)
            except (Unavailable, Uncertain) as error:
                _log.warning("batch_not_built", batch=batch.id, error=str(error))
            await ride.run.sleep(patience)
        return await ride.run.step("build", build, returns=Built)

    async def _base_checks(self) -> CheckStanding:
        found = await read_head_checks(self.ride.repo, self.rails.sha, self.rails.expected)
        return worst_of(standing_of(self.rails.expected, found.checks))

    def _car(self, passenger: Passenger) -> Car:
        method = passenger.method or self.rails.policy.method or MergeMethod.SQUASH
        return Car(number=passenger.number, head_sha=passenger.head_sha, method=method)


def _in_train(text: str, batch: Batch) -> Move:
    return Move(state=MergeState.TESTING, reason=Reason.IN_TRAIN, text=text, batch_id=batch.id)
