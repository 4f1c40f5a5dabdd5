"""Finds the decision that somebody asks about, by its id or by what it was about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.decisions.store import newest, recorded

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.decisions.model import RecordedDecision
    from bot.storage.database import Database

ANY = ""
# The kinds of decisions that are asked for by name; a release's stands under its tag where others name an environment.
ABOUT_ENVIRONMENTS = ("deploy", "gate", "rollback")
BUDGET, SESSION, FIX = "budget", "session", "fix"
# Decided about the repository, wherever it is asked; a session's stands under its agent, a fix's under its failure.
REPOSITORY_WIDE = (BUDGET, SESSION, FIX)
DECIDED = (*ABOUT_ENVIRONMENTS, "merge", "release", "cluster", "agent", *REPOSITORY_WIDE)
ON_ISSUES = ("release", "cluster", "agent", *REPOSITORY_WIDE)  # what is decided about on issues too
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which decision is asked about, and where."""

    repository_id: int
    number: int
    topic: str  # one of DECIDED, ANY, or the id of a decision
    environment: str  # "" for any


def is_decision_id(topic: str) -> bool:
    """This function will say whether the topic has the form of a decision's id."""
    return _ID.fullmatch(topic) is not None


async def find_decision(database: Database, question: Question) -> RecordedDecision | None:
    """This function will return the decision that is asked about; other repositories' decisions are not told."""
    return await database.read(lambda connection: _find(connection, question))


def _find(connection: Connection, question: Question) -> RecordedDecision | None:
    if question.topic in {*DECIDED, ANY}:
        return newest(
            connection,
            question.repository_id,
            kind=question.topic,
            environment=question.environment,
            number=None if question.topic in REPOSITORY_WIDE else question.number,
        )
    row = recorded(connection, question.topic)
    return row if row is not None and row.repository_id == question.repository_id else None
