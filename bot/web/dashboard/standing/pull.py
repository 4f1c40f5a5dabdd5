"""Reads everything that is known of one pull request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from bot.decisions.store import newest
from bot.gates.store import gate_by_id
from bot.merging.wishes.holds import hold_of
from bot.merging.wishes.store import wish_of
from bot.storage.tables import failures, summaries
from bot.storage.trust_tables import decisions, deployments, gates, journal
from bot.web.dashboard.standing.rows import columns_of, digest_of, read_as
from bot.web.deployment_facts import decided

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.gates.model import Gate
    from bot.merging.model import Hold, Wish
    from bot.web.deployment_facts import Decided

_MOST = 20
_MOST_HAPPENED = 40
_BACK = 5_000  # entries of a repository's journal that are looked through


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryStanding:
    """The one comment in which the bot tells of failures."""

    comment_id: int | None
    head_sha: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenHere:
    """A failure of one of its jobs."""

    fingerprint: str
    message: str
    workflow: str
    job: str
    url: str
    head_sha: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedFrom:
    """A deployment that was asked for there."""

    deployment_id: int
    environment: str
    stage: str
    sha: str
    author: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What the journal says of it."""

    kind: str
    actor: str
    what: str
    subject: str
    result: str
    evidence: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedHere:
    """One of the decisions about it, as a line."""

    id: str
    kind: str
    environment: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PullFacts:
    """Everything that is known of a pull request."""

    number: int
    summary: SummaryStanding | None
    failures: tuple[SeenHere, ...]  # of the newest head that failed
    wish: Wish | None
    hold: Hold | None
    gates: tuple[Gate, ...]
    deployments: tuple[DeployedFrom, ...]
    newest: Decided | None  # the newest decision about it, with its proof
    decisions: tuple[DecidedHere, ...]
    happened: tuple[Happened, ...]

    @property
    def is_known(self) -> bool:
        """Whether the bot has had anything to do with it."""
        parts = (
            self.summary,
            self.failures,
            self.wish,
            self.hold,
            self.gates,
            self.deployments,
            self.happened,
        )
        return any(parts) or self.newest is not None

    @property
    def version(self) -> str:
        """How all of it stands, in a few characters."""
        parts = (
            self.summary,
            self.failures,
            self.wish,
            self.hold,
            self.gates,
            self.deployments,
            self.decisions,
        )
        return digest_of((*parts, self.happened))


def pull_facts(connection: Connection, repository_id: int, number: int) -> PullFacts:
    """This function will read a pull request, whether or not the bot has met it."""
    last = newest(connection, repository_id, kind="", environment="", number=number)
    return PullFacts(
        number=number,
        summary=_summary(connection, repository_id, number),
        failures=_failures(connection, repository_id, number),
        wish=wish_of(connection, repository_id, number),
        hold=hold_of(connection, repository_id, number),
        gates=_gates(connection, repository_id, number),
        deployments=_deployments(connection, repository_id, number),
        newest=decided(connection, repository_id, last.id) if last is not None else None,
        decisions=_decisions(connection, repository_id, number),
        happened=_happened(connection, repository_id, number),
    )


def _summary(connection: Connection, repository_id: int, number: int) -> SummaryStanding | None:
    table = summaries.c
    query = select(*columns_of(SummaryStanding, summaries)).where(
        table.repository_id == repository_id, table.number == number
    )
    return next(iter(read_as(connection, SummaryStanding, query)), None)


def _failures(connection: Connection, repository_id: int, number: int) -> tuple[SeenHere, ...]:
    table = failures.c
    query = select(*columns_of(SeenHere, failures)).where(
        table.repository_id == repository_id, table.number == number, table.position == 0
    )
    seen = read_as(connection, SeenHere, query.order_by(table.seen_at.desc(), table.job).limit(_MOST))
    return tuple(one for one in seen if one.head_sha == seen[0].head_sha)


def _gates(connection: Connection, repository_id: int, number: int) -> tuple[Gate, ...]:
    table = gates.c
    query = select(table.id).where(table.repository_id == repository_id, table.number == number)
    ids = connection.scalars(query.order_by(table.opened_at.desc()).limit(_MOST)).all()
    return tuple(gate for gate in (gate_by_id(connection, each) for each in ids) if gate is not None)


def _deployments(connection: Connection, repository_id: int, number: int) -> tuple[DeployedFrom, ...]:
    table = deployments.c
    query = select(*columns_of(DeployedFrom, deployments)).where(
        table.repository_id == repository_id, table.number == number, table.deployment_id > 0
    )
    return read_as(connection, DeployedFrom, query.order_by(table.deployment_id.desc()).limit(_MOST))


def _decisions(connection: Connection, repository_id: int, number: int) -> tuple[DecidedHere, ...]:
    table = decisions.c
    query = select(table.id, table.kind, table.environment, table.decided_at.label("at")).where(
        table.repository_id == repository_id, table.number == number
    )
    return read_as(connection, DecidedHere, query.order_by(table.decided_at.desc()).limit(_MOST))


def _happened(connection: Connection, repository_id: int, number: int) -> tuple[Happened, ...]:
    """The journal has no index by pull request: its newest entries are looked through."""
    table = journal.c
    head = select(func.coalesce(func.max(table.sequence), 0)).where(table.repository_id == repository_id)
    about = or_(table.subject == f"#{number}", table.subject.startswith(f"#{number} ", autoescape=True))
    query = select(*columns_of(Happened, journal)).where(
        table.repository_id == repository_id,
        table.sequence > head.scalar_subquery() - _BACK,
        table.kind != "decision",  # which stand in a list of their own
        about,
    )
    return read_as(connection, Happened, query.order_by(table.sequence.desc()).limit(_MOST_HAPPENED))
