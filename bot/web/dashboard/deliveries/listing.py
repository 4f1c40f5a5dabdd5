"""Gathers the deliveries that somebody asks for, as far as they may read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.recovery.known import repository_named
from bot.storage.deliveries.model import DeliveryQuery, State
from bot.web.dashboard.standing.rows import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.storage.deliveries.model import SeenDelivery
    from bot.web.dashboard.page import Reading
    from bot.web.viewer import Viewer

PAGE_SIZE = 50
_MOST_FAILED = 5
_LONGEST_WORD = 140  # of a filter
_LONGEST_NUMBER = 18  # digits
WORDS: Mapping[State, tuple[str, str]] = {
    State.WAITING: ("wait", "Waits"),
    State.DONE: ("good", "Handled"),
    State.FAILED: ("bad", "Failed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A piece of the list of deliveries."""

    rows: Sequence[SeenDelivery]
    failed: Sequence[SeenDelivery]  # that nobody asked for but an operator should see
    asked: Mapping[str, str]  # the filters as they were typed
    unknown: str  # a repository that was asked for and is not there for this person
    older: str  # the address of the next piece; empty at the end
    newest: str  # the address of the first piece; empty there

    @property
    def is_filtered(self) -> bool:
        """Whether only some are asked for."""
        return any(self.asked.values())

    @property
    def version(self) -> str:
        """How what is listed stands, in a few characters."""
        return digest_of((row.sequence, row.state, row.finished_at) for row in (*self.failed, *self.rows))


async def listing_of(reading: Reading, *, path: str) -> Listing:
    """This function will read what is asked for; nothing of repositories that the viewer cannot read."""
    asked = {
        name: reading.query.get(name, "").strip()[:_LONGEST_WORD]
        for name in ("state", "event", "repository", "number", "guid")
    }
    before = _number(reading.query.get("before", ""))
    repositories = await _repositories(reading, asked["repository"])
    query = DeliveryQuery(
        repositories=repositories,
        state=_state(asked["state"]),
        event=asked["event"],
        number=_number(asked["number"]),
        guid=asked["guid"],
        before=before,
        limit=PAGE_SIZE + 1,
    )
    rows = [] if repositories == frozenset() else list(await reading.inbox.deliveries(query))
    is_start = before is None and not any(asked.values()) and reading.viewer.is_operator
    return Listing(
        rows=rows[:PAGE_SIZE],
        failed=await _failed(reading) if is_start else (),
        asked=asked,
        unknown=asked["repository"] if repositories == frozenset() else "",
        older=_address(path, asked, before=rows[PAGE_SIZE - 1].sequence) if len(rows) > PAGE_SIZE else "",
        newest=_address(path, asked) if before is not None else "",
    )


def may_see(viewer: Viewer, delivery: SeenDelivery) -> bool:
    """This function will say whether a delivery may be seen; one of no repository is for operators."""
    if delivery.repository_id is None:
        return viewer.is_operator
    return viewer.reads(delivery.repository_id)


def may_replay(viewer: Viewer, delivery: SeenDelivery) -> bool:
    """This function will say whether somebody may see what a delivery said, and let it be handled again."""
    if delivery.repository_id is None:
        return viewer.is_operator
    return viewer.writes(delivery.repository_id)


async def _repositories(reading: Reading, name: str) -> frozenset[int] | None:
    viewer = reading.viewer
    if reading.repository is not None:
        return frozenset({reading.repository.repository_id})
    if not name:
        return None if viewer.is_operator else frozenset(viewer.repositories)
    known = await reading.database.read(lambda connection: repository_named(connection, name))
    if known is None or not viewer.reads(known.repository_id):
        return frozenset()
    return frozenset({known.repository_id})


async def _failed(reading: Reading) -> Sequence[SeenDelivery]:
    return await reading.inbox.deliveries(
        DeliveryQuery(repositories=None, state=State.FAILED, limit=_MOST_FAILED)
    )


def _state(word: str) -> State | None:
    return next((state for state in State if state.value == word), None)


def _number(word: str) -> int | None:
    digits = word.removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER else None


def _address(path: str, asked: Mapping[str, str], *, before: int | None = None) -> str:
    words = {name: value for name, value in asked.items() if value}
    if before is not None:
        words["before"] = str(before)
    return f"{path}?{urlencode(words)}" if words else path
