"""Gives the stories their carrier, which knows how a train is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.merging.keeping.carrying import Carrier
from bot.merging.train.boarding import board
from bot.merging.train.model import RunTrain

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef


def carrier_of(run: Run, repository: RepositoryRef, services: Services, *, is_asked: bool = False) -> Carrier:
    """This function will make what looks at the wishes of a repository within a run.

    Args:
        run: that looks.
        repository: of the wishes.
        services: what a look needs.
        is_asked: whether GitHub waits for the check run to be written again.
    """

    async def call_train(base_ref: str) -> None:
        train = RunTrain(repository=repository, base_ref=base_ref, cause=run.id)
        await board(run, train, database=services.database)

    return Carrier(
        run=run, repository=repository, services=services, is_asked=is_asked, call_train=call_train
    )
