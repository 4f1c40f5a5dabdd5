"""Who is faster wins: a wish is changed only as it was read, and merged only while nobody holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.reasons import Reason
from bot.merging.model import MergeState, Source, Wish
from bot.merging.wishes.changes import Took, ask, begin_merging, save
from bot.merging.wishes.holds import place_hold
from bot.merging.wishes.store import open_wishes, wish_of
from bot.storage.database import Database
from tests.support.commands import OTHER
from tests.support.merge_facts import HELD, NOW
from tests.support.wishes import WISH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READY = replace(WISH, state=MergeState.READY)
BY_LABEL = replace(WISH, wish="label-g", source=Source.LABEL)
BY_POLICY = replace(WISH, wish="policy-1", source=Source.POLICY)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Our own tables."""
    opened = Database(f"sqlite:///{tmp_path / 'wishes.db'}")
    opened.open()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("before", "asked", "took"),
    [
        (WISH, WISH, Took.KNOWN),
        (WISH, replace(WISH, wish="2/0"), Took.REPLACED),
        (BY_LABEL, WISH, Took.REPLACED),
        (BY_POLICY, BY_LABEL, Took.REPLACED),
        (WISH, BY_LABEL, Took.WEAKER),
        (BY_LABEL, BY_POLICY, Took.WEAKER),
        (BY_LABEL, replace(BY_LABEL, wish="label-h"), Took.WEAKER),
        (replace(WISH, state=MergeState.MERGING), replace(WISH, wish="2/0"), Took.WEAKER),
        (replace(WISH, state=MergeState.MERGED), BY_LABEL, Took.MERGED),
        (replace(WISH, state=MergeState.WITHDRAWN), BY_POLICY, Took.NEW),
    ],
)
async def test_what_outranks_replaces(database: Database, before: Wish, asked: Wish, took: Took) -> None:
    assert (await database.write(lambda connection: ask(connection, before))).took is Took.NEW
    came = await database.write(lambda connection: ask(connection, asked))
    assert came.took is took
    stands = asked if took in {Took.NEW, Took.REPLACED} else before
    assert await database.read(lambda connection: wish_of(connection, 7, 12)) == stands


async def test_a_wish_that_somebody_changed_meanwhile_is_not_written_over(database: Database) -> None:
    await database.write(lambda connection: ask(connection, WISH))
    assert await database.write(lambda connection: save(connection, WISH, READY))
    gone = replace(WISH, state=MergeState.WITHDRAWN)
    assert not await database.write(lambda connection: save(connection, WISH, gone))
    assert await database.read(lambda connection: open_wishes(connection, 7, base_ref="main")) == (READY,)


async def test_a_merge_is_begun_once_and_goes_on_after_a_crash(database: Database) -> None:
    await database.write(lambda connection: ask(connection, READY))
    later = NOW + timedelta(minutes=1)
    for moment in (NOW, later):
        begun = await database.write(
            lambda connection, moment=moment: begin_merging(connection, READY, now=moment)  # type: ignore[misc]
        )
        assert begun is not None
        assert (begun.state, begun.updated_at) == (MergeState.MERGING, NOW)


async def test_a_hold_that_came_in_between_keeps_it_from_being_merged(database: Database) -> None:
    await database.write(lambda connection: ask(connection, READY))
    await database.write(lambda connection: place_hold(connection, 7, HELD))
    begun = await database.write(lambda connection: begin_merging(connection, READY, now=NOW))
    assert begun is not None
    assert (begun.state, begun.reason) == (MergeState.WAITING, Reason.HELD)


@pytest.mark.parametrize("there", [replace(READY, wish="2/0"), replace(READY, head_sha=OTHER), None])
async def test_another_wish_or_another_head_is_not_merged_for_this_one(
    database: Database, there: Wish | None
) -> None:
    if there is not None:
        await database.write(lambda connection: ask(connection, there))
    assert await database.write(lambda connection: begin_merging(connection, READY, now=NOW)) is None
