"""What a repository may say about its environments: who approves, in which order, when, how it is verified."""

from __future__ import annotations

from datetime import timedelta  # noqa: TC003 - part of a public signature
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, field

from bot.config.approving import ApprovalsConfig, ApproversConfig, FreezeConfig, FreezeWindow
from bot.config.rolling import (
    CanaryConfig,
    HttpCheck,
    PlanConfig,
    RollbackConfig,
    StageJobs,
    TeardownConfig,
    VerifyConfig,
)
from bot.config.terms import Duration, Strict, WorkflowFile, parse_duration

__all__ = [
    "ApprovalsConfig",
    "ApproversConfig",
    "CanaryConfig",
    "Duration",
    "EnvironmentConfig",
    "FreezeConfig",
    "FreezeWindow",
    "HttpCheck",
    "ParameterConfig",
    "ParameterType",
    "PlanConfig",
    "RollbackConfig",
    "StageJobs",
    "TeardownConfig",
    "VerifyConfig",
    "Version",
    "WorkflowFile",
    "parse_duration",
]


class Version(StrEnum):
    """Which version of a workflow runs."""

    HEAD = "head"
    DEFAULT_BRANCH = "default_branch"


class ParameterType(StrEnum):
    """What values a parameter takes."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"


class ParameterConfig(Strict, frozen=True, kw_only=True):
    """One parameter that a command may set."""

    type: Annotated[ParameterType, Meta(description="What values it takes.")] = ParameterType.STRING
    options: Annotated[tuple[str, ...], Meta(description="The values of a choice.", max_length=100)] = ()
    pattern: Annotated[
        str, Meta(description="A regular expression that the whole value must match.", max_length=200)
    ] = ""
    default: Annotated[str | None, Meta(description="The value where the command gives none.")] = None
    required: Annotated[bool, Meta(description="Whether the command must give it.")] = False
    description: Annotated[str, Meta(description="What it means, for the answer to a wrong value.")] = ""


class EnvironmentConfig(Strict, frozen=True, kw_only=True):
    """How one environment is deployed to."""

    workflow: Annotated[
        WorkflowFile,
        Meta(description="The workflow that deploys; it needs a workflow_dispatch trigger."),
    ] = "deploy.yml"
    workflow_from: Annotated[
        Version,
        Meta(
            description="Whose version of it runs: that of the head, or the default branch's, which no pull request "
            "can change and which environments that let in protected branches only let in; it checks out `sha`."
        ),
    ] = Version.HEAD
    inputs: Annotated[
        dict[str, str],
        Meta(max_length=20, description="Inputs given to the workflow at every deployment, by name."),
    ] = field(default_factory=dict)
    parameters: Annotated[
        Annotated[dict[str, ParameterConfig], Meta(max_length=20)]
        | Annotated[tuple[str, ...], Meta(max_length=20)],
        Meta(description="What `/deploy ENV --param name=value` may set; inputs of the workflow."),
    ] = ()
    checks: Annotated[
        tuple[str, ...] | None,
        Meta(description="Names of the checks that must be green; without it, every check of the commit."),
    ] = None
    skipped: Annotated[
        bool | None,
        Meta(
            description="Whether a neutral or skipped check counts as green; by default, unless `checks` names it."
        ),
    ] = None
    reviews: Annotated[
        int, Meta(description="How many approving reviews of the head the pull request needs.", ge=0, le=10)
    ] = 0
    mergeable: Annotated[
        bool, Meta(description="Whether the pull request must be mergeable, without conflicts and no draft.")
    ] = False
    up_to_date: Annotated[
        bool, Meta(description="Whether the head must contain the newest commit of its base.")
    ] = False
    branches: Annotated[
        tuple[str, ...],
        Meta(
            description="Patterns of the base branches whose pull requests may be deployed; `*` is any text."
        ),
    ] = ()
    allow_forks: Annotated[
        bool, Meta(description="Whether the head of a pull request from a fork may be deployed.")
    ] = False
    approvals: Annotated[
        ApprovalsConfig | None, Meta(description="The approvals a deployment needs; without it none.")
    ] = None
    requires: Annotated[
        tuple[str, ...],
        Meta(
            description="Environments whose newest deployment must be a success of the same commit or tree."
        ),
    ] = ()
    bake: Annotated[
        Duration | None, Meta(description="How long it must have run in each of `requires` before.")
    ] = None
    freeze: Annotated[FreezeConfig | None, Meta(description="When nothing is deployed.")] = None
    lease: Annotated[
        Duration,
        Meta(description="How long a deployment keeps the environment without a sign of life."),
    ] = "15m"
    plan: Annotated[
        PlanConfig | None, Meta(description="How the change is planned; without it, not at all.")
    ] = None
    canary: Annotated[CanaryConfig | None, Meta(description="Whether it goes out in steps.")] = None
    verify: Annotated[VerifyConfig | None, Meta(description="How its health is seen.")] = None
    rollback: Annotated[RollbackConfig, Meta(description="What happens when it is not healthy.")] = (
        RollbackConfig()
    )
    teardown: Annotated[
        TeardownConfig | None, Meta(description="How it is taken down; needed for `--for`.")
    ] = None
    jobs: Annotated[StageJobs, Meta(description="Which jobs are which stage.")] = StageJobs()
    time_limit: Annotated[
        Duration,
        Meta(description="How long a workflow run may take before the deployment counts as failed."),
    ] = "6h"

    @property
    def limit(self) -> timedelta:
        """The time limit as a length of time."""
        return parse_duration(self.time_limit)

    @property
    def typed_parameters(self) -> dict[str, ParameterConfig]:
        """The parameters by name; a bare name takes any text."""
        if isinstance(self.parameters, dict):
            return self.parameters
        return {name: ParameterConfig() for name in self.parameters}
