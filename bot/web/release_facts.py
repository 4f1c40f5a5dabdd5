"""Gathers what the page of a release shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.diagnosis.reporting.units import duration
from bot.gates.store import gate_by_id
from bot.releases.model import Document, Stage
from bot.releases.store import document_of, row_of, timeline_of
from bot.web.deployment_facts import decided
from bot.web.run_facts import repository_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from bot.gates.model import Gate
    from bot.releases.model import ReleaseEvent, ReleaseRow
    from bot.storage.database import Database
    from bot.web.deployment_facts import Decided

RELEASE_WORDS: Mapping[Stage, tuple[str, str]] = {
    Stage.CHECKING: ("wait", "Being checked"),
    Stage.GATED: ("wait", "Waits for approval"),
    Stage.TAGGING: ("wait", "Being tagged"),
    Stage.DRAFTING: ("wait", "Being drafted"),
    Stage.BUILDING: ("wait", "Being built"),
    Stage.VERIFYING: ("wait", "Being verified"),
    Stage.PUBLISHING: ("wait", "Being published"),
    Stage.ANNOUNCING: ("good", "Published"),
    Stage.DONE: ("good", "Published"),
    Stage.STOPPED: ("bad", "Stopped"),
    Stage.ABORTED: ("calm", "Aborted"),
}
_DRAFT = ("good", "Draft finished")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    """A release with everything that is known of it."""

    row: ReleaseRow
    repository: str  # its page on GitHub; empty where no address tells
    events: tuple[ReleaseEvent, ...]
    notes: str  # safe Markdown
    files: str  # safe Markdown
    gate: Gate | None
    gate_decided: Decided | None
    decided: Decided | None

    @property
    def _said(self) -> tuple[str, str]:
        is_draft = self.row.stage is Stage.STOPPED and self.row.reason is Reason.DONE
        return _DRAFT if is_draft else RELEASE_WORDS[self.row.stage]

    @property
    def tone(self) -> str:
        """How the state is coloured."""
        return self._said[0]

    @property
    def word(self) -> str:
        """The state in a word or two."""
        return self._said[1]

    @property
    def version(self) -> str:
        """How it stands, in a few characters; empty once only a command can change it."""
        row = self.row
        return "" if row.stage.is_over else f"{row.updated_at:%Y%m%d%H%M%S%f}-{len(self.events)}"

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """The numbers one looks for first."""
        row = self.row
        end = row.published_at or row.updated_at
        given = [("Took" if row.published_at else "Since", duration((end - row.created_at).total_seconds()))]
        if row.previous_tag:
            given.append(("After", row.previous_tag))
        if row.attempt > 1:
            given.append(("Attempt", str(row.attempt)))
        return (*given, ("Pre-release", "yes" if row.is_prerelease else "no"))


async def release_facts(database: Database, repository_id: int, subject: str) -> ReleaseFacts | None:
    """This function will read the release whose tag an address names, or return None where there is none."""
    try:
        tag = bytes.fromhex(subject).decode()
    except ValueError:
        return None
    return await database.read(lambda connection: _read(connection, repository_id, tag))


def _read(connection: Connection, repository_id: int, tag: str) -> ReleaseFacts | None:
    row = row_of(connection, repository_id, tag)
    if row is None:
        return None
    events = timeline_of(connection, repository_id, tag)
    gate = gate_by_id(connection, row.gate_id) if row.gate_id else None
    return ReleaseFacts(
        row=row,
        repository=repository_page((row.url, *(event.url for event in events))),
        events=events,
        notes=document_of(connection, repository_id, tag, Document.NOTES),
        files=document_of(connection, repository_id, tag, Document.FILES),
        gate=gate,
        gate_decided=decided(connection, repository_id, gate.decision_id) if gate else None,
        decided=decided(connection, repository_id, row.decision_id),
    )
