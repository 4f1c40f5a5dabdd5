"""What a repository may say about its environments: who approves, in which order, when, how it is verified."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, field

from bot.github.models import Permission  # noqa: TC001 - msgspec reads the annotations at run time

_DURATION = re.compile(r"(\d+)(s|m|h|d)")
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}

Duration = Annotated[
    str,
    Meta(
        pattern=r"^[1-9][0-9]{0,3}[smhd]$",
        description="A length of time: 30s, 10m, 6h or 2d.",
        examples=["6h"],
    ),
]
WorkflowFile = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9._-]+\.ya?ml$", description="The name of a file in .github/workflows."),
]


def parse_duration(text: str) -> timedelta:
    """This function will read a length of time such as 30s, 10m, 6h or 2d.

    Raises:
        ValueError: the text has another form.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no length of time; write 30s, 10m, 6h or 2d")
    return int(match[1]) * _UNITS[match[2]]


class ParameterType(StrEnum):
    """What values a parameter takes."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the policy that refuses what it does not know."""


class ParameterConfig(_Strict, frozen=True, kw_only=True):
    """One parameter that a command may set."""

    type: Annotated[ParameterType, Meta(description="What values it takes.")] = ParameterType.STRING
    options: Annotated[tuple[str, ...], Meta(description="The values of a choice.", max_length=100)] = ()
    pattern: Annotated[
        str, Meta(description="A regular expression that the whole value must match.", max_length=200)
    ] = ""
    default: Annotated[str | None, Meta(description="The value where the command gives none.")] = None
    required: Annotated[bool, Meta(description="Whether the command must give it.")] = False
    description: Annotated[str, Meta(description="What it means, for the answer to a wrong value.")] = ""


class ApproversConfig(_Strict, frozen=True, kw_only=True):
    """Whose approval counts: who is named, in a named team, or has at least the role."""

    users: Annotated[tuple[str, ...], Meta(description="Logins.")] = ()
    teams: Annotated[
        tuple[str, ...], Meta(description="Teams as `organisation/slug`, child teams included.")
    ] = ()
    permission: Annotated[
        Permission | None,
        Meta(description="A role that suffices; with no users and no teams it is `write`."),
    ] = None


class ApprovalsConfig(_Strict, frozen=True, kw_only=True):
    """The approvals that a deployment needs; nobody approves their own change."""

    count: Annotated[int, Meta(description="How many people must approve.", ge=1, le=10)] = 1
    approvers: Annotated[ApproversConfig, Meta(description="Whose approval counts.")] = field(
        name="from", default=ApproversConfig()
    )
    distinct_teams: Annotated[
        int, Meta(description="From how many different teams of `from.teams` they must come.", ge=0, le=10)
    ] = 0
    expires: Annotated[Duration, Meta(description="How long an approval holds, and a gate waits.")] = "24h"
    self: Annotated[
        bool,
        Meta(
            description="Whether the requester may approve; authors of the pull request and its commits never may."
        ),
    ] = False
    reviews: Annotated[
        bool, Meta(description="Whether an approving review of the head counts as an approval.")
    ] = False
    request: Annotated[
        bool, Meta(description="Whether the users and teams of `from` are asked for their review.")
    ] = True


class FreezeWindow(_Strict, frozen=True, kw_only=True):
    """A time in which nothing is deployed: `cron` with `lasts`, or `start` to `end`."""

    cron: Annotated[
        str, Meta(description="When it begins, as a cron expression.", examples=["0 16 * * 5"])
    ] = ""
    lasts: Annotated[Duration | None, Meta(description="How long it lasts, with `cron`.")] = None
    start: Annotated[
        str, Meta(description="The date or time at which it begins.", examples=["2026-12-20"])
    ] = ""
    end: Annotated[
        str, Meta(description="The date (still included) or time at which it ends.", examples=["2027-01-04"])
    ] = ""
    zone: Annotated[str, Meta(description="The time zone.", examples=["Europe/Berlin"])] = "UTC"
    reason: Annotated[str, Meta(description="Why, for the answer.")] = ""


