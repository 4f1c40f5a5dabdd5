"""Reads what runs in each environment of a repository, what is on its way there, who holds it and who waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.deployments.leases.model import EVERYWHERE
from bot.deployments.leases.rows import lines_of
from bot.deployments.model import Stage, Task
from bot.deployments.store import rows_of
from bot.storage.trust_tables import deployments
from bot.web.deployment_facts import STAGE_WORDS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.deployments.leases.model import Line
    from bot.deployments.model import DeploymentRow

_MOST = 50  # environments
_BACK = 30  # deployments of each, among which what runs is looked for
SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFacts:
    """One environment."""

    name: str
    running: DeploymentRow | None  # what succeeded last; None where nothing did, or it was torn down
    newest: tuple[DeploymentRow, ...]
    line: Line | None  # who holds it and who waits; None where it is free

    @property
    def version(self) -> str:
        """How it stands, in a few characters."""
        moved = max((row.updated_at for row in self.newest), default=None)
        held = f"{self.line.lease}{len(self.line.tickets)}" if self.line else ""
        return f"{self.name}{moved}{held}"


def stage_word(row: DeploymentRow) -> tuple[str, str]:
    """This function will say how a deployment's stage is coloured and called."""
    return STAGE_WORDS[row.stage]


def environments_of(connection: Connection, repository_id: int) -> tuple[EnvironmentFacts, ...]:
    """This function will read the environments of a repository, those in which something happened last first."""
    lines = {line.place.key: line for line in lines_of(connection, repository_id)}
    query = (
        select(deployments.c.environment)
        .where(deployments.c.repository_id == repository_id, deployments.c.deployment_id > 0)
        .group_by(deployments.c.environment)
        .order_by(func.max(deployments.c.deployment_id).desc())
        .limit(_MOST)
    )
    names = dict.fromkeys(connection.scalars(query))
    known = {name.casefold() for name in names}
    names |= dict.fromkeys(key for key in lines if key not in known and key != EVERYWHERE)
    return tuple(_environment(connection, repository_id, name, lines.get(name.casefold())) for name in names)


def _environment(
    connection: Connection, repository_id: int, name: str, line: Line | None
) -> EnvironmentFacts:
    rows = rows_of(connection, repository_id, name, most=_BACK)
    last = next((row for row in rows if row.stage is Stage.SUCCEEDED), None)
    return EnvironmentFacts(
        name=name,
        running=None if last is None or last.task is Task.TEARDOWN else last,
        newest=rows[:SHOWN],
        line=line,
    )
