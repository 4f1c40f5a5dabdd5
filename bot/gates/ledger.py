"""The nouns of the ledger: what a person said about a gate, what exactly it was said about, why it is void."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.gates.model import How  # noqa: TC001 - as above
from bot.github.models import Actor, Sha  # noqa: TC001 - as above

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.gates.model import Parameter, Subject


class Word(StrEnum):
    """What a person says."""

    APPROVE = "approve"
    REJECT = "reject"


class Void(StrEnum):
    """Why a word does not count any more; it never counts again."""

    HEAD_MOVED = "head_moved"
    AUTHORS_CHANGED = "authors_changed"  # the same files, and yet by other people
    BASE_CHANGED = "base_changed"
    PARAMETERS_CHANGED = "parameters_changed"
    PLAN_CHANGED = "plan_changed"
    EXPIRED = "expired"
    EDITED = "edited"  # by its author
    TAMPERED = "tampered"  # edited by somebody else
    DELETED = "deleted"
    DISMISSED = "dismissed"
    REJECTED = "rejected"  # by another person: what stood before it is asked for anew
    SPENT = "spent"  # what it allowed has happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A person's word, bound to exactly what it was said about."""

    id: str
    repository_id: int
    number: int | None
    environment: str  # as the policy writes it
    gate_id: str
    person: Actor  # as they were called then
    word: Word
    how: How
    head_sha: Sha
    tree: str
    base_ref: str
    authors_digest: str
    parameters_digest: str
    plan_digest: str
    given_at: datetime
    expires_at: datetime
    text: str = ""  # the reason of a rejection, as it was written
    url: str = ""
    comment_id: int | None = None  # of the comment, or of the review
    body_digest: str = ""
    voided_at: datetime | None = None
    void_reason: str = ""


def body_digest(body: str) -> str:
    """This function will return the digest of a comment's text; how its lines end does not matter."""
    return hashlib.sha256(body.replace("\r\n", "\n").encode()).hexdigest()


def parameters_digest(parameters: Iterable[Parameter]) -> str:
    """This function will return the digest of the parameters, in whichever order they were given."""
    return _digest(sorted([each.name, each.value] for each in parameters))


def authors_digest(people: Iterable[str]) -> str:
    """This function will return the digest of who wrote the commits, each person once."""
    return _digest(sorted(set(people)))


def subject_digest(subject: Subject) -> str:
    """This function will return a few characters that tell what is approved from anything else."""
    parts = (
        subject.environment.casefold(),
        subject.head_sha,
        subject.tree,
        subject.base_ref,
        parameters_digest(subject.parameters),
        subject.plan_digest,
    )
    return _digest(parts)[:8]


def approval_id(repository_id: int, *, source: str, gate_id: str) -> str:
    """This function will make the id of the word that a command, press or review says about a gate."""
    return _digest((repository_id, source, gate_id))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()
