"""The shapes in which GitHub gives workflow runs, jobs, check runs and deployments."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct, field

from bot.github.models import (
    Annotation,
    CheckRun,
    Conclusion,
    Deployment,
    DeploymentState,
    DeploymentStatus,
    Environment,
    Sha,
    Workflow,
)
from bot.github.run_models import Artifact, Job, Step, WorkflowRun
from bot.github.shapes import (
    AppShape,
    BranchRepositoryShape,
    Id,
    Moment,
    NumberShape,
    UserShape,
    moment,
    optional_moment,
)


class RunShape(Struct):
    """One attempt of a workflow run."""

    id: Id
    workflow_id: Id
    event: str
    head_sha: str
    html_url: str
    created_at: Moment
    updated_at: Moment
    name: str | None = None
    path: str = ""
    run_attempt: Id = 1
    status: str | None = None
    conclusion: Conclusion | None = None
    head_branch: str | None = None
    head_repository: BranchRepositoryShape | None = None
    pull_requests: list[NumberShape] | None = None
    display_title: str = ""
    actor: UserShape | None = None
    run_started_at: Moment | None = None
    check_suite_id: Id | None = None

    def to_run(self) -> WorkflowRun:
        """This function will return the workflow run."""
        return WorkflowRun(
            id=self.id,
            name=self.name or "",
            path=self.path,
            workflow_id=self.workflow_id,
            attempt=self.run_attempt,
            event=self.event,
            status=self.status or "",
            conclusion=self.conclusion,
            head_sha=Sha(self.head_sha),
            head_branch=self.head_branch,
            head_repository=self.head_repository.full_name if self.head_repository else None,
            pull_requests=tuple(pull.number for pull in self.pull_requests or ()),
            html_url=self.html_url,
            created_at=moment(self.created_at),
            updated_at=moment(self.updated_at),
            display_title=self.display_title,
            actor=self.actor.login if self.actor else "",
            started_at=optional_moment(self.run_started_at),
            suite_id=self.check_suite_id,
        )


class StepShape(Struct):
    """One step of a job."""

    number: Id
    name: str
    status: str
    conclusion: Conclusion | None = None
    started_at: Moment | None = None
    completed_at: Moment | None = None

    def to_step(self) -> Step:
        """This function will return the step."""
        return Step(
            number=self.number,
            name=self.name,
            status=self.status,
            conclusion=self.conclusion,
            started_at=optional_moment(self.started_at),
            completed_at=optional_moment(self.completed_at),
        )


class JobShape(Struct):
    """One job of one attempt of a workflow run."""

    id: Id
    run_id: Id
    name: str
    head_sha: str
    status: str
    run_attempt: Id = 1
    conclusion: Conclusion | None = None
    html_url: str | None = None
    steps: list[StepShape] = field(default_factory=list)
    started_at: Moment | None = None
    completed_at: Moment | None = None
    created_at: Moment | None = None
    labels: list[str] = field(default_factory=list)

    def to_job(self) -> Job:
        """This function will return the job."""
        return Job(
            id=self.id,
            run_id=self.run_id,
            attempt=self.run_attempt,
            name=self.name,
            status=self.status,
            conclusion=self.conclusion,
            html_url=self.html_url or "",
            head_sha=Sha(self.head_sha),
            steps=tuple(step.to_step() for step in self.steps),
            started_at=optional_moment(self.started_at),
            completed_at=optional_moment(self.completed_at),
            created_at=optional_moment(self.created_at),
            labels=tuple(self.labels),
        )


class ArtifactShape(Struct):
    """An artifact of a workflow run."""

    id: Id
    name: str
    size_in_bytes: int
    expired: bool
    created_at: Moment | None = None

    def to_artifact(self) -> Artifact:
        """This function will return the artifact."""
        return Artifact(
            id=self.id,
            name=self.name,
            size=self.size_in_bytes,
            expired=self.expired,
            created_at=optional_moment(self.created_at),
        )


class WorkflowShape(Struct):
    """A workflow file."""

    id: Id
    name: str
    path: str
    state: str

    def to_workflow(self) -> Workflow:
        """This function will return the workflow."""
        return Workflow(id=self.id, name=self.name, path=self.path, state=self.state)


class CheckOutputShape(Struct):
    """What a check run says, of which only the count of its annotations is read."""

    annotations_count: int = 0


class SuiteShape(Struct):
    """The check suite to which a check run belongs."""

    id: Id


class CheckShape(Struct):
    """A check run."""

    id: Id
    name: str
    head_sha: str
    status: str
    conclusion: Conclusion | None = None
    external_id: str | None = None
    app: AppShape | None = None
    html_url: str | None = None
    started_at: Moment | None = None
    completed_at: Moment | None = None
    check_suite: SuiteShape | None = None
    output: CheckOutputShape | None = None

    def to_check(self) -> CheckRun:
        """This function will return the check run."""
        return CheckRun(
            id=self.id,
            name=self.name,
            head_sha=Sha(self.head_sha),
            status=self.status,
            conclusion=self.conclusion,
            external_id=self.external_id or "",
            app_id=self.app.id if self.app else None,
            html_url=self.html_url or "",
            started_at=optional_moment(self.started_at),
            completed_at=optional_moment(self.completed_at),
            suite_id=self.check_suite.id if self.check_suite else None,
            annotations=self.output.annotations_count if self.output else 0,
        )


class AnnotationShape(Struct):
    """An annotation of a check run."""

    path: str
    start_line: int
    end_line: int
    annotation_level: str | None = None
    message: str | None = None
    title: str | None = None

    def to_annotation(self) -> Annotation:
        """This function will return the annotation."""
        return Annotation(
            path=self.path,
            start_line=self.start_line,
            end_line=self.end_line,
            level=self.annotation_level or "",
            message=self.message or "",
            title=self.title or "",
        )


class DeploymentShape(Struct):
    """A deployment."""

    id: Id
    sha: str
    ref: str
    environment: str
    created_at: Moment
    task: str = "deploy"
    description: str | None = None
    payload: dict[str, Any] | str | None = None

    def to_deployment(self) -> Deployment:
        """This function will return the deployment; of a payload only the texts are kept."""
        payload = self.payload if isinstance(self.payload, dict) else {}
        return Deployment(
            id=self.id,
            sha=Sha(self.sha),
            ref=self.ref,
            environment=self.environment,
            task=self.task,
            description=self.description or "",
            payload={key: value for key, value in payload.items() if isinstance(value, str)},
            created_at=moment(self.created_at),
        )


_STATES = "|".join([*DeploymentState, "waiting"])


class DeploymentStatusShape(Struct):
    """A status of a deployment."""

    id: Id
    state: Annotated[str, Meta(pattern=f"^({_STATES})$")]
    created_at: Moment
    log_url: str | None = None
    description: str | None = None

    def to_status(self) -> DeploymentStatus:
        """This function will return the status."""
        return DeploymentStatus(
            state=self.to_state(), created_at=moment(self.created_at), log_url=self.log_url or ""
        )

    def to_state(self) -> DeploymentState:
        """This function will return the state; `waiting` (for a person) is pending to us."""
        return DeploymentState.PENDING if self.state == "waiting" else DeploymentState(self.state)


class EnvironmentShape(Struct):
    """A deployment environment."""

    name: str

    def to_environment(self) -> Environment:
        """This function will return the environment."""
        return Environment(name=self.name)
