"""The nouns of the audit journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum


class Kind(StrEnum):
    """What an entry is about."""

    COMMAND = "command"
    APPROVAL = "approval"
    DECISION = "decision"
    LEASE = "lease"
    EFFECT = "effect"
    SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened, as its author writes it; the journal adds its place in the chain."""

    key: str  # tells it from every other one of the repository: the same key is written once
    repository_id: int
    kind: Kind
    at: datetime
    actor: str  # login, or "pilothouse"
    actor_id: int  # numeric id; 0 for the bot
    what: str  # deploy accepted, gate approved, lease taken, …
    subject: str  # what it was done to: #12 production 1a2b3c4
    result: str = ""  # stable code
    evidence: str = ""  # a URL, or the id of a decision
    detail: dict[str, str] = field(default_factory=dict)  # never a secret
