"""Words what `/agents` and `/agent` answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.budget.money import dollars
from bot.markdown import code, cut, details, escape, fence, link, table
from bot.supervision.answering.words import (
    EVENTS,
    MEANINGS,
    ORDER,
    UNSEEN,
    place,
    since,
    state_words,
)
from bot.supervision.sessions.model import SessionState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.supervision.answering.overview import AgentRow
    from bot.supervision.sessions.model import SessionEvent

_MOST_ROWS = 100
_MOST_WORDS = 300  # bytes of what a cell says
_MOST_LOG = 40_000  # bytes; the receipt around it takes some
_NO_DATA = "no data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """What stands below every answer."""

    now: datetime
    watched_at: datetime | None
    url: str = ""  # of the page


def render_agents(rows: Sequence[AgentRow], foot: Foot) -> str:
    """This function will answer how the agents stand, what a person should see first coming first."""
    head = f"**{_counted(rows)}.**"
    shown = table(
        ("Agent", "Host", "State", "For", "What it did last", "Work", "Today"),
        [_cells(row, foot.now) for row in rows[:_MOST_ROWS]],
    )
    more = f"and {len(rows) - _MOST_ROWS} more" if len(rows) > _MOST_ROWS else ""
    return "\n\n".join(part for part in (head, shown, more, _foot(foot)) if part)


def render_agent(row: AgentRow, events: Sequence[SessionEvent], foot: Foot) -> str:
    """This function will answer how one agent stands, why, and what happened to it."""
    session = row.session
    if session is None:
        head = f"{code(row.name)} is {UNSEEN}; the watchdog looks every 2 minutes."
    else:
        head = f"{code(row.name)} is **{state_words(session.state)}** for {since(foot.now - session.since)}: {MEANINGS[session.state]}."
    told = session.text if session is not None else ""
    known = table(("", ""), list(_known(row, foot.now)))
    happened = details("What happened to it", _timeline(events), is_open=True) if events else ""
    return "\n\n".join(part for part in (head, told, known, happened, _foot(foot)) if part)


def render_log(name: str, text: str, *, asked: int) -> str:
    """This function will show the last lines of an agent's terminal: foreign text, redacted before it comes here."""
    lines = text.rstrip().splitlines()[-asked:]
    if not lines:
        return f"The terminal of {code(name)} is empty."
    kept = _fitting(lines)
    count = f"{len(kept)} line{'s' * (len(kept) != 1)}"
    shorter = "" if len(kept) == len(lines) else f" ({len(lines)} do not fit)"
    summary = f"The last {count} of its terminal{shorter}; secrets of known forms are masked"
    return details(summary, fence("\n".join(kept), "text"), is_open=True)


def _counted(rows: Sequence[AgentRow]) -> str:
    counts = Counter(row.session.state if row.session is not None else None for row in rows)
    parts = [f"{counts[state]} {state}" for state in ORDER if counts[state]]
    if counts[None]:
        parts.append(f"{counts[None]} {UNSEEN}")
    return f"{len(rows)} agent{'s' * (len(rows) != 1)}: {', '.join(parts)}"


def _cells(row: AgentRow, now: datetime) -> tuple[str, ...]:
    session = row.session
    return (
        code(row.name),
        place(row.host),
        state_words(session.state if session is not None else None),
        since(now - session.since) if session is not None else "",
        _last(row.last, now),
        _short(session.work) if session is not None else "",
        dollars(row.price) if row.price is not None else _NO_DATA,
    )


def _last(event: SessionEvent | None, now: datetime) -> str:
    if event is None:
        return ""
    return f"{EVENTS[event.kind]} {since(now - event.at)} ago"


def _short(text: str) -> str:
    """Safe Markdown that is too long may break where it is cut, so then it is left to the page."""
    return text if len(text.encode()) <= _MOST_WORDS else f"see {code('/agent NAME status')}"


def _known(row: AgentRow, now: datetime) -> Iterator[tuple[str, str]]:
    """What is known of it, line by line."""
    config, session = row.config, row.session
    yield "Host", place(row.host)
    yield "tmux session", code(config.session or row.name)
    if config.branch is not None:
        yield "Branch", code(config.branch)
    if config.model is not None:
        yield "Model", code(config.model)
    if session is not None:
        if session.process is not None:
            yield "Process", f"{session.process.pid} in pane {code(session.process.pane)}"
        if session.state is SessionState.HELD and session.held_by:
            yield "Held by", escape(session.held_by)
        if session.sign_at is not None:
            yield "Sign of life", f"{since(now - session.sign_at)} ago"
        if session.starts:
            yield (
                "Started lately",
                f"{len(session.starts)} times, {since(now - session.starts[-1])} ago at last",
            )
        if session.next_start_at is not None and session.next_start_at > now:
            yield "Started next", f"in {since(session.next_start_at - now)}"
        if session.head:
            yield "Pushed last", code(session.head[:7])
        if session.work:
            yield "Work", session.work
        if session.issue is not None:
            yield "Issue", f"#{session.issue}"
        if session.decision_id:
            yield "Why", code(f"/why {session.decision_id}")
    yield "Spent today", dollars(row.price) if row.price is not None else _NO_DATA


def _timeline(events: Sequence[SessionEvent]) -> str:
    return "\n".join(
        f"- {event.at:%Y-%m-%d %H:%M} UTC **{EVENTS[event.kind]}** {event.text}" for event in events
    )


def _fitting(lines: Sequence[str]) -> list[str]:
    """The last lines that fit; one alone that does not is cut."""
    kept: list[str] = []
    room = _MOST_LOG
    for line in reversed(lines):
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.insert(0, line)
    return kept or [cut(lines[-1], _MOST_LOG)]


def _foot(foot: Foot) -> str:
    looked = (
        f"Looked at {since(foot.now - foot.watched_at)} ago."
        if foot.watched_at is not None
        else "The watchdog has not looked yet; it does so every 2 minutes."
    )
    page = f" {link('All of it, live', foot.url)}." if foot.url else ""
    return f"{looked}{page}"
