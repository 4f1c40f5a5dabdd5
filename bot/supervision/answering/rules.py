"""Decides whether what somebody asks of an agent is done, by configuration, role, host, hold and budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING

from bot.budget.condition import budget_condition
from bot.budget.model import BudgetStanding, Stops
from bot.commands.reasons import Reason
from bot.commands.rules import Facts, refuse_permission
from bot.config.mistakes import PATH
from bot.decisions.model import Condition, Decision, Standing, conclude
from bot.github.models import Permission  # noqa: TC001 - as above
from bot.markdown import code
from bot.supervision.answering.asked import named, nearest_name
from bot.supervision.answering.model import Act
from bot.supervision.sessions.model import LIMIT, SessionState

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = "agent"
# What goes on by being started.
_STARTED = frozenset({SessionState.QUARANTINED, SessionState.DEAD, SessionState.FINISHED})
_OPERATOR = "Whoever runs Pilothouse can do that."


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFacts:
    """All that the decision about something asked of an agent is made from."""

    act: Act
    name: str  # as it was typed, or as the configuration writes it
    known: tuple[str, ...]  # the names of all agents; where the name is one of them, only that one
    permission: Permission  # of the person
    needed: Permission  # as the configuration says it for all but looking
    is_startable: bool  # whether the configuration has a command that starts it
    host: str  # empty for the bot's own machine
    host_gap: str  # safe Markdown: why the host is not reached; empty where it is
    state: SessionState | None  # None where it was not looked at yet
    held_by: str  # a login, or what the limit says; empty where nobody holds it
    is_held_by_person: bool
    budget: BudgetStanding | None
    now: datetime

    @property
    def is_start(self) -> bool:
        """Whether it has to be started to go on."""
        return self.state in _STARTED


def decide_agent(facts: AgentFacts) -> Decision:
    """This function will decide whether what is asked of the agent is done now."""
    return conclude(KIND, tuple(_conditions(facts)))


def _conditions(facts: AgentFacts) -> Iterator[Condition]:
    yield _configured(facts)
    if facts.name not in facts.known:
        return
    if facts.act is Act.STATUS:
        return
    yield _role(facts)
    yield _host(facts)
    match facts.act:
        case Act.RESUME:
            if facts.is_start:
                yield _startable(facts)
            yield _resumable(facts)
        case Act.RESTART:
            yield from (_startable(facts), _let_go(facts))
            yield budget_condition(facts.budget, Stops.NEW_AGENTS, now=facts.now)
        case _:
            return


def without_agents() -> Condition:
    """This function will say that the repository has no agents."""
    return Condition(
        name="agent",
        standing=Standing.UNMET,
        reason=Reason.NO_SUPERVISION,
        text=f"{code(PATH)} on the default branch names no {code('agents')}.",
        who="Someone with the role write can add them.",
    )


def _configured(facts: AgentFacts) -> Condition:
    name = "agent"
    if facts.name in facts.known:
        return Condition(name=name, standing=Standing.MET, text=f"{code(facts.name)} is an agent.")
    if not facts.known:
        return without_agents()
    near = nearest_name(facts.name, facts.known)
    hint = f" Did you mean {code(near)}?" if near else ""
    text = f"There is no agent {code(facts.name)}.{hint} There are: {named(facts.known)}."
    return Condition(name=name, standing=Standing.UNMET, reason=Reason.UNKNOWN_AGENT, text=text)


def _role(facts: AgentFacts) -> Condition:
    refused = refuse_permission(
        facts.needed, Facts(permission=facts.permission), what=f"/agent {facts.name} {facts.act}"
    )
    if refused is None:
        return Condition(name="role", standing=Standing.MET, text=f"Your role is {code(facts.permission)}.")
    return Condition(name="role", standing=Standing.UNMET, reason=refused.reason, text=refused.text)


def _host(facts: AgentFacts) -> Condition:
    where = code(facts.host) if facts.host else "the bot's own machine"
    if not facts.host_gap:
        return Condition(
            name="host", standing=Standing.MET, text=f"It runs on {where}, which may be reached."
        )
    text = f"It runs on {where}, which is not reached: {facts.host_gap}."
    return Condition(
        name="host", standing=Standing.UNMET, reason=Reason.HOST_NOT_ALLOWED, text=text, who=_OPERATOR
    )


def _resumable(facts: AgentFacts) -> Condition:
    """What has ended is started, so it is a new agent to the budget; one that is held only goes on."""
    what = Stops.NEW_AGENTS if facts.is_start else Stops.AGENTS
    return budget_condition(facts.budget, what, now=facts.now)


def _startable(facts: AgentFacts) -> Condition:
    if facts.is_startable:
        return Condition(name="command", standing=Standing.MET, text="Its configuration says what starts it.")
    return Condition(
        name="command",
        standing=Standing.UNMET,
        reason=Reason.NOT_STARTABLE,
        text=f"{code(PATH)} does not say what starts it.",
        who=f"Someone with the role write can add {code(f'agents: {facts.name}: command')}.",
    )


def _let_go(facts: AgentFacts) -> Condition:
    if facts.state is not SessionState.HELD:
        return Condition(name="hold", standing=Standing.MET, text="Nobody holds it.")
    is_limit = facts.held_by == LIMIT
    who = "" if is_limit else f"{code(f'/agent {facts.name} resume')} lets it go on."
    return Condition(
        name="hold",
        standing=Standing.UNMET,
        reason=Reason.AGENT_HELD,
        text=f"It is paused by {held_words(facts.held_by, is_person=facts.is_held_by_person)}.",
        who=who,
    )


def held_words(held_by: str, *, is_person: bool) -> str:
    """This function will say who holds an agent, in safe Markdown."""
    return code(held_by) if is_person else held_by or "somebody on its host"
