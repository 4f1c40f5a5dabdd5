"""One run of a train: what it knows, which batches it has, and how it moves the wishes that are aboard."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.merging import MergeConfig, MergeMethod, TrainConfig  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.limits import Priority
from bot.github.models import Sha  # noqa: TC001 - as above
from bot.merging.judging.expected import ExpectedCheck  # noqa: TC001 - as above
from bot.merging.keeping.carrying import Carrier
from bot.merging.keeping.keeper import Keeper
from bot.merging.keeping.model import LookLater
from bot.merging.model import Batch, BatchState, Car, MergeState, Wish
from bot.merging.train.clearing import clear
from bot.merging.train.plan import Line
from bot.merging.train.render import render_batch
from bot.merging.train.store import save_batch
from bot.merging.wishes.changes import save
from bot.merging.wishes.states import ended, moved
from bot.merging.wishes.store import open_wishes, wish_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.merging.train.model import FailedCheck, RunTrain

_DIGITS = 8
_TRIES = 3  # while others change the same wish
_BEAT = timedelta(minutes=10)
_PASSING = {Reason.WAITING_TO_MERGE, Reason.QUIET_TIME}
_UNDERWAY = {BatchState.BUILDING, BatchState.TESTING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passenger:
    """A wish that the train may take, or has taken; what was tested is a head, whatever its wish went through."""

    number: int
    head_sha: Sha
    method: MergeMethod | None  # None for the repository's own
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How a wish is to stand; `text` is safe Markdown."""

    state: MergeState
    reason: Reason
    text: str
    batch_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How a wish stood and stands."""

    before: Wish
    after: Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Rails:
    """The base as it stands, and what must be green on it."""

    base_ref: str
    sha: Sha
    tree: str
    policy: MergeConfig
    train: TrainConfig
    expected: tuple[ExpectedCheck, ...]
    culprits: float  # the share of those that were red in the train lately
    red_at: datetime | None  # when this very commit was found red by itself, where that is not long ago


@dataclass(slots=True)
class Ride:
    """Everything that one run of a train has in hand; all of it follows from recorded results."""

    run: Run
    services: Services
    request: RunTrain
    line: Line = field(default_factory=Line)
    batches: dict[str, Batch] = field(default_factory=dict)  # those that are not over
    failed: dict[str, tuple[FailedCheck, ...]] = field(default_factory=dict)  # of the red ones
    tip: Sha | None = None  # of the base, as this train left it
    count: int = 0

    @property
    def repo(self) -> RepositoryClient:
        """The client for the repository."""
        return self.services.github.repository(self.request.repository, priority=Priority.GATE)

    async def aboard(self) -> tuple[Passenger, ...]:
        """This function will read who is ready for the base, and who is in a batch of this run, the next one first."""
        return await self.run.step("aboard", self._aboard, returns=tuple[Passenger, ...])

    async def are_aboard(self, batch: Batch, numbers: Collection[int]) -> bool:
        """This function will say whether these still wait for the train, at the heads that are in the batch."""
        there = {each.number: each.head_sha for each in await self.aboard()}
        return all(there.get(car.number) == car.head_sha for car in batch.cars if car.number in numbers)

    def pushed(self, passengers: Iterable[Passenger]) -> tuple[int, ...]:
        """This function will name those who have another head than the one that is in a batch of this run."""
        tested = {(car.number, car.head_sha) for batch in self.batches.values() for car in batch.cars}
        known = {number for number, _ in tested}
        return tuple(
            each.number
            for each in passengers
            if each.number in known and (each.number, each.head_sha) not in tested
        )

    async def are_more_to_come(self) -> bool:
        """This function will say whether somebody waits for the base whom a moment alone makes ready."""
        return await self.run.step("to come", self._are_more_to_come, returns=bool)

    def next_batch(self, rails: Rails, cars: Sequence[Car], now: datetime) -> Batch:
        """This function will make the next batch, which is not built yet."""
        self.count += 1
        train = hashlib.sha256(self.run.id.encode()).hexdigest()[:_DIGITS]
        batch_id = f"{train}-{self.count}"
        return Batch(
            id=batch_id,
            repository_id=self.request.repository.id,
            base_ref=self.request.base_ref,
            base_sha=rails.sha,
            head_sha="",
            branch=f"{rails.train.branch}{self.request.base_ref}/{batch_id}",
            cars=tuple(cars),
            state=BatchState.BUILDING,
            attempts=1,
            text="",
            run_id=self.run.id,
            began_at=now,
            ended_at=None,
            updated_at=now,
        )

    async def take(self, batch: Batch, text: str) -> dict[int, Wish]:
        """This function will let those of a batch board who are still there, and return how their wishes stood.

        From then on they stay, whatever GitHub has yet to find out about them; it is done at one stroke, for every
        merge before has all others looked at.
        """
        now = await self.run.now()
        move = Move(state=MergeState.TESTING, reason=Reason.IN_TRAIN, text=text, batch_id=batch.id)
        taken = await self.run.step(
            "take",
            lambda: self.services.database.write(lambda connection: _take(connection, batch, move, now=now)),
            returns=tuple[Wish, ...],
        )
        return {wish.number: wish for wish in taken}

    async def keep(self, batch: Batch) -> Batch:
        """This function will store how a batch stands; one that is over is not this run's any more."""
        now = await self.run.now()
        text = render_batch(batch, self.failed.get(batch.id, ()))
        kept = replace(batch, text=text, updated_at=now)
        database = self.services.database
        await self.run.step(
            f"batch {batch.state}", lambda: database.write(partial(save_batch, batch=kept)), returns=None
        )
        if kept.ended_at is None:
            self.batches[kept.id] = kept
        else:
            self.batches.pop(kept.id, None)
            self.failed.pop(kept.id, None)
        return kept

    async def beat(self, batch: Batch, now: datetime) -> Batch:
        """This function will show, every few minutes, that the batch's train lives."""
        return await self.keep(batch) if now - batch.updated_at >= _BEAT else batch

    async def close(self, batches: Iterable[Batch]) -> None:
        """This function will end batches that nobody waits for any more, and leave nothing of them on GitHub."""
        for batch in tuple(batches):
            state = BatchState.DROPPED if batch.state in _UNDERWAY else batch.state
            await self.keep(replace(batch, state=state, ended_at=await self.run.now()))
            await self.run.step("clear", partial(clear, self.repo, batch), returns=None)

    async def move_all(self, move: Move, *, look_in: timedelta | None = None) -> None:
        """This function will move everybody who is aboard."""
        for passenger in await self.aboard():
            await self.move(passenger.number, move, look_in=look_in)

    async def move(
        self, number: int, move: Move, *, told: Wish | None = None, look_in: timedelta | None = None
    ) -> None:
        """This function will move a wish that is aboard, show it, and tell whoever asked; one that left stays.

        Args:
            number: of the pull request.
            move: how its wish is to stand.
            told: the wish as whoever asked was told last, where that is not how it stands.
            look_in: when it is to be looked at again, where nothing else may bring that about.
        """
        now = await self.run.now()
        moved_wish = await self.run.step(
            f"move {number}", lambda: self._move(number, move, now), returns=Moved | None
        )
        if moved_wish is not None:
            await self.tell(told or moved_wish.before, moved_wish.after)
        if moved_wish is not None and look_in is not None:
            later = LookLater(repository=self.request.repository, number=number, due=now + look_in)
            await self.run.send(later.start())

    async def tell(self, before: Wish, after: Wish) -> None:
        """This function will tell whoever asked how a wish stands, where that is news."""
        carrier = Carrier(run=self.run, repository=self.request.repository, services=self.services)
        await carrier.tell(before, after)

    async def _are_more_to_come(self) -> bool:
        waiting = [wish for wish in await self._wishes() if wish.state is MergeState.WAITING]
        return any(wish.reason in _PASSING for wish in waiting)

    async def _wishes(self) -> tuple[Wish, ...]:
        def read(connection: Connection) -> tuple[Wish, ...]:
            return open_wishes(connection, self.request.repository.id, base_ref=self.request.base_ref)

        return await self.services.database.read(read)

    async def _aboard(self) -> tuple[Passenger, ...]:
        return tuple(
            Passenger(
                number=wish.number,
                head_sha=wish.head_sha,
                method=wish.method,
                asked_at=wish.asked_at,
            )
            for wish in await self._wishes()
            if is_mine(wish)
        )

    async def _move(self, number: int, move: Move, now: datetime) -> Moved | None:
        keeper, repository_id = Keeper(self.services), self.request.repository.id
        for _ in range(_TRIES):
            before = await self.services.database.read(
                lambda connection: wish_of(connection, repository_id, number)
            )
            if before is None or not is_mine(before):
                return None
            after = await keeper.settle(self.repo, before, moved_by(before, move, now))
            if after is not before:
                return Moved(before=before, after=after)
        return None


def is_mine(wish: Wish) -> bool:
    """This function will say whether a wish waits for the train of its base."""
    return wish.state in {MergeState.READY, MergeState.TESTING}


def moved_by(wish: Wish, move: Move, now: datetime) -> Wish:
    """This function will make the wish as it stands after a move."""
    make = ended if move.state.is_over else moved
    return replace(make(wish, move.state, move.reason, move.text, now=now), batch_id=move.batch_id)


def _take(connection: Connection, batch: Batch, move: Move, *, now: datetime) -> tuple[Wish, ...]:
    taken = []
    for car in batch.cars:
        wish = wish_of(connection, batch.repository_id, car.number)
        is_there = wish is not None and is_mine(wish) and wish.head_sha == car.head_sha
        if wish is not None and is_there and save(connection, wish, moved_by(wish, move, now)):
            taken.append(wish)
    return tuple(taken)
