"""The nouns of sessions: how one stands, what was seen of it, what is done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config.agents import AgentConfig

LIMIT = "the day's limit"  # what holds a session where no person does; no login has a space


class SessionState(StrEnum):
    """How a session stands; only `dead` is ever started again."""

    STARTING = "starting"  # it was started, and has not got on yet
    HEALTHY = "healthy"
    QUIET = "quiet"  # alive, without a sign for a while
    STUCK = "stuck"  # alive, without a sign for so long that a person should look
    FINISHED = "finished"  # it ended with exit 0
    DEAD = "dead"  # seen twice: its process is gone, or ended with another exit
    QUARANTINED = "quarantined"  # it died too often; its pane is kept for a person
    HELD = "held"  # paused by a person or by the budget
    UNKNOWN = "unknown"  # its host did not say: nothing is concluded from that


class EventKind(StrEnum):
    """What happened to a session."""

    FOUND = "found"
    STARTED = "started"
    PROVEN = "proven"  # it got on after a start
    DIED = "died"
    FINISHED = "finished"
    STUCK = "stuck"
    QUARANTINED = "quarantined"
    RESUMED = "resumed"
    PAUSED = "paused"
    PUSHED = "pushed"
    COMMITTED = "committed"  # forgotten files
    KEPT = "kept"  # work that is not pushed or committed, and why
    SUGGESTED = "suggested"  # what would have been done


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """The process of a pane as it was seen, so that another with the same number is not taken for it."""

    pane: str  # tmux's own id: %3
    pid: int
    started: str  # by the host's clock since its boot, with the boot's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The row of a session."""

    repository_id: int
    name: str
    host: str  # empty for the bot's own machine
    state: SessionState
    since: datetime
    updated_at: datetime
    text: str = ""  # safe Markdown: what shows it
    held_by: str = ""  # a login, or LIMIT
    process: Process | None = None
    starts: tuple[datetime, ...] = ()
    next_start_at: datetime | None = None
    prove_until: datetime | None = None
    sign: str = ""
    sign_at: datetime | None = None
    head: str = ""
    work: str = ""
    glance: str = ""
    issue: int | None = None
    decision_id: str = ""
    probed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent:
    """One thing that happened to a session."""

    id: str
    repository_id: int
    name: str
    kind: EventKind
    text: str  # safe Markdown
    at: datetime


def tmux_session(name: str, agent: AgentConfig) -> str:
    """This function will return what an agent's session is called in tmux, which writes an underscore for a dot."""
    return (agent.session or name).replace(".", "_")
