"""Wishes in every state, with a train, for the page that shows them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.merging import MergeMethod
from bot.decisions.model import Condition, Decision, Evidence, Outcome, Standing
from bot.decisions.store import Where, record
from bot.github.models import Actor, Sha
from bot.merging.model import Hold, MergeState, Source, Wish
from bot.merging.wishes.holds import place_hold
from bot.merging.wishes.store import values_of
from bot.storage.shipping_tables import merge_requests, train_batches
from tests.support.diagnosis import PAGE, REPOSITORY

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database

_WREN = Actor(id=7, login="wren")
PROOF = Decision(
    kind="merge",
    outcome=Outcome.WAIT,
    reason="checks_running",
    text="`test` runs.",
    conditions=(
        Condition(
            name="pull request",
            standing=Standing.MET,
            text="`<b>Reef</b>` is open and no draft.",
            evidence=(Evidence(text="#12", url=f"{PAGE}/pull/12"),),
        ),
        Condition(
            name="checks",
            standing=Standing.PENDING,
            text="`test` runs; it usually takes 6 minutes.",
            reason="checks_running",
        ),
    ),
)


async def save_merges(database: Database, at: datetime) -> None:
    """This function will store what waits, what is tested together and what has ended."""
    where = Where(repository=REPOSITORY, number=12, environment="", at=at)
    decision_id = await record(database, PROOF, facts=("the facts",), where=where, key="merge-12")
    await database.write(lambda connection: _save(connection, at, decision_id))


def _save(connection: Connection, at: datetime, decision_id: str) -> None:
    first = _wish(12, at, decision_id)
    hour = timedelta(hours=1)
    wishes = [
        first,
        replace(first, number=13, decision_id="", text="It is held.", reason=Reason.HELD, priority=-1),
        replace(first, number=14, base_ref="release/<1>", state=MergeState.READY, decision_id=""),
        *(
            replace(
                first,
                number=number,
                state=MergeState.MERGED,
                reason=Reason.MERGED,
                text="Merged as `abc1234`.",
                asked_at=at - 2 * hour,
                ended_at=at - hour,
            )
            for number in (5, 6, 7)
        ),
        replace(
            first, number=8, state=MergeState.STOPPED, reason=Reason.TRAIN_RED, text="`test` is **red**."
        ),
    ]
    for wish in wishes:
        connection.execute(merge_requests.insert().values(**values_of(wish)))
    place_hold(
        connection,
        REPOSITORY.id,
        Hold(number=13, person=_WREN, reason="until <i>Monday</i>", held_at=at - hour),
    )
    cars = [{"number": number, "head_sha": "b" * 40, "method": "squash", "tree": ""} for number in (12, 8)]
    connection.execute(
        train_batches.insert().values(
            id="batch-1",
            repository_id=REPOSITORY.id,
            base_ref="main",
            base_sha="c" * 40,
            head_sha="d" * 40,
            branch="pilothouse/train/main/1",
            cars=json.dumps(cars),
            state="red",
            attempts=2,
            text="`test` failed twice.",
            run_id="train-1",
            began_at=at - hour,
            ended_at=at,
            updated_at=at,
        )
    )


def _wish(number: int, at: datetime, decision_id: str) -> Wish:
    return Wish(
        repository_id=REPOSITORY.id,
        number=number,
        wish=f"comment-{number}",
        source=Source.COMMAND,
        person=_WREN,
        receipt=f"{number}/0",
        line="/merge --when-green",
        method=MergeMethod.SQUASH,
        priority=0,
        asked_sha=Sha("a" * 40),
        head_sha=Sha("a" * 40),
        base_ref="main",
        state=MergeState.WAITING,
        reason=Reason.CHECKS_RUNNING,
        text="`test` runs; it usually takes 6 minutes.",
        merge_sha="",
        batch_id="",
        check_run_id=None,
        check_digest="",
        decision_id=decision_id,
        asked_at=at - timedelta(minutes=9),
        ready_at=None,
        ended_at=None,
        updated_at=at,
    )
