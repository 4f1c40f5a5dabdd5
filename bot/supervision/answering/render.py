"""Words what `/agents` and `/agent` answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping  # noqa: TC003 - part of a public name's type
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.budget.money import dollars
from bot.markdown import code, cut, details, fence, link, table
from bot.supervision.answering.model import Act
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
    from bot.supervision.sessions.model import Session, SessionEvent

_MOST_ROWS = 100
_MOST_WORDS = 300  # bytes of what a cell says
_MOST_LOG = 40_000  # bytes; the receipt around it takes some
_NO_DATA = "no data"
_SHORT_SHA = 7
_DOING: Mapping[Act, str] = {
    Act.STATUS: "looked at",
    Act.PAUSE: "paused once its work is pushed",
    Act.RESUME: "let go on",
    Act.RESTART: "started again once its work is pushed",
    Act.LOG: "asked what its terminal shows",
}


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
        so, meaning = state_words(session.state), MEANINGS[session.state]
        head = f"{code(row.name)} is **{so}** for {since(foot.now - session.since)}: {meaning}."
    told = session.text if session is not None else ""
    known = table(("", ""), list(known_of(row, foot.now)))
    happened = details("What happened to it", _timeline(events), is_open=True) if events else ""
    return "\n\n".join(part for part in (head, told, known, happened, _foot(foot)) if part)


def render_queued(name: str, act: Act) -> str:
    """This function will say that something asked of an agent waits for its turn."""
    return f"{code(name)} is {_DOING[act]}."


def render_broken(name: str, kind: str) -> str:
    """This function will say that the bot failed in the middle."""
    return (
        f"Pilothouse failed in the middle ({code(kind)}); whoever runs it finds the cause in its log. "
        f"{code(f'/agent {name} status')} shows how the agent stands."
    )


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
        _short(row.name, session.work) if session is not None else "",
        dollars(row.price) if row.price is not None else _NO_DATA,
    )


def _last(event: SessionEvent | None, now: datetime) -> str:
    if event is None:
        return ""
    return f"{EVENTS[event.kind]} {_ago(event.at, now)}"


def _short(name: str, text: str) -> str:
    """Safe Markdown may break where it is cut, so what is too long is told of the agent alone."""
    return text if len(text.encode()) <= _MOST_WORDS else f"see {code(f'/agent {name}')}"


def known_of(row: AgentRow, now: datetime) -> Iterator[tuple[str, str]]:
    """This function will tell what is known of an agent, line by line in safe Markdown."""
    config, session = row.config, row.session
    yield "Host", place(row.host)
    yield "tmux session", code(config.session or row.name)
    if config.branch is not None:
        yield "Branch", code(config.branch)
    if config.model is not None:
        yield "Model", code(config.model)
    if session is not None:
        yield from ((name, told) for name, told in _seen(session, now) if told)
    yield "Spent today", dollars(row.price) if row.price is not None else _NO_DATA


def _seen(session: Session, now: datetime) -> Iterator[tuple[str, str]]:
    """What the watchdog has seen and done; what it has not is empty."""
    process, starts, coming = session.process, session.starts, session.next_start_at
    often = f"{len(starts)} time{'s' * (len(starts) != 1)}, at last {_ago(starts[-1], now)}" if starts else ""
    yield "Process", f"{process.pid} in pane {code(process.pane)}" if process is not None else ""
    yield "Held by", code(session.held_by) if session.state is SessionState.HELD else ""
    yield "Sign of life", _ago(session.sign_at, now) if session.sign_at is not None else ""
    yield "Started lately", often
    yield "Started next", f"in {since(coming - now)}" if coming is not None and coming > now else ""
    yield "Pushed last", code(session.head[:_SHORT_SHA])
    yield "Work", session.work
    yield "Issue", f"#{session.issue}" if session.issue is not None else ""
    yield "Why", code(f"/why {session.decision_id}") if session.decision_id else ""


def _ago(at: datetime, now: datetime) -> str:
    return f"{since(now - at)} ago"


def _timeline(events: Sequence[SessionEvent]) -> str:
    told = (f"{event.at:%Y-%m-%d %H:%M} UTC **{EVENTS[event.kind]}** {event.text}" for event in events)
    return "\n".join("- " + one.strip().replace("\n", "\n  ") for one in told)


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
        f"Looked at {_ago(foot.watched_at, foot.now)}."
        if foot.watched_at is not None
        else "The watchdog has not looked yet; it does so every 2 minutes."
    )
    page = f" {link('All of it, live', foot.url)}." if foot.url else ""
    return f"{looked}{page}"
