"""Decides which of the sessions that were looked at are started, and which are left alone from now on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.decisions.model import Outcome
from bot.supervision.sessions.judging.concluding import (
    Concluded,
    Happened,
    conclude_new,
    conclude_session,
    quarantined,
)
from bot.supervision.sessions.judging.fact_model import SessionFacts
from bot.supervision.sessions.judging.rules import decide_session
from bot.supervision.sessions.model import EventKind, SessionState
from bot.supervision.sessions.states import ALIVE, STARTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.decisions.model import Decision
    from bot.supervision.sessions.plan import Watch
    from bot.supervision.sessions.probing.model import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A session as it stands, and what was decided about it."""

    concluded: Concluded
    facts: SessionFacts | None = None  # None where there was nothing to decide
    decision: Decision | None = None

    @property
    def is_started(self) -> bool:
        """Whether it is to be started now."""
        return self.decision is not None and self.decision.outcome is Outcome.PROCEED


def judge(watch: Watch, sure: Mapping[str, Seen]) -> tuple[Judged, ...]:
    """This function will conclude how each session stands and decide about those that died."""
    return tuple(_judged(watch, name, sure[name]) for name in watch.plan.supervised.agents)


def _judged(watch: Watch, name: str, seen: Seen) -> Judged:
    known, terms = watch.known.get(name), watch.terms(name)
    if known is None:
        concluded = conclude_new(watch.new(name), seen, terms, now=watch.now)
    else:
        concluded = conclude_session(known, seen, terms, now=watch.now)
    if concluded.session.state in ALIVE | {SessionState.FINISHED}:
        return Judged(concluded=concluded)
    facts = _facts(watch, concluded)
    decision = decide_session(facts)
    if decision.reason == Reason.QUARANTINED and concluded.session.state in STARTED:
        concluded = quarantined(concluded, now=watch.now)
    if decision.reason == Reason.ONLY_SUGGESTED and concluded.happened:
        suggestion = Happened(kind=EventKind.SUGGESTED, text="It would have been started.")
        concluded = replace(concluded, happened=(*concluded.happened, suggestion))
    return Judged(concluded=concluded, facts=facts, decision=decision)


def _facts(watch: Watch, concluded: Concluded) -> SessionFacts:
    session, terms = concluded.session, watch.terms(concluded.session.name)
    return SessionFacts(
        agent=session.name,
        state=session.state,
        sight=concluded.sight,
        shown=session.text,
        is_startable=terms.is_startable,
        held_by=session.held_by,
        starts=session.starts,
        most=terms.starts,
        window=terms.window,
        next_start_at=session.next_start_at,
        conduct=terms.conduct,
        budget=watch.plan.budget,
        now=watch.now,
    )
