"""Carries out, within a run, what a look at a wish comes to: merges, updates, queues, tells who asked, looks again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.github.limits import Priority
from bot.merging.acting.model import Queueing, UpdateCall, Updating
from bot.merging.acting.queueing import enqueue
from bot.merging.acting.tidying import tidy_up
from bot.merging.acting.updating import update_one
from bot.merging.keeping.endings import after_enqueuing, after_update
from bot.merging.keeping.keeper import Keeper
from bot.merging.keeping.model import Act, Look, LookLater
from bot.merging.keeping.telling import telling_of
from bot.merging.model import MergeState, Wish
from bot.merging.saying.check import Publisher

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.github.models import RepositoryRef

# What is further away needs no run that sleeps until then: the sweep comes by before, and sees how long it is then.
_SWEPT = timedelta(minutes=10)


@dataclass(slots=True)
class Carrier:
    """Looks at wishes of one repository, one after another, and carries out what follows."""

    run: Run
    repository: RepositoryRef
    services: Services
    is_asked: bool = False  # whether GitHub waits for the check run to be written again
    call_train: Callable[[str], Awaitable[None]] | None = None  # for a base; None within a train
    rest: tuple[str, ...] = ()  # lines of the same comment, which wait for how the wish stands
    called: set[str] = field(default_factory=set)  # the bases whose train was called in this run

    @property
    def repo(self) -> RepositoryClient:
        """The client for the repository."""
        return self.services.github.repository(self.repository, priority=Priority.GATE)

    async def consider(self, number: int) -> Wish | None:
        """This function will look at a wish and carry out what follows; None where there is no wish that is open."""
        now = await self.run.now()
        look = await self.run.step(
            f"look {number}",
            lambda: Keeper(self.services).look(self.repo, number, now=now, is_asked=self.is_asked),
            returns=Look | None,
        )
        if look is None:
            return None
        if look.act is not Act.MERGE:  # the end of the merge is told at once
            await self._tell(look)
        after = await self._act(look, now)
        if look.wish.priority != look.before.priority:
            await self.tell_places(look.wish.base_ref)
        await self._look_later(after, now)
        return after.wish

    async def tell(self, before: Wish | None, after: Wish) -> None:
        """This function will tell whoever asked how it stands, where that is news to them."""
        telling = telling_of(self.repository, before, after, rest=self.rest)
        if telling is not None:
            await self.run.send(telling.start())

    async def tell_places(self, base_ref: str) -> None:
        """This function will show everybody who waits for the base their place, after somebody came or left."""
        publisher = Publisher(self.services)
        await self.run.step("places", lambda: publisher.publish_places(self.repo, base_ref), returns=None)

    async def _act(self, look: Look, now: datetime) -> Look:
        match look.act:
            case Act.MERGE:
                return await self._merge(look, now)
            case Act.UPDATE:
                return await self._update(look, now)
            case Act.ENQUEUE:
                return await self._enqueue(look, now)
            case Act.BOARD:
                if self.call_train is not None and look.wish.base_ref not in self.called:
                    self.called.add(look.wish.base_ref)
                    await self.call_train(look.wish.base_ref)
            case Act.NOTHING | Act.DEQUEUE:  # it is out of the queue already
                pass
        return look

    async def _merge(self, look: Look, now: datetime) -> Look:
        number = look.wish.number
        merged = await self.run.step(
            f"merge {number}",
            lambda: Keeper(self.services).merge(self.repo, look, key=self.run.id, now=now),
            returns=Look,
        )
        await self.tell(look.before, merged.wish)
        if merged.wish.state is MergeState.MERGED and look.deletes_branch:
            await self.run.step(f"tidy {number}", partial(tidy_up, self.repo, number), returns=bool)
        return merged

    async def _update(self, look: Look, now: datetime) -> Look:
        wish = look.wish
        call = UpdateCall(
            number=wish.number, head_sha=wish.head_sha, base_sha=look.base_sha, method=look.update
        )
        updating = await self.run.step(
            f"update {wish.number}",
            partial(update_one, self.repo, call, services=self.services),
            returns=Updating,
        )
        return await self._settle(look, after_update(wish, updating, now=now))

    async def _enqueue(self, look: Look, now: datetime) -> Look:
        wish = look.wish
        queueing = await self.run.step(
            f"enqueue {wish.number}",
            partial(enqueue, self.repo, wish.number, head_sha=wish.head_sha),
            returns=Queueing,
        )
        return await self._settle(look, after_enqueuing(wish, queueing, now=now))

    async def _settle(self, look: Look, after: Look) -> Look:
        if after.wish == look.wish:
            return after
        wish = await self.run.step(
            f"settle {look.wish.number}",
            lambda: Keeper(self.services).settle(self.repo, look.wish, after.wish),
            returns=Wish,
        )
        await self.tell(look.wish, wish)
        return Look(before=look.wish, wish=wish, wake=after.wake)

    async def _tell(self, look: Look) -> None:
        await self.tell(None if look.is_again else look.before, look.wish)

    async def _look_later(self, look: Look, now: datetime) -> None:
        if look.wake is not None and look.wake <= _SWEPT and not look.wish.state.is_over:
            await self.run.send(self._later(look.wish.number, now + look.wake).start())

    def _later(self, number: int, due: datetime) -> LookLater:
        return LookLater(repository=self.repository, number=number, due=due)
