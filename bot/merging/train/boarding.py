"""Starts the train of a base when something is ready for it, and wakes the one that runs when something moved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.merging.train.model import RunTrain, TrainNews
from bot.merging.train.store import OpenBatch, open_batches

if TYPE_CHECKING:
    from datetime import datetime

    from bot.engine.model import Run
    from bot.github.models import RepositoryRef
    from bot.merging.model import EvaluateMerges
    from bot.storage.database import Database

# A train writes its row at every turn and waits for no longer than this: what is older has died.
SILENCE = timedelta(hours=1)


async def board(run: Run, boarding: RunTrain, *, database: Database) -> None:
    """This function will start the base's train, unless one runs: that looks once more before it ends."""
    running = await _running(run, boarding.repository, database)
    if all(each.base_ref != boarding.base_ref for each in running):
        await run.send(boarding.start())


async def wake_trains(run: Run, look: EvaluateMerges, *, database: Database) -> None:
    """This function will tell the repository's trains what happened, as far as one of them waits for it."""
    running = await _running(run, look.repository, database)
    told = {each.run_id for each in running if _matters(look, each)}
    news = TrainNews(cause=look.cause, sha=look.sha, is_base=look.base_ref is not None)
    for run_id in sorted(told):
        await run.send(news.signal(run_id))


def _matters(look: EvaluateMerges, batch: OpenBatch) -> bool:
    if look.number is not None:
        return look.number in batch.numbers
    if look.sha is not None:
        return look.sha == batch.head_sha
    return look.base_ref == batch.base_ref


async def _running(run: Run, repository: RepositoryRef, database: Database) -> tuple[OpenBatch, ...]:
    now = await run.now()
    batches = await run.step(
        "trains",
        lambda: database.read(lambda connection: open_batches(connection, repository.id)),
        returns=tuple[OpenBatch, ...],
    )
    return tuple(each for each in batches if _is_alive(each, now))


def _is_alive(batch: OpenBatch, now: datetime) -> bool:
    return now - batch.updated_at < SILENCE
