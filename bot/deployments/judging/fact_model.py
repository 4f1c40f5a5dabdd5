"""The facts that the decision about a deployment rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING

from bot.budget.model import BudgetStanding  # noqa: TC001 - as above
from bot.config.policy import EnvironmentConfig, Version
from bot.config.workflow_inputs import DeclaredInput  # noqa: TC001 - as above
from bot.deployments.model import Task
from bot.gates.model import Parameter  # noqa: TC001 - as above
from bot.github.models import Actor, DeploymentState, Permission, Sha
from bot.github.review_models import ReviewState  # noqa: TC001 - as above

if TYPE_CHECKING:
    from bot.deployments.model import DeployRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, as far as the decision rests on it."""

    environment: str  # as it was written
    head_sha: Sha  # as it was read when the command was accepted
    author: Actor
    asked_at: datetime
    default_branch: str = "main"
    parameters: tuple[Parameter, ...] = ()
    task: Task = Task.DEPLOY
    canary: bool = False
    plan_only: bool = False
    keep: str = ""  # how long the environment is kept, as it was written: 4h


@dataclass(frozen=True, slots=True, kw_only=True)
class PullFacts:
    """The pull request as it stands."""

    head_sha: Sha
    head_ref: str
    base_ref: str
    is_open: bool
    is_fork: bool
    author: Actor
    is_draft: bool = False
    mergeable: bool | None = None  # None while GitHub does not know
    tree: str = ""  # SHA of the tree of the head
    behind: int | None = None  # how many commits of its base it lacks; None where nobody asks
    pushed_at: datetime | None = None  # when the first workflow run for the head began, if one did
    html_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFacts:
    """One workflow that the deployment would start."""

    file: str
    is_active: bool  # known to GitHub on the default branch, and not disabled
    inputs: tuple[DeclaredInput, ...] = ()
    problem: str = ""  # why it cannot be dispatched at the ref; plain text that completes "it …"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs that it declares."""
        return tuple(one.name for one in self.inputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFact:
    """The newest word of one check run or commit status."""

    name: str
    status: str  # completed, or anything else while it has not ended
    conclusion: str = ""  # GitHub's word; of a commit status its state
    app_id: int | None = None  # None for a commit status
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFact:
    """The newest word of one reviewer."""

    person: Actor
    state: ReviewState
    sha: Sha
    permission: Permission = Permission.NONE
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFact:
    """The newest deployment of an environment that comes before."""

    environment: str
    sha: Sha = Sha("")  # noqa: RUF009 - a string of a name of its own
    tree: str = ""
    state: DeploymentState | None = None  # None where there is no deployment
    since: datetime | None = None  # when it came to be so
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployFacts:
    """Everything the decision rests on, read right before it; it can be stored and decided again."""

    asked: Asked
    now: datetime
    permission: Permission
    pull: PullFacts
    web_url: str  # of the repository
    configuration_mistakes: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()  # the names of all of them
    environment: str = ""  # the name of the one that was asked for, as the repository writes it
    policy: EnvironmentConfig | None = None  # of the environment; None where there is none of this name
    workflow: WorkflowFacts | None = None  # the one that does the task
    plan_workflow: WorkflowFacts | None = None  # the one that plans, where that is another one
    checks: tuple[CheckFact, ...] = ()  # of the head, without our own and the deploying workflows'
    reviews: tuple[ReviewFact, ...] = ()
    order: tuple[OrderFact, ...] = ()
    has_rule: bool = False  # whether the environment's protection rule of our App is switched on
    teams: tuple[str, ...] = ()  # those of `freeze.allow` in which the asker is
    budget: BudgetStanding | None = None  # of the repository; None where it has none, or nobody asks

    @property
    def runs_at_head(self) -> bool:
        """Whether the head's own version of the workflow deploys; a fork's branch cannot be dispatched."""
        return not self.pull.is_fork and (self.policy is None or self.policy.workflow_from is Version.HEAD)


def asked_of(request: DeployRequest) -> Asked:
    """This function will take from the request what the decision rests on."""
    return Asked(
        environment=request.environment,
        head_sha=request.head_sha,
        author=request.author,
        asked_at=request.asked_at,
        default_branch=request.repository.default_branch,
        parameters=request.parameters,
        task=request.task,
        canary=request.canary,
        plan_only=request.plan_only,
        keep=request.keep,
    )
