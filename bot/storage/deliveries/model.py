"""The nouns of what the inbox remembers of deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

MOST_LISTED = 200


class State(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    DONE = "done"  # its runs are in the engine
    FAILED = "failed"  # unreadable, or a bug of ours; a redelivery tries again


class Decision(NamedTuple):
    """One thing that came of a delivery: a run that it began, or one that it told something."""

    flow: str  # empty where a run was told something
    run_id: str
    topic: str = ""  # what the run was told; empty where it was begun


class Finished(Protocol):
    """A delivery that was taken out of the inbox, and what came of it."""

    @property
    def sequence(self) -> int:
        """Its place in the order of acceptance."""

    @property
    def body(self) -> bytes:
        """The payload as it was signed."""

    @property
    def failure(self) -> str | None:
        """Why it could not be handled; None where it was."""

    @property
    def decisions(self) -> Sequence[tuple[str, str, str]]:
        """What came of it, each with what `Decision` names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDelivery:
    """A delivery as the inbox remembers it."""

    sequence: int
    guid: str
    event: str
    action: str
    installation_id: int
    repository_id: int | None  # None: it is about none, or an older version of the bot took it in
    repository: str  # owner/name as it was called then; empty where it is about none
    number: int | None  # of the issue or pull request
    accepted_at: datetime
    state: State
    error: str
    finished_at: datetime | None
    decisions: tuple[Decision, ...] | None  # None: it was not noted
    has_payload: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuery:
    """Which deliveries are asked for, the newest first."""

    repositories: frozenset[int] | None  # of these repositories; None: of all, and of none
    state: State | None = None
    event: str = ""
    number: int | None = None
    guid: str = ""
    before: int | None = None  # older than the one with this sequence
    limit: int = 50
