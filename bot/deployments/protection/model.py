"""The nouns of an environment's protection rule: what GitHub asks, what is known, what it is told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.deployments.model import Stage  # noqa: TC001 - as above
from bot.engine.model import Queue, Start
from bot.gates.model import GateState  # noqa: TC001 - as above
from bot.github.models import Actor, RepositoryRef  # noqa: TC001 - as above

FLOW = "protection"


class Verdict(StrEnum):
    """What becomes of the jobs that wait."""

    APPROVE = "approved"
    REJECT = "rejected"
    WAIT = "waits"
    GONE = "gone"  # nothing waits any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What GitHub is told; while it waits, how the matter stands."""

    verdict: Verdict
    text: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionRequest:
    """GitHub asks whether the jobs of a workflow run may reach an environment."""

    repository: RepositoryRef
    workflow_run_id: int
    environment: str
    sender: Actor  # whose doing started the workflow run
    guid: str  # of the delivery: each job of a matrix asks by itself
    callback_url: str = ""  # empty where not GitHub asks but the deployment itself
    pull_requests: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """What all jobs of the run that ask for this environment have in common."""
        return f"{self.repository.full_name}:run-{self.workflow_run_id}:{self.environment.casefold()}"

    def gate_id(self, attempt: int) -> str:
        """This function will make the id of the gate of a run that nobody asked the bot for.

        Who starts the run again asks again, so that an old word says nothing about the new attempt.
        """
        words = (
            f"protection/{self.repository.id}/{self.workflow_run_id}/{attempt}/{self.environment.casefold()}"
        )
        return hashlib.sha256(words.encode()).hexdigest()[:32]

    def start(self) -> Start:
        """This function will make the start of the run that answers; those of one place answer one by one."""
        return Start(
            flow=FLOW,
            run_id=f"{FLOW}-{self.repository.id}-{self.workflow_run_id}-{self.guid}",
            request=self,
            partition=self.place,
            queue=Queue.EVENTS,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is remembered of the asking."""

    at: datetime
    answered: str  # what it was answered before; empty where it was not


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """What came of one look at what waits."""

    answer: Answer
    is_told: bool = False  # GitHub has taken the answer
    follower: str = ""  # the run of the deployment that waits with it
    trouble: str = ""  # safe Markdown: why it could not be looked at or told
    is_ours: bool = False  # that trouble is a mistake in the bot itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """The deployment whose workflow run waits."""

    environment: str
    stage: Stage
    is_plan: bool  # nothing of it may reach the environment
    is_deploying: bool  # it is a run of the workflow that deploys, not of the one that plans
    has_lease: bool
    is_rejected: bool = False  # somebody said no after it was approved
    problem: str = ""  # safe Markdown: why what would be applied is not what was approved
    text: str = ""  # safe Markdown: how its gate stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the policy of the default branch says of the environment, to a run that the bot did not dispatch."""

    is_configured: bool = False
    mistakes: tuple[str, ...] = ()
    needs_approval: bool = False
    refuses_fork: bool = False  # the run is of a fork, and the environment takes none
    plans_apart: bool = False  # the run is of a workflow that is given a plan made by another one
    closed: str = ""  # safe Markdown: why nothing is deployed now; empty where it is open
    held: str = ""  # safe Markdown: who has the environment; empty where it is free


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSeen:
    """How the gate of a run that the bot did not dispatch stands."""

    state: GateState
    text: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionFacts:
    """Everything that decides about the answer."""

    at: datetime
    asked_at: datetime
    environment: str
    is_gone: bool = False
    is_our_callback: bool = True
    is_sent_by_us: bool = False  # this App started the run
    dispatched: Dispatched | None = None
    policy: Policy | None = None
    problem: str = ""  # safe Markdown: why its plan cannot be approved
    gate: GateSeen | None = None
