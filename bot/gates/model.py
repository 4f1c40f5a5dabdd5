"""The nouns of a gate: what waits, what people said about it, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.engine.model import Start
from bot.github.models import Actor, RepositoryRef, Sha  # noqa: TC001 - as above

NEWS = "news"  # the topic on which a waiting deployment hears that something moved
EVALUATE = "evaluate_gate"  # the flow that reads everything about a gate again and says how it stands


class About(StrEnum):
    """What moved; how it stands now is read, so the message tells little more."""

    WORKFLOW_RUN = "workflow_run"
    GATE = "gate"
    LEASE = "lease"
    PROMOTE = "promote"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something moved that a waiting deployment may depend on."""

    about: About
    by: str = ""  # login of the person, where it was one
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One `--param name=value`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """One thing that a plan would change."""

    address: str
    action: str  # create, update, replace, delete


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """What a plan would do, without the plan itself, which may hold secrets."""

    digest: str  # sha256 of the plan file, 64 hexadecimal digits: what is approved is exactly this
    adds: int = 0
    changes: int = 0
    destroys: int = 0
    monthly_cost: str = ""  # the difference as the planning tool words it; empty where it is not known
    resources: tuple[PlannedChange, ...] = ()  # the first 50
    run_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is approved: any difference in it is another thing."""

    environment: str
    head_sha: Sha
    tree: str  # SHA of the tree of the head
    base_ref: str
    parameters: tuple[Parameter, ...] = ()
    plan: PlanSummary | None = None

    @property
    def plan_digest(self) -> str:
        """The digest of the plan, or "" without one."""
        return self.plan.digest if self.plan else ""


class GateState(StrEnum):
    """How a gate stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CLOSED = "closed"  # what waited at it is over: deployed, cancelled, or pushed over

    @property
    def is_over(self) -> bool:
        """Whether it cannot change any more; an approved one can be voided."""
        return self in {GateState.REJECTED, GateState.EXPIRED, GateState.CLOSED}


class How(StrEnum):
    """By what an approval was given."""

    COMMENT = "comment"
    BUTTON = "button"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate as its row remembers it."""

    id: str
    repository_id: int
    number: int | None  # of the pull request; None where a workflow run without one waits
    subject: Subject
    requester: Actor
    state: GateState
    reason: str  # stable code
    text: str  # safe Markdown: how it stands, for whoever asks
    run_id: str  # of the deployment's run that waits; "" for a workflow run that the bot did not dispatch
    workflow_run_id: int | None
    check_run_id: int | None
    decision_id: str
    opened_at: datetime
    expires_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a gate is opened with; opening it again with another subject voids what was said about the old one."""

    id: str
    number: int | None
    subject: Subject
    requester: Actor
    run_id: str = ""
    workflow_run_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateRequest:
    """A gate that something has happened to."""

    repository: RepositoryRef
    gate_id: str
    number: int | None
    cause: str  # tells this evaluation from others: comment-17-deleted, push-1a2b3c4, sweep-…
    is_asked: bool = False  # a person asked for the check run again: GitHub waits until it is written

    def start(self) -> Start:
        """This function will make the start of the run that evaluates it."""
        line = f"#{self.number}" if self.number is not None else f":{self.gate_id}"
        return Start(
            flow=EVALUATE,
            run_id=f"{EVALUATE}-{self.gate_id}-{self.cause}",
            request=self,
            partition=f"{self.repository.full_name}{line}",
        )
