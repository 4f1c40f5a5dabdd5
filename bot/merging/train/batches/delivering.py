"""Merges a green batch, one pull request after the other, and sees that each time the base is what was tested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.commands.reasons import Reason
from bot.config.merging import MergeMethod
from bot.decisions.model import Outcome
from bot.github.branch_models import Branch
from bot.github.branches import get_branch
from bot.github.errors import GitHubError
from bot.merging.acting.tidying import tidy_up
from bot.merging.judging.fact_model import asked_of
from bot.merging.judging.facts import gather
from bot.merging.judging.method import method_of
from bot.merging.judging.rules import decide_merge
from bot.merging.keeping.keeper import Keeper
from bot.merging.keeping.model import Look, LookLater
from bot.merging.model import MergeState, Wish
from bot.merging.train.ride import Move, is_mine
from bot.merging.wishes.holds import hold_of
from bot.merging.wishes.store import wish_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.github.models import Sha
    from bot.merging.model import Batch, Car, Hold
    from bot.merging.train.ride import Ride

_LOOKS = 12  # at one that GitHub cannot tell yet whether it can be merged
_BETWEEN = timedelta(seconds=5)
_LAGS = 5  # of GitHub, in showing the base as it is after a merge
_SETTLE = timedelta(seconds=2)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """How one of a green batch stands in the last moment before it is merged."""

    wish: Wish
    outcome: Outcome
    method: MergeMethod = MergeMethod.MERGE
    deletes_branch: bool = False
    reason: str = ""
    text: str = ""  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How far the merging of a batch came."""

    numbers: tuple[int, ...]  # that are merged, in order
    tip: Sha | None  # of the base then; None where it is not what was tested
    is_whole: bool  # whether all of it is merged, as it was tested


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Merges the green batches of one ride."""

    ride: Ride

    async def weigh(self, cars: tuple[Car, ...]) -> tuple[Weighed, ...] | None:
        """This function will decide once more about each, right before any of them is merged.

        None is for a batch that must not be merged as it is: what kept one of them is told to that one.
        """
        found = []
        for car in cars:
            weighed = await self._weigh(car)
            if weighed is None:
                return None
            found.append(weighed)
        return tuple(found)

    async def deliver(self, batch: Batch, cars: tuple[Car, ...], tip: Sha) -> Delivered:
        """This function will merge them in order, as long as the base is what was tested before and after each.

        Args:
            batch: that was tested.
            cars: those of it that are not merged yet.
            tip: the newest commit of the base.
        """
        weighed = await self.weigh(cars)
        base = await self._base(batch.base_ref)
        if weighed is None or base is None or base.sha != tip:
            return Delivered(numbers=(), tip=None, is_whole=False)
        merged: list[int] = []
        for car, each in zip(cars, weighed, strict=True):
            look = await self._merge(batch, car, each)
            if look.wish.state is not MergeState.MERGED:
                return Delivered(numbers=tuple(merged), tip=None, is_whole=False)
            merged.append(car.number)
            after = await self._after(batch.base_ref, tip)
            if after is None or after.tree != car.tree:
                _log.warning("base_not_as_tested", batch=batch.id, number=car.number)
                return Delivered(numbers=tuple(merged), tip=None, is_whole=False)
            tip = after.sha
        return Delivered(numbers=tuple(merged), tip=tip, is_whole=True)

    async def _weigh(self, car: Car) -> Weighed | None:
        weighed = await self._look(car)
        for _ in range(_LOOKS):
            if weighed is None or weighed.outcome is not Outcome.WAIT:
                break
            await self.ride.run.sleep(_BETWEEN)
            weighed = await self._look(car)
        if weighed is not None and weighed.outcome is not Outcome.PROCEED:
            move = Move(state=MergeState.WAITING, reason=Reason(weighed.reason), text=weighed.text)
            await self.ride.move(car.number, move)
            return None
        return weighed

    async def _look(self, car: Car) -> Weighed | None:
        now = await self.ride.run.now()
        return await self.ride.run.step(
            f"weigh {car.number}", partial(self._weighed, car, now), returns=Weighed | None
        )

    async def _weighed(self, car: Car, now: datetime) -> Weighed | None:
        """None is for one that does not wait for the train any more."""
        services, repo = self.ride.services, self.ride.repo
        wish, hold = await services.database.read(
            partial(_present, repository_id=repo.ref.id, number=car.number)
        )
        if wish is None or not is_mine(wish) or wish.head_sha != car.head_sha:
            return None
        try:
            facts = await gather(services, repo.ref, asked_of(wish), hold=hold, now=now)
        except GitHubError as error:
            _log.warning("merge_facts_not_read", number=car.number, error=str(error))
            text = "GitHub did not answer in the moment of the merge."
            return Weighed(wish=wish, outcome=Outcome.WAIT, reason=Reason.GITHUB_UNAVAILABLE, text=text)
        decision, method = decide_merge(facts), method_of(facts)
        return Weighed(
            wish=wish,
            outcome=decision.outcome,
            method=method or MergeMethod.MERGE,
            deletes_branch=facts.policy.delete_branch,
            reason=decision.reason,
            text=decision.text,
        )

    async def _merge(self, batch: Batch, car: Car, weighed: Weighed) -> Look:
        ride, number = self.ride, car.number
        wish = weighed.wish
        now = await ride.run.now()
        look = Look(
            before=wish,
            wish=wish,
            method=weighed.method,
            deletes_branch=weighed.deletes_branch,
            in_line_since=wish.ready_at,
        )
        keeper = Keeper(ride.services)
        after = await ride.run.step(
            f"merge {number}",
            lambda: keeper.merge(ride.repo, look, key=f"train-{batch.id}", now=now),
            returns=Look,
        )
        await ride.tell(wish, after.wish)
        if after.wish.state is MergeState.MERGED and weighed.deletes_branch:
            await ride.run.step(f"tidy {number}", partial(tidy_up, ride.repo, number), returns=bool)
        elif after.wake is not None:
            later = LookLater(repository=ride.request.repository, number=number, due=now + after.wake)
            await ride.run.send(later.start())
        return after

    async def _base(self, base_ref: str) -> Branch | None:
        return await self.ride.run.step(
            "base", partial(get_branch, self.ride.repo, base_ref), returns=Branch | None
        )

    async def _after(self, base_ref: str, before: Sha) -> Branch | None:
        """The base after a merge, which GitHub may take a moment to show."""
        base = await self._base(base_ref)
        for _ in range(_LAGS):
            if base is None or base.sha != before:
                break
            await self.ride.run.sleep(_SETTLE)
            base = await self._base(base_ref)
        return base


def _present(connection: Connection, *, repository_id: int, number: int) -> tuple[Wish | None, Hold | None]:
    return wish_of(connection, repository_id, number), hold_of(connection, repository_id, number)
