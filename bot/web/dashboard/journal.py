"""Gathers what the journal holds for somebody who may write to its repositories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import func, select, true

from bot.audit.chain import Checked, first_break, follow
from bot.audit.effects import NOWHERE
from bot.audit.model import Kind
from bot.audit.render import line_of
from bot.audit.store import all_entries, entries_of, head
from bot.recovery.known import repository_named
from bot.storage.trust_tables import journal as table
from bot.storage.web_tables import known_repositories
from bot.web.dashboard.page import Download

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from bot.audit.chain import Broken, Head, Linked
    from bot.web.dashboard.page import Reading
    from bot.web.viewer import Viewer

PAGE_SIZE = 50
MOST_CHECKED = 20_000  # entries at once: a page must not keep others waiting for minutes
_DAYS_BACK = 30  # of all repositories together; of one the whole journal is listed
_LONGEST_WORD = 140
_MARK = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFacts:
    """A piece of the journal, the newest entry first."""

    rows: Sequence[Linked]
    names: Mapping[int, str]  # of repositories, by id
    asked: Mapping[str, str]
    following: str  # what asks for the next piece; empty at the end
    is_start: bool
    unknown: str = ""  # a repository that was asked for and is not there for this person
    head: Head | None = None  # of one repository's chain
    is_followed: bool = False  # whether the shown part of one repository's chain was followed
    broken: Broken | None = None  # in that part
    checked: Checked | None = None  # the whole chain, where that was asked for
    days_back: int = _DAYS_BACK


def journal_facts(connection: Connection, reading: Reading) -> JournalFacts:
    """This function will read a piece of the journal of every repository that the viewer may write to."""
    asked = _words(reading)
    condition = _of_writer(reading.viewer)
    if asked["repository"]:
        known = repository_named(connection, asked["repository"])
        if known is None or not reading.viewer.writes(known.repository_id):
            return JournalFacts(
                rows=(), names={}, asked=asked, following="", is_start=True, unknown=asked["repository"]
            )
        condition = table.c.repository_id == known.repository_id
    before = _before(reading.query.get("before", ""))
    since = table.c.at >= reading.now - timedelta(days=_DAYS_BACK)
    rows = entries_of(
        connection,
        condition & since & _filtered(asked) & _earlier(before),
        order=(table.c.at.desc(), table.c.repository_id.desc(), table.c.sequence.desc()),
        most=PAGE_SIZE + 1,
    )
    shown = rows[:PAGE_SIZE]
    return JournalFacts(
        rows=shown,
        names=_names(connection, {each.entry.repository_id for each in shown}),
        asked=asked,
        following=_place(shown[-1]) if len(rows) > PAGE_SIZE else "",
        is_start=before is None,
    )


def chain_facts(connection: Connection, reading: Reading, repository_id: int) -> JournalFacts:
    """This function will read a piece of one repository's journal, and whether it holds together."""
    asked = _words(reading)
    word = reading.query.get("before", "")
    before = int(word) if word.isascii() and word.isdecimal() and len(word) < len(str(1 << 63)) else None
    condition = (table.c.repository_id == repository_id) & _filtered(asked)
    if before is not None:
        condition &= table.c.sequence < before
    rows = entries_of(connection, condition, order=(table.c.sequence.desc(),), most=PAGE_SIZE + 1)
    shown, newest = rows[:PAGE_SIZE], head(connection, repository_id)
    is_whole = not any(asked.values())
    is_asked = reading.query.get("check") == "whole" and newest.sequence <= MOST_CHECKED
    return JournalFacts(
        rows=shown,
        names={},
        asked=asked,
        following=str(shown[-1].sequence) if len(rows) > PAGE_SIZE else "",
        is_start=before is None,
        head=newest,
        is_followed=is_whole,
        broken=first_break(reversed(shown)) if is_whole else None,
        checked=_checked(connection, repository_id) if is_asked else None,
    )


def exported(connection: Connection, repository_id: int, full_name: str) -> Download | None:
    """This function will write a repository's chain as a file that can be verified offline; None where it is long."""
    if head(connection, repository_id).sequence > MOST_CHECKED:
        return None
    lines = "".join(f"{line_of(linked)}\n" for linked in all_entries(connection, repository_id))
    name = full_name.replace("/", "-")
    return Download(name=f"journal-{name}.jsonl", content_type="application/jsonl", text=lines)


def _checked(connection: Connection, repository_id: int) -> Checked:
    found = follow(all_entries(connection, repository_id))
    return found[0] if found else Checked(repository_id=repository_id, head=head(connection, repository_id))


def _words(reading: Reading) -> dict[str, str]:
    return {
        name: reading.query.get(name, "").strip()[:_LONGEST_WORD]
        for name in ("repository", "actor", "kind", "what")
    }


def _filtered(asked: Mapping[str, str]) -> ColumnElement[bool]:
    said: ColumnElement[bool] = true()
    if asked["kind"] in {kind.value for kind in Kind}:
        said &= table.c.kind == asked["kind"]
    if asked["actor"]:
        said &= func.lower(table.c.actor) == asked["actor"].removeprefix("@").lower()
    if asked["what"]:
        word = asked["what"].lower()
        said &= func.lower(table.c.what).contains(word, autoescape=True) | func.lower(
            table.c.subject
        ).contains(word, autoescape=True)
    return said


def _of_writer(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.is_operator:
        return true()
    return table.c.repository_id.in_([one for one in viewer.repositories if viewer.writes(one)])


def _earlier(before: tuple[datetime, int, int] | None) -> ColumnElement[bool]:
    if before is None:
        return true()
    at, repository_id, sequence = before
    c = table.c
    among = (c.repository_id < repository_id) | ((c.repository_id == repository_id) & (c.sequence < sequence))
    return (c.at < at) | ((c.at == at) & among)


def _place(linked: Linked) -> str:
    entry = linked.entry
    return _MARK.join((entry.at.isoformat(), str(entry.repository_id), str(linked.sequence)))


def _before(word: str) -> tuple[datetime, int, int] | None:
    try:
        at, repository_id, sequence = word.split(_MARK)
        moment = datetime.fromisoformat(at)
        numbers = int(repository_id), int(sequence)
    except ValueError:
        return None
    is_usable = moment.tzinfo is not None and all(0 <= number < 1 << 63 for number in numbers)
    return (moment, *numbers) if is_usable else None


def _names(connection: Connection, repositories: set[int]) -> dict[int, str]:
    c = known_repositories.c
    rows = connection.execute(
        select(c.repository_id, c.full_name).where(c.repository_id.in_(sorted(repositories)))
    )
    return {NOWHERE: "", **{row.repository_id: row.full_name for row in rows}}


def older(path: str, facts: JournalFacts) -> str:
    """This function will make the address of the next piece; empty at the end."""
    if not facts.following:
        return ""
    words = {name: value for name, value in facts.asked.items() if value}
    return f"{path}?{urlencode({**words, 'before': facts.following})}"
