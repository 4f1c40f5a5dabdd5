"""The story of a train: rides as long as somebody is ready for its base, and leaves nobody without a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.commands.reasons import Reason
from bot.commands.render import failed_by
from bot.config.repository import ConfigurationErrors, read_configuration
from bot.engine.recording import StepFailedError
from bot.github.branches import get_branch
from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.merging.judging.expected import expected_checks
from bot.merging.judging.facts import read_base
from bot.merging.model import Batch, MergeState
from bot.merging.train.render import render_broken, render_no_train, render_unreached
from bot.merging.train.ride import Move, Passenger, Rails, Ride
from bot.merging.train.store import found_red, left_behind, share_of_culprits
from bot.merging.train.turn import Turn

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.merging.train.model import RunTrain

_MEMORY = timedelta(days=30)  # of who was to blame
_RED = timedelta(minutes=30)  # for which a base that was red by itself is not tested again
_SOON = timedelta(minutes=1)
_WAITS, _WAIT = 4, timedelta(seconds=15)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Train:
    """Tells the stories of trains; a base has one at a time."""

    services: Services

    async def ride(self, run: Run, request: RunTrain) -> None:
        """This function will test and merge what is ready for the base until nobody waits there."""
        ride = Ride(run=run, services=self.services, request=request)
        if not await ride.aboard():
            return
        await run.sleep(_WAIT)  # people rarely ask for one alone
        try:
            await self._take_over(ride)
            while await self._turn(ride):
                pass
        except GitHubError as error:
            await _give_up(ride, error)
        except Exception as error:  # noqa: BLE001 - whatever happens, people get an answer
            _log.exception("train_broken", run_id=run.id)
            await _break_down(ride, error)
        await ride.close(ride.batches.values())

    async def _turn(self, ride: Ride) -> bool:
        passengers = await self._passengers(ride)
        if not passengers:
            return False
        now = await ride.run.now()
        rails = await ride.run.step("rails", partial(self._rails, ride, now), returns=Rails | None)
        if rails is None:
            text = render_no_train(ride.request.base_ref)
            move = Move(state=MergeState.WAITING, reason=Reason.WAITING_TO_MERGE, text=text)
            await ride.move_all(move, look_in=_SOON)
            return False
        await Turn(ride=ride, rails=rails, passengers=passengers).take()
        return True

    async def _passengers(self, ride: Ride) -> tuple[Passenger, ...]:
        """Who is aboard, with those who will be in a moment: after each merge GitHub must look at all others anew."""
        passengers = await ride.aboard()
        for _ in range(_WAITS):
            if not passengers or ride.line.reds or not await ride.are_more_to_come():
                break
            await ride.run.sleep(_WAIT)
            passengers = await ride.aboard()
        if not passengers:
            # Only a train without batches is known to look no more: who is ready from now on starts the next one.
            await ride.close(ride.batches.values())
            passengers = await ride.aboard()
        return passengers

    async def _rails(self, ride: Ride, now: datetime) -> Rails | None:
        """None is for a base that has no train any more."""
        repo, base_ref = ride.repo, ride.request.base_ref
        configuration = await read_configuration(repo)
        if isinstance(configuration, ConfigurationErrors) or configuration.merge.train is None:
            return None
        policy, train = configuration.merge, configuration.merge.train
        base, branch = await read_base(repo, base_ref), await get_branch(repo, base_ref)
        if base is None or branch is None:
            return None
        culprits, red_at = await self.services.database.read(
            lambda connection: (
                share_of_culprits(connection, repo.ref.id, base_ref, now - _MEMORY),
                found_red(connection, repo.ref.id, branch.sha, now - _RED),
            )
        )
        return Rails(
            base_ref=base_ref,
            sha=branch.sha,
            tree=branch.tree,
            policy=policy,
            train=train,
            expected=expected_checks(base.rules, policy),
            culprits=culprits,
            red_at=red_at,
        )

    async def _take_over(self, ride: Ride) -> None:
        """Tidy up what an earlier train of the base left when it died."""
        repository_id, base_ref = ride.request.repository.id, ride.request.base_ref
        left = await ride.run.step(
            "left behind",
            lambda: self.services.database.read(
                lambda connection: left_behind(connection, repository_id, base_ref, ride.run.id)
            ),
            returns=tuple[Batch, ...],
        )
        await ride.close(left)


async def _give_up(ride: Ride, error: GitHubError) -> None:
    """Tell everybody aboard what GitHub said; what passes by itself is tried again."""
    failed, base_ref = failed_by(error), ride.request.base_ref
    text = render_unreached(base_ref, str(error))
    if isinstance(error, Unavailable | Uncertain):
        move = Move(state=MergeState.WAITING, reason=failed.reason, text=text)
        await ride.move_all(move, look_in=_SOON)
        return
    await ride.move_all(Move(state=MergeState.STOPPED, reason=failed.reason, text=text))


async def _break_down(ride: Ride, error: Exception) -> None:
    kind = error.kind if isinstance(error, StepFailedError) else type(error).__name__
    move = Move(
        state=MergeState.STOPPED,
        reason=Reason.BOT_FAILED,
        text=render_broken(ride.request.base_ref, kind),
    )
    await ride.move_all(move)
