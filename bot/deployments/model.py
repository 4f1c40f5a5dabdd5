"""The nouns of a deployment: what is asked for, the facts, the plan that follows from them, the row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003 - msgspec reads the annotations at run time

from bot.commands.model import ObeyRequest, Receipt  # noqa: TC001 - as above
from bot.engine.model import Queue, Start
from bot.github.models import (  # noqa: TC001 - as above
    Actor,
    CheckRun,
    DeploymentState,
    Permission,
    RepositoryRef,
    Sha,
)

FLOW = "deploy"
RELAY = "relay"
TOPIC = "workflow_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One `--param name=value`."""

    name: str
    value: str


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

    def start(self) -> Start:
        """This function will make the start of the run that deploys; one at a time in each environment."""
        return Start(
            flow=FLOW,
            run_id=f"{FLOW}-{self.repository.id}-{self.key.replace('/', '-')}",
            request=self,
            queue=Queue.DEPLOYMENTS,
            # GitHub does not tell upper from lower case in the names of environments
            partition=f"{self.repository.full_name}:{self.environment.casefold()}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFacts:
    """How an environment is deployed to, by the configuration of the default branch or by default."""

    name: str
    workflow: str
    inputs: tuple[Parameter, ...]
    parameters: tuple[str, ...]
    checks: tuple[str, ...] | None
    allow_forks: bool
    limit: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployFacts:
    """Everything the decision rests on, read right before it."""

    permission: Permission
    head_sha: Sha
    head_ref: str
    is_open: bool
    is_fork: bool
    web_url: str  # of the repository
    configuration_mistakes: tuple[str, ...] = ()
    environments: tuple[EnvironmentFacts, ...] = ()
    workflows: tuple[str, ...] = ()  # file names of the active ones
    checks: tuple[CheckRun, ...] = ()  # of the head, without our own and the deploy workflow's
    pushed_at: datetime | None = None  # when the first workflow run for the head began, if one did


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done: which workflow is dispatched with which inputs."""

    environment: str
    workflow: str
    sha: Sha
    ref: str
    runs_at_sha: bool  # whether the workflow file itself must be the one of that SHA
    inputs: tuple[Parameter, ...]
    limit: timedelta
    web_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRow:
    """A deployment that the bot made, as its store remembers it."""

    repository_id: int
    deployment_id: int
    number: int
    environment: str
    sha: Sha
    workflow_run_id: int
    run_id: str  # of the flow that follows it
    state: DeploymentState
    updated_at: datetime


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


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A workflow run moved; how it stands now is read from GitHub, so the message tells no more."""

    action: str
