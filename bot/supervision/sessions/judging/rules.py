"""Decides whether a session that was seen dead is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.budget.condition import budget_condition
from bot.budget.model import Stops
from bot.commands.reasons import Reason
from bot.config.mistakes import PATH
from bot.config.supervising import Conduct
from bot.decisions.model import Condition, Decision, Standing, conclude
from bot.markdown import code
from bot.supervision.sessions.model import LIMIT, SessionState
from bot.supervision.sessions.states import STARTED, Sight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.supervision.sessions.judging.fact_model import SessionFacts

KIND = "session"


def decide_session(facts: SessionFacts) -> Decision:
    """This function will decide whether the session is started now."""
    return conclude(KIND, tuple(_conditions(facts)))


def _conditions(facts: SessionFacts) -> Iterator[Condition]:
    yield _host(facts)
    yield _hold(facts)
    yield _death(facts)
    yield _command(facts)
    yield _quarantine(facts)
    yield _back_off(facts)
    yield budget_condition(facts.budget, Stops.NEW_AGENTS, now=facts.now)
    yield _conduct(facts)


def _host(facts: SessionFacts) -> Condition:
    name = "host"
    if facts.sight is Sight.UNSURE:
        return Condition(
            name=name,
            standing=Standing.UNKNOWN,
            reason=Reason.HOST_UNREACHABLE,
            text=f"{facts.shown} Nothing is concluded from that.",
        )
    return Condition(name=name, standing=Standing.MET, text="Its host has told how it stands.")


def _hold(facts: SessionFacts) -> Condition:
    if facts.state is not SessionState.HELD:
        return Condition(name="hold", standing=Standing.MET, text="Nobody holds it.")
    by_person = facts.held_by not in {"", LIMIT}
    holder = code(facts.held_by) if by_person else facts.held_by or "somebody on its host"
    return Condition(
        name="hold",
        standing=Standing.UNMET,
        reason=Reason.AGENT_HELD,
        text=f"It is paused by {holder}.",
        who=f"{code(f'/agent {facts.agent} resume')} lets it go on." if by_person else "",
    )


def _death(facts: SessionFacts) -> Condition:
    if facts.state in STARTED | {SessionState.QUARANTINED}:
        return Condition(name="death", standing=Standing.MET, text=facts.shown)
    return Condition(
        name="death",
        standing=Standing.UNMET,
        reason=Reason.NOT_DEAD,
        text=f"Nothing shows that it died; it is {code(facts.state)}.",
    )


def _command(facts: SessionFacts) -> Condition:
    name = "command"
    if facts.is_startable:
        return Condition(name=name, standing=Standing.MET, text="Its configuration says what starts it.")
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.NOT_STARTABLE,
        text=f"{code(PATH)} does not say what starts it.",
        who=f"Someone with the role write can add {code(f'agents: {facts.agent}: command')}.",
    )


def _quarantine(facts: SessionFacts) -> Condition:
    name, minutes = "starts", int(facts.window.total_seconds() // 60)
    recent = len(facts.recent)
    told = f"It was started {recent} times within {minutes} minutes"
    if facts.state is not SessionState.QUARANTINED and recent < facts.most:
        return Condition(name=name, standing=Standing.MET, text=f"{told}, of {facts.most}.")
    text = f"{told}." if facts.state is not SessionState.QUARANTINED else "It died too often."
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.QUARANTINED,
        text=f"{text} It is left alone, with its pane.",
        who=f"Someone can look at why and write {code(f'/agent {facts.agent} resume')}.",
    )


def _back_off(facts: SessionFacts) -> Condition:
    until = facts.next_start_at
    if until is None or until <= facts.now:
        return Condition(name="pause", standing=Standing.MET, text="No pause since its last start is left.")
    return Condition(
        name="pause",
        standing=Standing.PENDING,
        reason=Reason.BACKING_OFF,
        text=f"It died soon after its last start, so the next one waits until {until:%H:%M:%S} UTC.",
    )


def _conduct(facts: SessionFacts) -> Condition:
    name, key = "conduct", code("supervision.watch.conduct")
    if facts.conduct is Conduct.ACT:
        return Condition(name=name, standing=Standing.MET, text="The watchdog may start sessions.")
    is_suggested = facts.conduct is Conduct.SUGGEST
    return Condition(
        name=name,
        standing=Standing.UNMET,
        reason=Reason.ONLY_SUGGESTED if is_suggested else Reason.ONLY_OBSERVED,
        text=f"{key} is {code(facts.conduct)}, so it is not started.",
        who=f"Someone with the role write can set it to {code(Conduct.ACT)}; "
        f"{code(f'/agent {facts.agent} restart')} starts it this once.",
    )
