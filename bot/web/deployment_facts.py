"""Gathers what the page of a deployment shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.decisions.store import concluded, recorded
from bot.deployments.model import Stage, Task
from bot.deployments.states import is_over
from bot.deployments.store import row_of
from bot.deployments.timeline import timeline_of
from bot.diagnosis.reporting.units import duration
from bot.gates.store import gate_by_id
from bot.web.run_facts import repository_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.decisions.model import Decision
    from bot.deployments.model import DeploymentRow, TimelineEvent
    from bot.gates.model import Gate
    from bot.storage.database import Database

STAGE_WORDS: Mapping[Stage, tuple[str, str]] = {
    Stage.CHECKING: ("wait", "Being checked"),
    Stage.QUEUED: ("wait", "In the queue"),
    Stage.CREATED: ("wait", "About to begin"),
    Stage.PLANNING: ("wait", "Being planned"),
    Stage.GATED: ("wait", "Waits for approval"),
    Stage.APPLYING: ("wait", "Being applied"),
    Stage.VERIFYING: ("wait", "Being verified"),
    Stage.PROMOTING: ("wait", "Waits to be promoted"),
    Stage.SUCCEEDED: ("good", "Succeeded"),
    Stage.FAILED: ("bad", "Failed"),
    Stage.ERRORED: ("bad", "Ended in error"),
    Stage.REFUSED: ("bad", "Refused"),
}
_TITLES: Mapping[Task, str] = {
    Task.DEPLOY: "Deployment to {}",
    Task.ROLLBACK: "Rollback of {}",
    Task.TEARDOWN: "Teardown of {}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A recorded decision, as a page shows it."""

    id: str
    at: datetime
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentFacts:
    """A deployment with everything that is known of it."""

    row: DeploymentRow
    repository: str  # its page on GitHub; empty where no address tells
    events: tuple[TimelineEvent, ...]
    gate: Gate | None
    gate_decided: Decided | None
    decided: Decided | None

    @property
    def title(self) -> str:
        """What the page is about."""
        return _TITLES[self.row.task].format(self.row.environment)

    @property
    def tone(self) -> str:
        """How the state is coloured."""
        return STAGE_WORDS[self.row.stage][0]

    @property
    def word(self) -> str:
        """The state in a word or two."""
        return STAGE_WORDS[self.row.stage][1]

    @property
    def version(self) -> str:
        """How it stands, in a few characters; empty once it cannot change any more."""
        return "" if is_over(self.row.stage) else f"{self.row.updated_at:%Y%m%d%H%M%S%f}-{len(self.events)}"

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """The numbers one looks for first."""
        row = self.row
        took = (row.updated_at - row.created_at).total_seconds() if row.created_at else None
        given = [("Reached", f"{row.percent} %")]
        if took is not None:
            given.append(("Took" if is_over(row.stage) else "Since", duration(took)))
        if row.lease_token:
            given.append(("Lease", f"no. {row.lease_token}"))
        if row.plan_digest:
            given.append(("Plan", row.plan_digest[:8]))
        return (*given, ("Known to be good", "yes" if row.is_good else "no"))


async def deployment_facts(
    database: Database, repository_id: int, deployment_id: int
) -> DeploymentFacts | None:
    """This function will read a deployment, or return None where the bot made none with this id."""
    return await database.read(lambda connection: _read(connection, repository_id, deployment_id))


def decided(connection: Connection, repository_id: int, identifier: str) -> Decided | None:
    """This function will read a recorded decision of the repository."""
    found = recorded(connection, identifier) if identifier else None
    if found is None or found.repository_id != repository_id:
        return None
    return Decided(id=found.id, at=found.decided_at, decision=concluded(found))


def _read(connection: Connection, repository_id: int, deployment_id: int) -> DeploymentFacts | None:
    row = row_of(connection, repository_id, deployment_id)
    if row is None:
        return None
    events = timeline_of(connection, repository_id, row.run_id)
    gate = gate_by_id(connection, row.gate_id) if row.gate_id else None
    return DeploymentFacts(
        row=row,
        repository=repository_page(_addresses(row, events)),
        events=events,
        gate=gate,
        gate_decided=decided(connection, repository_id, gate.decision_id) if gate else None,
        decided=decided(connection, repository_id, row.decision_id),
    )


def _addresses(row: DeploymentRow, events: Iterable[TimelineEvent]) -> tuple[str, ...]:
    return (row.log_url, *(event.url for event in events))
