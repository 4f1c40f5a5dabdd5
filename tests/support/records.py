"""Entries of the journal and decisions for the tests of what is recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.audit.chain import chained, start
from bot.audit.model import Entry, Kind
from bot.decisions.model import Condition, Evidence, Standing
from bot.decisions.store import Where
from tests.support.commands import REPOSITORY

if TYPE_CHECKING:
    from bot.audit.chain import Linked

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def entry(number: int = 1, *, repository_id: int = 22) -> Entry:
    """This function will make an entry that differs by its number."""
    return Entry(
        key=f"command/{number}",
        repository_id=repository_id,
        kind=Kind.COMMAND,
        at=AT + timedelta(minutes=number),
        actor="ada",
        actor_id=7,
        what="command succeeded",
        subject=f"#{number} /ping",
        result="done",
        evidence="https://github.com/octo/harbour/pull/5",
        detail={"b": "2", "a": "1"},
    )


def chain(length: int, *, repository_id: int = 22) -> list[Linked]:
    """This function will make a whole chain."""
    links: list[Linked] = []
    head = start()
    for number in range(1, length + 1):
        links.append(chained(entry(number, repository_id=repository_id), head))
        head = links[-1].head
    return links


def condition(
    name: str = "checks", standing: Standing = Standing.UNMET, *parts: Condition, text: str = "It is so."
) -> Condition:
    """This function will make a condition with evidence and somebody who can help."""
    is_open = standing in {Standing.PENDING, Standing.UNMET, Standing.UNKNOWN}
    return Condition(
        name=name,
        standing=standing,
        text=text,
        reason="checks_failed" if is_open else "",
        evidence=(Evidence(text="the run", url="https://github.com/octo/harbour/runs/1"),),
        who="Someone with the role write can run it again." if is_open else "",
        parts=parts,
    )


def where(number: int | None = 5, environment: str = "production", *, after: int = 0) -> Where:
    """This function will say what a decision is about; `after` are the minutes after noon."""
    return Where(
        repository=REPOSITORY, number=number, environment=environment, at=AT + timedelta(minutes=after)
    )
