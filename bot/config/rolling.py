"""What a repository may say about how a deployment goes out, is verified and is put back."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from bot.config.terms import Duration, Strict, WorkflowFile


class PlanConfig(Strict, frozen=True, kw_only=True):
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


class CanaryConfig(Strict, frozen=True, kw_only=True):
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


class HttpCheck(Strict, frozen=True, kw_only=True):
    """One request that must be answered well."""

    url: Annotated[str, Meta(description="Where to ask.", pattern=r"^https?://[^\s]+$", max_length=2000)]
    status: Annotated[int, Meta(description="The status that is healthy.", ge=100, le=599)] = 200
    contains: Annotated[str, Meta(description="Text that the body must contain.", max_length=1000)] = ""
    timeout: Annotated[Duration, Meta(description="How long one answer may take.")] = "10s"


class VerifyConfig(Strict, frozen=True, kw_only=True):
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


class RollbackConfig(Strict, frozen=True, kw_only=True):
    """What happens when a deployment has reached the environment and is not healthy."""

    automatic: Annotated[
        bool, Meta(description="Whether the last known-good deployment is put back, once.")
    ] = True
    workflow: Annotated[
        WorkflowFile | None, Meta(description="The workflow that rolls back; without it the deploying one.")
    ] = None


class TeardownConfig(Strict, frozen=True, kw_only=True):
    """How an environment that was taken for a time is taken down."""

    workflow: Annotated[WorkflowFile, Meta(description="The workflow that takes it down.")]
    longest: Annotated[Duration, Meta(description="The longest time for `--for`.")] = "24h"


class StageJobs(Strict, frozen=True, kw_only=True):
    """Which jobs of the deploying workflow are which stage, by their names."""

    plan: Annotated[str, Meta(description="The job that plans.")] = "terraform-plan"
    apply: Annotated[str, Meta(description="The job that changes the environment.")] = "terraform-apply"
    push: Annotated[str, Meta(description="The job that pushes the artifacts.")] = "deploy-binaries"
    verify: Annotated[str, Meta(description="The job that verifies.")] = "verify-deployment"