class FreezeConfig(_Strict, frozen=True, kw_only=True):
    """When nothing is deployed, and who or what is excepted."""

    windows: Annotated[tuple[FreezeWindow, ...], Meta(description="The times.", max_length=50)] = ()
    exceptions: Annotated[
        tuple[FreezeWindow, ...], Meta(description="Times within them that are open.", max_length=50)
    ] = ()
    allow: Annotated[
        ApproversConfig | None, Meta(description="Who may deploy in spite of it; without it nobody.")
    ] = None


class PlanConfig(_Strict, frozen=True, kw_only=True):
    """How the change is planned before it is approved and applied."""

    workflow: Annotated[
        WorkflowFile | None,
        Meta(
            description="A workflow of its own that plans; without it the plan is a job of the deploying workflow, "
            "whose next job waits at the environment's protection rule."
        ),
    ] = None
    artifact: Annotated[
        str, Meta(description="The artifact that holds the plan's summary.", min_length=1, max_length=100)
    ] = "pilothouse-plan"


class CanaryConfig(_Strict, frozen=True, kw_only=True):
    """The deployment goes out in steps, each verified before the next."""

    steps: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=100)], ...],
        Meta(
            description="Percentages, rising to 100; the workflow gets each as input `canary`.", min_length=1
        ),
    ] = (10, 50, 100)
    promote: Annotated[
        Literal["automatic", "manual"], Meta(description="Whether the next step waits for `/promote`.")
    ] = "automatic"
    pause: Annotated[Duration | None, Meta(description="How long to wait after a verified step.")] = None
    always: Annotated[
        bool, Meta(description="Whether every deployment goes in steps, not only with `--canary`.")
    ] = True


class HttpCheck(_Strict, frozen=True, kw_only=True):
    """One request that must be answered well."""

    url: Annotated[str, Meta(description="Where to ask.", pattern=r"^https?://[^\s]+$", max_length=2000)]
    status: Annotated[int, Meta(description="The status that is healthy.", ge=100, le=599)] = 200
    contains: Annotated[str, Meta(description="Text that the body must contain.", max_length=1000)] = ""
    timeout: Annotated[Duration, Meta(description="How long one answer may take.")] = "10s"


class VerifyConfig(_Strict, frozen=True, kw_only=True):
    """How it is seen that a deployment is healthy."""

    http: Annotated[tuple[HttpCheck, ...], Meta(description="Requests.", min_length=1, max_length=20)]
    duration: Annotated[Duration, Meta(description="How long every request must be answered well.")] = field(
        name="for", default="2m"
    )
    every: Annotated[Duration, Meta(description="The time between two rounds of requests.")] = "10s"
    grace: Annotated[
        Duration, Meta(description="How long it may be unhealthy at first, while it starts.")
    ] = "1m"
    failures: Annotated[
        int, Meta(description="After how many bad rounds in a row it counts as unhealthy.", ge=1, le=20)
    ] = 3


class RollbackConfig(_Strict, frozen=True, kw_only=True):
    """What happens when a deployment has reached the environment and is not healthy."""

    automatic: Annotated[
        bool, Meta(description="Whether the last known-good deployment is put back, once.")
    ] = True
    workflow: Annotated[
        WorkflowFile | None, Meta(description="The workflow that rolls back; without it the deploying one.")
    ] = None


class TeardownConfig(_Strict, frozen=True, kw_only=True):
    """How an environment that was taken for a time is taken down."""

    workflow: Annotated[WorkflowFile, Meta(description="The workflow that takes it down.")]
    longest: Annotated[Duration, Meta(description="The longest time for `--for`.")] = "24h"


class StageJobs(_Strict, frozen=True, kw_only=True):
    """Which jobs of the deploying workflow are which stage, by their names."""

    plan: Annotated[str, Meta(description="The job that plans.")] = "terraform-plan"
    apply: Annotated[str, Meta(description="The job that changes the environment.")] = "terraform-apply"
    push: Annotated[str, Meta(description="The job that pushes the artifacts.")] = "deploy-binaries"
    verify: Annotated[str, Meta(description="The job that verifies.")] = "verify-deployment"


class EnvironmentConfig(_Strict, frozen=True, kw_only=True):
    """How one environment is deployed to."""

    workflow: Annotated[
        WorkflowFile,
        Meta(description="The workflow that deploys; it needs a workflow_dispatch trigger."),
    ] = "deploy.yml"
    inputs: Annotated[
        dict[str, str],
        Meta(max_length=20, description="Inputs given to the workflow at every deployment, by name."),
    ] = {}
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
