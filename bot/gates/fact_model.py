"""The facts that a gate's decision rests on, as they were read at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.config.policy import ApprovalsConfig, parse_duration
from bot.gates.ledger import Approval  # noqa: TC001 - as above
from bot.gates.model import Subject  # noqa: TC001 - as above
from bot.github.models import Actor, Permission, Sha  # noqa: TC001 - as above


class Trace(StrEnum):
    """What is left of a word in the place where it was said."""

    STANDS = "stands"
    EDITED = "edited"
    DELETED = "deleted"
    DISMISSED = "dismissed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A word, and what is left of it now."""

    word: Approval
    trace: Trace = Trace.STANDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What someone who said a word may do now, not when they said it."""

    id: int
    login: str
    permission: Permission | None  # None where it could not be read
    teams: tuple[str, ...] = ()  # of the policy's teams, as the policy writes them
    problem: str = ""  # what could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Someone who wrote a part of what is deployed; without id and login nobody knows who it is."""

    name: str  # to show: a login, or an address
    id: int | None = None
    login: str = ""
    url: str = ""  # of one of their commits

    @property
    def is_known(self) -> bool:
        """Whether it can be told who it is."""
        return self.id is not None or bool(self.login)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be deployed, as it stands now: a pull request, or a commit alone."""

    is_open: bool
    head_sha: Sha
    tree: str
    base_ref: str
    web_url: str  # of the repository
    authors: tuple[Author, ...]
    authors_digest: str
    is_complete: bool  # whether every commit's author is among them


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A review that asks for changes and stands."""

    person: Actor
    url: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """Everything the decision about a gate rests on."""

    at: datetime
    gate_id: str
    number: int | None
    subject: Subject
    requester: Actor
    opened_at: datetime  # with this subject
    change: Change | None = None  # None where it could not be read
    is_configured: bool = False  # whether the policy of the default branch has the environment
    approvals: ApprovalsConfig | None = None  # of that environment; None where it asks for none
    mistakes: tuple[str, ...] = ()  # of the configuration
    words: tuple[Spoken, ...] = ()
    people: tuple[Person, ...] = ()
    objections: tuple[Objection, ...] = ()
    problem: str = ""  # what GitHub did not say

    @property
    def expires_at(self) -> datetime | None:
        """When the gate stops waiting; None where no approvals are asked for."""
        if self.approvals is None:
            return None
        return self.opened_at + parse_duration(self.approvals.expires)

    def person(self, person_id: int) -> Person | None:
        """This function will return what is known of someone who said a word."""
        return next((each for each in self.people if each.id == person_id), None)
