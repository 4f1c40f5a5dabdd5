"""The nouns of a budget: its stages with what each stops, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - part of a public signature
from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - msgspec reads the annotations at run time
from decimal import Decimal  # noqa: TC003 - as above
from enum import StrEnum

from bot.engine.model import Signal, Start
from bot.github.models import RepositoryRef  # noqa: TC001 - as above

PAUSE_AGENTS = "pause_agents"  # the flow that pauses a repository's agents or lets them go on


class Stage(StrEnum):
    """How far up its ladder a budget is; each stage stops what the stages before it stop."""

    UNDER = "under"
    NOTICED = "noticed"  # a mark of `notify` is passed, or the forecast reaches the limit
    FROZEN = "frozen"
    HELD = "held"
    DENIED = "denied"

    @property
    def height(self) -> int:
        """Its place on the ladder, from 0."""
        return tuple(Stage).index(self)


class Stops(StrEnum):
    """What a stage may stop."""

    DEPLOYS = "deploys"  # `/deploy`; never a rollback or a teardown
    NODES = "nodes"  # `/cluster up` and new machines
    NEW_AGENTS = "new agents"
    AGENTS = "agents"  # they push their work and are paused
    SPOT = "spot instances"  # they are terminated
    MODELS = "model calls"  # the agents' role is denied them


STOPS: Mapping[Stage, frozenset[Stops]] = {
    Stage.UNDER: frozenset(),
    Stage.NOTICED: frozenset(),
    Stage.FROZEN: frozenset({Stops.DEPLOYS, Stops.NODES, Stops.NEW_AGENTS}),
    Stage.HELD: frozenset({Stops.DEPLOYS, Stops.NODES, Stops.NEW_AGENTS, Stops.AGENTS, Stops.SPOT}),
    Stage.DENIED: frozenset(Stops),
}


class Mode(StrEnum):
    """Whether a budget acts or only says what it would do."""

    DRY_RUN = "dry-run"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetStanding:
    """How a repository's budget stands, as the newest reading left it."""

    repository_id: int
    day: date  # in UTC, which the stage and the sums are of
    stage: Stage
    mode: Mode
    limit: Decimal  # dollars a day, with what extends it
    spent: Decimal
    forecast: Decimal  # for the whole day
    read_at: datetime
    is_sure: bool = True  # whether the reading was fresh, whole and reconciled; one that is not stops nothing

    def stage_at(self, now: datetime) -> Stage:
        """This function will return the stage at the time: with a new day (UTC) every budget begins again."""
        return self.stage if now.date() == self.day else Stage.UNDER

    def stops(self, what: Stops, *, now: datetime) -> bool:
        """This function will say whether this is stopped at the time; in a dry run nothing is."""
        return self.mode is Mode.ENFORCE and what in STOPS[self.stage_at(now)]


class AgentState(StrEnum):
    """How an agent stands after it was to be paused or let go on."""

    PAUSED = "paused"
    RUNNING = "running"
    FAILED = "failed"  # it was seen, and is not as it was to be
    UNKNOWN = "unknown"  # its host did not say
    KEPT = "kept"  # a person holds it, which the budget does not undo


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentResult:
    """What came of one agent."""

    agent: str
    state: AgentState
    text: str = ""  # safe Markdown, one sentence: what was pushed, what stands in the way


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsAnswer:
    """What the run that asked hears of its agents."""

    results: tuple[AgentResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseAgents:
    """The request of `pause_agents`: pause a repository's agents once their work is pushed, or let them go on."""

    repository: RepositoryRef
    cause: str  # of the budget's action: the same cause acts once
    is_resume: bool = False
    agents: tuple[str, ...] = ()  # names; empty for all
    asker: str = ""  # the run that waits for the answer, if one does
    held_by: str = ""  # the login of the person who asks; empty for the budget

    def start(self) -> Start:
        """This function will name the run that does it."""
        return Start(
            flow=PAUSE_AGENTS,
            run_id=f"{PAUSE_AGENTS}-{self.repository.id}-{self.cause}",
            request=self,
            partition=f"{self.repository.full_name}!agents",
        )

    @property
    def topic(self) -> str:
        """What the asker listens to."""
        return f"agents {self.cause}"

    def answer(self, results: tuple[AgentResult, ...]) -> Signal:
        """This function will make the answer to the run that asked."""
        message = AgentsAnswer(results=results)
        return Signal(run_id=self.asker, topic=self.topic, message=message, key=self.topic)
