"""Gathers what the page of a repository's merges shows: what waits, what was tested together, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bot.merging.model import BatchState, MergeState
from bot.merging.wishes.history import ended_wishes, newest_batches
from bot.merging.wishes.holds import holds_of
from bot.merging.wishes.store import open_wishes
from bot.merging.wishes.timing import usual_wait
from bot.web.deployment_facts import decided

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from sqlalchemy import Connection

    from bot.merging.model import Batch, Hold, Wish
    from bot.storage.database import Database
    from bot.web.deployment_facts import Decided

_MOST_ENDED = 20
_MOST_BATCHES = 10
MERGE_WORDS: Mapping[MergeState, tuple[str, str]] = {
    MergeState.WAITING: ("wait", "Waits"),
    MergeState.READY: ("good", "Ready"),
    MergeState.TESTING: ("wait", "In the train"),
    MergeState.QUEUED: ("wait", "In GitHub's queue"),
    MergeState.MERGING: ("wait", "Being merged"),
    MergeState.MERGED: ("good", "Merged"),
    MergeState.STOPPED: ("bad", "Stopped"),
    MergeState.WITHDRAWN: ("calm", "Taken back"),
}
_BATCH_TONES: Mapping[BatchState, str] = {
    BatchState.BUILDING: "wait",
    BatchState.TESTING: "wait",
    BatchState.GREEN: "good",
    BatchState.RED: "bad",
    BatchState.MERGED: "good",
    BatchState.DROPPED: "calm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A wish that is not over, with what was decided about it."""

    wish: Wish
    position: int  # on its base, from 1
    hold: Hold | None
    decided: Decided | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What waits for one branch."""

    name: str
    usual: timedelta | None  # from the asking to the merge; None where too few were merged
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergesFacts:
    """Everything that waits to be merged in a repository, and what was merged last."""

    bases: tuple[Base, ...]
    batches: tuple[Batch, ...]
    ended: tuple[Wish, ...]

    @property
    def repository(self) -> str:
        """The repository's page on GitHub, as the evidence of what was decided tells it; empty where none does."""
        urls = (
            evidence.url
            for base in self.bases
            for waiting in base.waiting
            if waiting.decided
            for condition in waiting.decided.decision.conditions
            for evidence in condition.evidence
        )
        return next((root for url in urls if (root := url.partition("/pull/")[0]) != url), "")

    @property
    def version(self) -> str:
        """How all of it stands, in a few characters."""
        moved = [
            *(waiting.wish.updated_at for base in self.bases for waiting in base.waiting),
            *(batch.updated_at for batch in self.batches),
            *(wish.updated_at for wish in self.ended),
        ]
        newest = max(moved, default=None)
        return f"{newest:%Y%m%d%H%M%S%f}-{len(moved)}" if newest else "nothing"

    def word(self, state: MergeState) -> str:
        """This function will say a wish's state in a word or two."""
        return MERGE_WORDS[state][1]

    def tone(self, state: MergeState) -> str:
        """This function will say how a wish's state is coloured."""
        return MERGE_WORDS[state][0]

    def batch_tone(self, state: BatchState) -> str:
        """This function will say how a batch's state is coloured."""
        return _BATCH_TONES[state]


async def merges_facts(database: Database, repository_id: int) -> MergesFacts:
    """This function will read what waits to be merged in a repository, and what became of the last wishes."""
    return await database.read(lambda connection: _read(connection, repository_id))


def _read(connection: Connection, repository_id: int) -> MergesFacts:
    wishes = sorted(open_wishes(connection, repository_id), key=lambda wish: wish.base_ref)
    holds = holds_of(connection, repository_id, [wish.number for wish in wishes])
    return MergesFacts(
        bases=tuple(
            Base(
                name=name,
                usual=usual_wait(connection, repository_id, name),
                waiting=tuple(
                    Waiting(
                        wish=wish,
                        position=position,
                        hold=holds.get(wish.number),
                        decided=decided(connection, repository_id, wish.decision_id),
                    )
                    for position, wish in enumerate(group, start=1)
                ),
            )
            for name, group in groupby(wishes, key=lambda wish: wish.base_ref)
        ),
        batches=newest_batches(connection, repository_id, most=_MOST_BATCHES),
        ended=ended_wishes(connection, repository_id, most=_MOST_ENDED),
    )
