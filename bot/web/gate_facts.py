"""Gathers what the page of a gate shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.gates.model import GateState
from bot.gates.store import gate_by_id, words_about
from bot.web.deployment_facts import Decided, decided

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from bot.gates.ledger import Approval
    from bot.gates.model import Gate
    from bot.storage.database import Database

GATE_WORDS: Mapping[GateState, tuple[str, str]] = {
    GateState.WAITING: ("wait", "Waits"),
    GateState.APPROVED: ("good", "Approved"),
    GateState.REJECTED: ("bad", "Rejected"),
    GateState.EXPIRED: ("bad", "Expired"),
    GateState.CLOSED: ("calm", "Closed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """A gate with everything that was said about it."""

    gate: Gate
    words: tuple[Approval, ...]  # newest first
    decided: Decided | None

    @property
    def repository(self) -> str:
        """The repository's page on GitHub, as the addresses of the words begin; empty without any."""
        roots = (one.url.partition("/pull/")[0] for one in self.words if "/pull/" in one.url)
        return next(roots, "")

    @property
    def tone(self) -> str:
        """How the state is coloured."""
        return GATE_WORDS[self.gate.state][0]

    @property
    def word(self) -> str:
        """The state in a word."""
        return GATE_WORDS[self.gate.state][1]

    @property
    def version(self) -> str:
        """How it stands, in a few characters; empty once it cannot change any more."""
        return "" if self.gate.state.is_over else f"{self.gate.updated_at:%Y%m%d%H%M%S%f}-{len(self.words)}"


async def gate_facts(database: Database, repository_id: int, gate_id: str) -> GateFacts | None:
    """This function will read a gate, or return None where the repository has none with this id."""
    return await database.read(lambda connection: _read(connection, repository_id, gate_id))


def _read(connection: Connection, repository_id: int, gate_id: str) -> GateFacts | None:
    gate = gate_by_id(connection, gate_id)
    if gate is None or gate.repository_id != repository_id:
        return None
    return GateFacts(
        gate=gate,
        words=words_about(connection, gate)[::-1],
        decided=decided(connection, repository_id, gate.decision_id),
    )
