"""Reads everything that is known of one pull request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from bot.decisions.store import newest
from bot.gates.store import gate_by_id
from bot.merging.wishes.holds import hold_of
from bot.merging.wishes.store import wish_of
from bot.storage.tables import failures, summaries
from bot.storage.trust_tables import decisions, deployments, gates, journal
from bot.web.deployment_facts import decided

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection, Row

    from bot.gates.model import Gate
    from bot.merging.model import Hold, Wish
    from bot.web.deployment_facts import Decided

_MOST = 20
_MOST_HAPPENED = 40
_BACK = 5_000  # entries of a repository's journal that are looked through
_DIGITS = 12


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
        told = "\n".join(map(str, (*parts, self.happened)))
        return hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]


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
    query = select(summaries).where(table.repository_id == repository_id, table.number == number)
    row = connection.execute(query).first()
    if row is None:
        return None
    return SummaryStanding(comment_id=row.comment_id, head_sha=row.head_sha, updated_at=row.updated_at)


def _failures(connection: Connection, repository_id: int, number: int) -> tuple[SeenHere, ...]:
    table = failures.c
    query = select(failures).where(
        table.repository_id == repository_id, table.number == number, table.position == 0
    )
    rows = connection.execute(query.order_by(table.seen_at.desc(), table.job).limit(_MOST)).all()
    return tuple(
        SeenHere(
            fingerprint=row.fingerprint,
            message=row.message,
            workflow=row.workflow,
            job=row.job,
            url=row.url,
            head_sha=row.head_sha,
            seen_at=row.seen_at,
        )
        for row in rows
        if row.head_sha == rows[0].head_sha
    )


def _gates(connection: Connection, repository_id: int, number: int) -> tuple[Gate, ...]:
    table = gates.c
    query = select(table.id).where(table.repository_id == repository_id, table.number == number)
    ids = connection.scalars(query.order_by(table.opened_at.desc()).limit(_MOST)).all()
    return tuple(gate for gate in (gate_by_id(connection, each) for each in ids) if gate is not None)


def _deployments(connection: Connection, repository_id: int, number: int) -> tuple[DeployedFrom, ...]:
    table = deployments.c
    query = select(deployments).where(
        table.repository_id == repository_id, table.number == number, table.deployment_id > 0
    )
    return tuple(
        DeployedFrom(
            deployment_id=row.deployment_id,
            environment=row.environment,
            stage=row.stage,
            sha=row.sha,
            author=row.author,
            updated_at=row.updated_at,
        )
        for row in connection.execute(query.order_by(table.deployment_id.desc()).limit(_MOST))
    )


def _decisions(connection: Connection, repository_id: int, number: int) -> tuple[DecidedHere, ...]:
    table = decisions.c
    query = select(table.id, table.kind, table.environment, table.decided_at).where(
        table.repository_id == repository_id, table.number == number
    )
    return tuple(
        DecidedHere(id=row.id, kind=row.kind, environment=row.environment, at=row.decided_at)
        for row in connection.execute(query.order_by(table.decided_at.desc()).limit(_MOST))
    )


def _happened(connection: Connection, repository_id: int, number: int) -> tuple[Happened, ...]:
    """The journal has no index by pull request: its newest entries are looked through."""
    table = journal.c
    head = select(func.coalesce(func.max(table.sequence), 0)).where(table.repository_id == repository_id)
    about = or_(table.subject == f"#{number}", table.subject.startswith(f"#{number} ", autoescape=True))
    query = select(journal).where(
        table.repository_id == repository_id,
        table.sequence > head.scalar_subquery() - _BACK,
        table.kind != "decision",  # which stand in a list of their own
        about,
    )
    rows: Sequence[Row[Any]] = connection.execute(
        query.order_by(table.sequence.desc()).limit(_MOST_HAPPENED)
    ).all()
    return tuple(
        Happened(
            kind=row.kind,
            actor=row.actor,
            what=row.what,
            subject=row.subject,
            result=row.result,
            evidence=row.evidence,
            at=row.at,
        )
        for row in rows
    )
