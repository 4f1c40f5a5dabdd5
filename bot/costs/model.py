"""The nouns of cost: what something cost on a day, what a source could not see, what a look found out."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations at run time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta  # noqa: TC003 - as above
from decimal import Decimal
from enum import StrEnum

from bot.budget.model import Stage  # noqa: TC001 - as above
from bot.engine.model import Queue, Start
from bot.github.models import RepositoryRef  # noqa: TC001 - as above

MONITOR = "monitor_costs"  # the clock's tick: starts METER for each repository with a budget
METER = "meter_costs"  # one look at one repository's costs
CLUSTER = "cluster"  # brings the cluster up, keeps it, ends it

MANAGED_TAG = "pilothouse:managed"  # "true": made by or for this product
REAP_TAG = "pilothouse:reap"  # "true": may be ended by the limit
CLUSTER_TAG = "pilothouse:cluster"  # the cluster's name
PROTECTED_TAG = "pilothouse:protected"  # "true": never touched
AGENT_TAG = "pilothouse:agent"  # the agent's name
PULL_TAG = "pilothouse:pull"  # the pull request's number
ENVIRONMENT_TAG = "pilothouse:environment"  # the environment's name


class GapKind(StrEnum):
    """Why something is not in the sum; a gap is never a zero."""

    PERMISSION = "permission"  # AWS or GitHub refused; `statement` says what to grant
    UNAVAILABLE = "unavailable"  # the service did not answer
    UNPRICED = "unpriced"  # it was seen, and no price is known
    NO_DATA = "no data"  # nothing was told where something was expected
    STALE = "stale"  # what was told is too old to act on
    NOT_ALLOWED = "not allowed"  # the operator has not let this repository use the credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a source could not see."""

    source: str
    kind: GapKind
    text: str  # safe Markdown, one sentence: what is missing and what to do
    account: str = ""
    region: str = ""
    statement: str = ""  # the IAM statement to add, as JSON
    item: str = ""  # what is unpriced


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterLine:
    """What one thing has cost on one day so far."""

    source: str
    item: str  # stable within source and day: an instance id, profile|model, a workflow run's id
    service: str  # as Cost Explorer names it where it knows it, so that both ledgers compare
    day: date  # in UTC
    quantity: Decimal
    unit: str  # hours, GB-hours, tokens, minutes, days
    unit_price: Decimal | None  # dollars; None where it is unpriced
    amount: Decimal | None  # dollars; None where it is unpriced
    seen_at: datetime
    account: str = ""
    region: str = ""
    agent: str = ""
    number: int | None = None  # of the pull request that it was spent for
    environment: str = ""
    is_tagged: bool = True  # whether it says whose it is
    detail: Mapping[str, str] = field(default_factory=dict)  # type, market, state, launched, model, …


class Sureness(StrEnum):
    """How sure a source is of its sum."""

    EXACT = "exact"  # as it will be billed
    METERED = "metered"  # measured, at the price that holds now
    LISTED = "listed"  # measured, at the list price, before discounts and included amounts
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """What one source told at one look."""

    source: str
    data_until: datetime | None  # until when its data is whole; None where it told nothing
    sureness: Sureness
    lines: tuple[MeterLine, ...] = ()
    gaps: tuple[Gap, ...] = ()
    calls: Mapping[str, int] = field(
        default_factory=dict
    )  # requests to AWS by operation: ec2:DescribeInstances


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledLine:
    """What Cost Explorer says that a service cost on a day."""

    account: str
    day: date
    service: str
    amount: Decimal
    credit: Decimal = Decimal(0)  # told apart, never taken off
    is_estimated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """A day's spend, by what it was spent on; each part adds up to the total."""

    total: Decimal
    by_service: Mapping[str, Decimal]
    by_agent: Mapping[str, Decimal]  # "" for what no agent spent
    by_pull: Mapping[str, Decimal]  # "#12"; "" for what no pull request spent
    by_environment: Mapping[str, Decimal]  # "" for none
    untagged: Decimal
    unpriced: tuple[str, ...] = ()  # items whose price is not known, beside the total


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the whole day will cost, in dollars, with its range."""

    low: Decimal
    likely: Decimal
    high: Decimal
    rate: Decimal  # dollars an hour now
    limit_in: timedelta | None = None  # until the limit is reached at this rate; None where it is not today


@dataclass(frozen=True, slots=True, kw_only=True)
class DayError:
    """One settled day against what was metered of it."""

    day: date
    service: str  # "" for all together
    settled: Decimal
    metered: Decimal

    @property
    def error(self) -> Decimal | None:
        """How far the meters are off, as a part of the settled amount; None where nothing is settled."""
        return (self.metered - self.settled) / self.settled if self.settled else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The meters held against the settled days of a fortnight."""

    days: tuple[DayError, ...]  # all services together, oldest first
    services: tuple[DayError, ...]  # of the newest settled day, by service
    error: Decimal | None  # of all days together; None where nothing is settled yet

    @property
    def is_off(self) -> bool:
        """Whether the meters are further off than enforcement may rest on."""
        return self.error is not None and abs(self.error) > Decimal("0.15")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How fresh and how sure a source was at a look."""

    source: str
    data_until: datetime | None
    sureness: Sureness
    amount: Decimal
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one look at a repository's costs found out."""

    id: str
    repository_id: int
    day: date
    read_at: datetime
    sums: Sums
    forecast: Forecast
    limit: Decimal  # with what extends it
    stage: Stage
    is_sure: bool  # fresh, whole and reconciled enough to act on
    sources: tuple[SourceState, ...]
    gaps: tuple[Gap, ...]
    reconciliation: Reconciliation
    calls: Mapping[str, int]  # requests to AWS by operation


class ActionKind(StrEnum):
    """What the limit does."""

    NOTIFY = "notify"
    FREEZE = "freeze"
    PAUSE_AGENTS = "pause_agents"
    TERMINATE = "terminate"
    DENY_MODELS = "deny_models"
    RESUME_AGENTS = "resume_agents"
    ALLOW_MODELS = "allow_models"


class ActionState(StrEnum):
    """How far an action of the limit has come."""

    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"  # a guard kept it from happening
    WOULD = "would"  # a dry run


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that the limit does or, in a dry run, would do; its row is written before it is done."""

    id: str
    repository_id: int
    day: date
    kind: ActionKind
    target: str  # an instance id, a role, an agent; empty where it has none
    state: ActionState
    reading_id: str
    text: str  # safe Markdown: why, or how it went
    intended_at: datetime
    ended_at: datetime | None = None
    decision_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterCosts:
    """The request of `meter_costs`: one look at one repository's costs."""

    repository: RepositoryRef
    cause: str  # tells this look from others: the tick's time, a command's receipt

    def start(self) -> Start:
        """This function will name the run that looks; a repository's looks come one after another."""
        return Start(
            flow=METER,
            run_id=f"costs-{self.repository.id}-{self.cause}",
            request=self,
            partition=f"{self.repository.full_name}!costs",
            queue=Queue.CLOCK,
        )
