"""Makes a recorded decision again from its recorded facts, and says whether every byte is the same."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable  # noqa: TC003 - part of the public signatures
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from bot.audit.canonical import canonical
from bot.forms import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.decisions.model import Decision, RecordedDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayer:
    """The pure function that decides about one kind, and what it is given."""

    facts: Any  # the type of the recorded facts: a tuple of the types of the function's parameters
    decide: Callable[..., Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of deciding again."""

    row: RecordedDecision
    decision: str  # canonical JSON
    facts: str  # the facts as they were understood, canonical JSON

    @property
    def is_same(self) -> bool:
        """Whether the same facts lead to the same decision, byte for byte."""
        return self.decision == self.row.decision and self.facts == self.row.facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreplayable:
    """Why it cannot be decided again."""

    why: str


def replay(row: RecordedDecision, replayers: Mapping[str, Replayer]) -> Replayed | Unreplayable:
    """This function will decide again from the recorded facts."""
    replayer = replayers.get(row.kind)
    if replayer is None:
        return Unreplayable(why=f"this version has no decision of the kind {row.kind!r}")
    try:
        facts = decode(row.facts, replayer.facts)
    except msgspec.MsgspecError as error:
        return Unreplayable(why=f"this version does not understand the recorded facts: {error}")
    return Replayed(row=row, decision=canonical(replayer.decide(*facts)), facts=canonical(facts))


def difference(replayed: Replayed) -> str:
    """This function will show what is different, as a unified diff of readable JSON; nothing where all is the same."""
    parts = (
        _diff(replayed.row.facts, replayed.facts, "facts"),
        _diff(replayed.row.decision, replayed.decision, "decision"),
    )
    return "\n".join(part for part in parts if part)


def seals(row: RecordedDecision) -> dict[str, str]:
    """This function will return what the journal keeps of a decision: the SHA-256 of each of its two parts."""
    return {
        "decision": hashlib.sha256(row.decision.encode()).hexdigest(),
        "facts": hashlib.sha256(row.facts.encode()).hexdigest(),
    }


def _diff(recorded: str, now: str, what: str) -> str:
    before, after = (json.dumps(json.loads(text), indent=1).splitlines() for text in (recorded, now))
    return "\n".join(difflib.unified_diff(before, after, f"recorded {what}", f"{what} now", lineterm="", n=2))
