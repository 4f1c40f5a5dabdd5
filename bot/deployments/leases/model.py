"""The nouns of a lease: an environment's one holder, and those who wait behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.deployments.model import Task
from bot.github.models import Actor  # noqa: TC001 - as above


class HoldKind(StrEnum):
    """What holds an environment."""

    DEPLOY = "deploy"  # a deployment under way; kept alive by its heartbeat
    KEEP = "keep"  # a deployment that was asked to stay for a time: `--for`
    LOCK = "lock"  # a person's word: `/lock`
    FREEZE = "freeze"  # an automatic rollback happened; a person must look

    @property
    def is_hold(self) -> bool:
        """Whether it stands by itself, with no run under way that keeps it alive."""
        return self is not HoldKind.DEPLOY


# Stands for every environment of the repository; it is only ever locked.
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An environment of a repository."""

    repository_id: int
    environment: str  # upper and lower case are the same to GitHub: stored casefolded

    @property
    def key(self) -> str:
        """The environment's name as it is stored."""
        return self.environment.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who wants or has an environment, and for what."""

    run_id: str  # of the deployment's run, or the receipt key of the command that locked
    kind: HoldKind
    person: Actor
    number: int | None = None
    sha: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """An environment that is held."""

    place: Place
    holder: Holder
    token: int  # fencing: rises with each new holder, never falls
    taken_at: datetime
    heartbeat_at: datetime
    expires_at: datetime | None  # None: until a person gives it back
    workflow_run_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One contender in the queue, or a hold that begins, or begins again, when the environment is free."""

    place: Place
    holder: Holder
    sequence: int  # the order of arrival
    asked_at: datetime
    seen_at: datetime  # a contender's last sign of life
    expires_at: datetime | None = None  # of a hold; None: until a person gives it back


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a contender asks an environment for."""

    holder: Holder
    length: timedelta  # how long it is kept without a sign of life
    task: Task = Task.DEPLOY  # a rollback or teardown goes before deployments


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An environment with its holder and all who wait, as the store has it now."""

    place: Place
    lease: Lease | None
    tickets: tuple[Ticket, ...]  # by sequence; holds that begin when the environment is free are among them


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The environment is the asker's."""

    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The asker waits."""

    position: int  # 1 is next
    lease: Lease | None  # what is ahead of all; None where the environment is free and another is next
    ahead: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """The environment is closed to the asker by a person's word or a freeze: waiting does not help."""

    lease: Lease


Taking = Granted | Queued | Locked
