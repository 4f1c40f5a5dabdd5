"""What the pages of agents show, with the words and colours of their states."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.config.supervising import Conduct
from bot.supervision.answering.render import known_of
from bot.supervision.answering.words import EVENTS, MEANINGS, UNSEEN, since
from bot.supervision.fixing.model import FixState
from bot.supervision.runs.model import RunKind, RunState
from bot.supervision.sessions.model import EventKind, SessionState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.supervision.answering.overview import AgentRow
    from bot.supervision.fixing.model import Fix
    from bot.supervision.model import Supervision
    from bot.supervision.runs.model import HungRun
    from bot.supervision.sessions.model import SessionEvent
    from bot.web.deployment_facts import Decided

MOST_ROWS = 500
TONES: Mapping[SessionState, str] = {
    SessionState.QUARANTINED: "bad",
    SessionState.DEAD: "bad",
    SessionState.STUCK: "bad",
    SessionState.UNKNOWN: "wait",
    SessionState.STARTING: "wait",
    SessionState.QUIET: "wait",
    SessionState.HELD: "calm",
    SessionState.HEALTHY: "good",
    SessionState.FINISHED: "calm",
}
TROUBLE = frozenset(state for state, tone in TONES.items() if tone == "bad") | {SessionState.UNKNOWN}
_EVENT_TONES: Mapping[EventKind, str] = {
    EventKind.DIED: "bad",
    EventKind.QUARANTINED: "bad",
    EventKind.STUCK: "bad",
    EventKind.KEPT: "wait",
    EventKind.SUGGESTED: "wait",
    EventKind.PROVEN: "good",
    EventKind.PUSHED: "good",
}
_FIXES: Mapping[FixState, tuple[str, str]] = {
    FixState.INTENDED: ("wait", "About to begin"),
    FixState.FIXING: ("wait", "Fixers run"),
    FixState.PROPOSED: ("wait", "Its build runs"),
    FixState.SUGGESTED: ("calm", "Suggested"),
    FixState.FIXED: ("good", "Fixed, to be reviewed"),
    FixState.MERGED: ("good", "Merged"),
    FixState.REFUSED: ("bad", "Refused"),
    FixState.FAILED: ("bad", "Still red"),
    FixState.CLOSED: ("calm", "Closed"),
    FixState.UNKNOWN: ("wait", "Not known"),
}
_RUNS: Mapping[RunState, tuple[str, str]] = {
    RunState.OBSERVED: ("calm", "Only observed"),
    RunState.SUGGESTED: ("wait", "Said what would be done"),
    RunState.LEFT: ("bad", "A person has to look"),
    RunState.CANCELLING: ("wait", "Being cancelled"),
    RunState.FORCING: ("wait", "Being ended by force"),
    RunState.CANCELLED: ("calm", "Cancelled"),
    RunState.AGAIN: ("good", "Begun again"),
    RunState.ENDED: ("calm", "Ended"),
    RunState.DROPPED: ("bad", "Given up"),
    RunState.IMMOVABLE: ("bad", "GitHub does not end it"),
}
_KINDS: Mapping[RunKind, str] = {
    RunKind.QUEUED: "waits for a runner",
    RunKind.RUNNING: "takes far too long",
    RunKind.LOST: "its runner is lost",
}
_CONDUCTS: Mapping[Conduct, str] = {
    Conduct.OBSERVE: "only looks",
    Conduct.SUGGEST: "says what it would do",
    Conduct.ACT: "acts",
}
_LATE = 3  # intervals without a look


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """When a part of supervision looked last, and how often it should."""

    name: str
    conduct: str
    every: timedelta
    at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """This function will say whether it has not looked for long."""
        return self.at is None or now - self.at > self.every * _LATE


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsFacts:
    """How a repository's agents and builds are looked after."""

    supervision: Supervision
    repository: str  # its page on GitHub; empty where no address tells
    rows: tuple[AgentRow, ...]  # what a person should see first comes first
    events: tuple[SessionEvent, ...]  # the newest first
    hung: tuple[HungRun, ...] = ()
    fixes: tuple[Fix, ...] = ()
    one: AgentRow | None = None  # the agent that the page is about; None on the page of all
    decided: Decided | None = None  # why it is started, or is not
    version: str = ""  # how all of it stands, in a few characters

    @property
    def name(self) -> str:
        """The repository's."""
        return self.supervision.repository.full_name

    @property
    def shown(self) -> tuple[AgentRow, ...]:
        """The agents in the table."""
        return self.rows[:MOST_ROWS]

    @property
    def counts(self) -> tuple[tuple[str, int, bool], ...]:
        """How many agents stand how, and whether a person should look at them."""
        found = Counter(row.session.state if row.session is not None else None for row in self.rows)
        known = ((state.value, found[state], state in TROUBLE) for state in TONES if found[state])
        return (*known, *(((UNSEEN, found[None], False),) if found[None] else ()))

    @property
    def spent(self) -> Decimal | None:
        """What the agents whose price is known have cost today; None where none is known."""
        known = [row.price for row in self.rows if row.price is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def looks(self) -> tuple[LastLook, ...]:
        """When each part looked last."""
        said, config = self.supervision, self.supervision.supervised.config
        agents = LastLook(
            name="Sessions of agents",
            conduct=_CONDUCTS[config.watch.conduct],
            every=timedelta(minutes=2),
            at=said.watched_at,
        )
        builds = LastLook(
            name="Builds and workflow runs",
            conduct=f"builds: {_CONDUCTS[config.fix.conduct]}; runs: {_CONDUCTS[config.runs.conduct]}",
            every=timedelta(minutes=15),
            at=said.supervised_at,
        )
        return (*((agents,) if self.rows else ()), *((builds,) if said.supervised.is_asked_for else ()))

    def state_word(self, row: AgentRow) -> tuple[str, str]:
        """This function will say how an agent's state is coloured and called."""
        if row.session is None:
            return "calm", UNSEEN.capitalize()
        return TONES[row.session.state], row.session.state.value.capitalize()

    def meaning(self, row: AgentRow) -> str:
        """This function will say what an agent's state means."""
        return (
            MEANINGS[row.session.state] if row.session is not None else "the watchdog looks every 2 minutes"
        )

    def event_word(self, kind: EventKind) -> tuple[str, str]:
        """This function will say how an event is coloured and called."""
        return _EVENT_TONES.get(kind, "calm"), EVENTS[kind].capitalize()

    def fix_word(self, state: FixState) -> tuple[str, str]:
        """This function will say how a fix's state is coloured and called."""
        return _FIXES[state]

    def run_word(self, state: RunState) -> tuple[str, str]:
        """This function will say how a hung run's state is coloured and called."""
        return _RUNS[state]

    def hangs(self, kind: RunKind) -> str:
        """This function will say in which way a workflow run hangs."""
        return _KINDS[kind]

    def known(self, row: AgentRow, now: datetime) -> tuple[tuple[str, str], ...]:
        """This function will tell what is known of an agent, line by line in safe Markdown."""
        return tuple(known_of(row, now))

    def lasted(self, row: AgentRow, now: datetime) -> str:
        """This function will say for how long an agent stands as it does."""
        return since(now - row.session.since) if row.session is not None else ""
