"""The nouns of a deployment: what is asked for, the facts, the rollout that follows from them, the row."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta  # noqa: TC003 - msgspec reads the annotations at run time
from enum import StrEnum

from bot.commands.model import ObeyRequest, Reason, Receipt, Status  # noqa: TC001 - as above
from bot.config.policy import EnvironmentConfig
from bot.engine.model import Queue, Start
from bot.gates.model import Parameter  # noqa: TC001 - as above
from bot.github.models import (  # noqa: TC001 - as above
    Actor,
    DeploymentState,
    RepositoryRef,
    Sha,
)

FLOW = "deploy"
_DIGITS = 20
RELAY = "relay"


class Task(StrEnum):
    """What a deployment is for."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    TEARDOWN = "teardown"


class Stage(StrEnum):
    """How far a deployment has come; the table of legal moves is in `states`."""

    CHECKING = "checking"  # the facts are read
    QUEUED = "queued"  # another one holds the environment
    CREATED = "created"  # the GitHub Deployment stands
    PLANNING = "planning"
    GATED = "gated"  # it waits for people
    APPLYING = "applying"
    VERIFYING = "verifying"
    PROMOTING = "promoting"  # a canary step is verified, the next one waits
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ERRORED = "errored"  # nobody knows, or nothing was deployed: cancelled, expired, lost its lease
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployRequest:
    """A deployment as it was asked for and accepted."""

    key: str  # of the command's receipt: the same command deploys once
    repository: RepositoryRef
    number: int
    author: Actor
    is_trusted_app: bool
    asked_at: datetime
    environment: str
    head_sha: Sha  # as it was read when the command was accepted
    receipt: Receipt  # as it stands; edited to the end
    parameters: tuple[Parameter, ...] = ()
    then: ObeyRequest | None = None  # what is left of the comment
    task: Task = Task.DEPLOY
    target: int | None = None  # the deployment to go back to; None: the last known good one
    canary: bool = False
    plan_only: bool = False
    keep: str = ""  # how long the environment is kept, as it was written: 4h

    @property
    def run_id(self) -> str:
        """The id of the run that deploys."""
        return f"{FLOW}-{self.repository.id}-{self.key.replace('/', '-')}"

    def start(self) -> Start:
        """This function will make the start of the run that deploys; a lease keeps it alone in its environment."""
        return Start(
            flow=FLOW, run_id=self.run_id, request=self, queue=Queue.DEPLOYMENTS, partition=self.run_id
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """What will be done: which workflow is dispatched with which inputs."""

    environment: str
    workflow: str
    sha: Sha
    ref: str
    runs_at_sha: bool  # whether the workflow file itself must be the one of that SHA
    inputs: tuple[Parameter, ...]
    limit: timedelta
    web_url: str
    config: EnvironmentConfig = field(default_factory=EnvironmentConfig)
    parameters: tuple[Parameter, ...] = ()  # those of the command and the defaults: what is approved
    declared: tuple[str, ...] = ()  # the inputs that the workflow takes; no other is given to it
    plan_declared: tuple[str, ...] = ()  # the same of the workflow that only plans
    tree: str = ""
    base_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a deployment ended, as its receipt says it."""

    stage: Stage  # one that is over
    status: Status
    reason: Reason
    text: str  # safe Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One thing that happened to a deployment."""

    run_id: str  # of the flow that makes the deployment
    key: str  # tells it from the others of the run
    repository_id: int
    at: datetime
    stage: Stage
    text: str  # safe Markdown
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRow:
    """A deployment that the bot made, as its store remembers it."""

    repository_id: int
    deployment_id: int  # of a plan, for which GitHub has no deployment, its workflow run's id below zero
    number: int
    environment: str
    sha: Sha
    workflow_run_id: int
    run_id: str  # of the flow that follows it
    state: DeploymentState
    updated_at: datetime
    stage: Stage = Stage.CREATED
    task: Task = Task.DEPLOY
    tree: str = ""
    author: Actor | None = None
    parameters: tuple[Parameter, ...] = ()
    workflow: str = ""
    inputs: tuple[Parameter, ...] = ()  # all that the workflow was given: what a rollback repeats
    plan_digest: str = ""
    artifact_digest: str = ""  # as the workflow's summary artifact says it; empty where it does not
    gate_id: str = ""
    decision_id: str = ""
    lease_token: int = 0
    percent: int = 100  # how much of the environment it has reached
    is_good: bool = False  # it succeeded, and was healthy where health is looked at
    reason: str = ""
    log_url: str = ""
    created_at: datetime | None = None

    @property
    def is_plan(self) -> bool:
        """Whether it only plans: nothing of its workflow run may reach the environment."""
        return self.deployment_id < 0


def gate_id_of(run_id: str) -> str:
    """This function will make the id of the gate at which a deployment's run waits."""
    return hashlib.sha256(f"gate/{run_id}".encode()).hexdigest()[:_DIGITS]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRequest:
    """News of a workflow run that may belong to a deployment."""

    repository: RepositoryRef
    workflow_run_id: int
    attempt: int
    action: str

    def start(self) -> Start:
        """This function will make the start of the run that passes the news on."""
        return Start(
            flow=RELAY,
            run_id=f"{RELAY}-{self.workflow_run_id}-{self.attempt}-{self.action}",
            request=self,
            partition=f"{self.repository.full_name}:run-{self.workflow_run_id}",
        )
