"""What can happen to workflow runs: start, progress job by job, finish, run again, dispatch, cancel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.localhub.state import artifacts, checks, deployments
from bot.localhub.state.actions import Attempt, Job, Step, Workflow, WorkflowRun
from bot.localhub.state.store import Happening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.localhub.state.nouns import Repository, User
    from bot.localhub.state.store import Store

MAX_RERUNS = 50  # https://docs.github.com/en/actions/reference/limits
STEPS = ("Set up job", "Run", "Complete job")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """What a workflow run is started with."""

    head_sha: str
    head_branch: str | None
    actor: User
    event: str = "pull_request"
    title: str = ""
    head_repository: Repository | None = None
    inputs: dict[str, str] = field(default_factory=dict)


def workflow_of(
    store: Store, repository: Repository, path: str, *, name: str | None = None, dispatchable: bool = True
) -> Workflow:
    """This function will give the workflow of that file, made on first mention."""
    for known in repository.workflows.values():
        if known.path == path or known.path.rpartition("/")[2] == path:
            return known
    full = path if "/" in path else f".github/workflows/{path}"
    made = Workflow(
        id=store.next_id(),
        name=name or full,
        path=full,
        created_at=store.now(),
        dispatchable=dispatchable,
    )
    repository.workflows[made.id] = made
    return made


def start_run(
    store: Store, repository: Repository, workflow: Workflow, new: NewRun, *, jobs: Iterable[str] = ()
) -> WorkflowRun:
    """This function will request a workflow run with queued jobs of these names."""
    suite = checks.new_suite(
        store, repository, store.actions_app, sha=new.head_sha, branch=new.head_branch or ""
    )
    commit = store.commits.get(new.head_sha)
    workflow.runs += 1
    made = WorkflowRun(
        id=store.next_id(),
        number=workflow.runs,
        workflow=workflow,
        repository=repository,
        head_repository=new.head_repository or repository,
        event=new.event,
        head_branch=new.head_branch,
        head_sha=new.head_sha,
        title=new.title or (commit.message.partition("\n")[0] if commit else workflow.name),
        actor=new.actor,
        suite=suite,
        created_at=store.now(),
        inputs=dict(new.inputs),
    )
    repository.runs[made.id] = made
    repository.runs_by_sha.setdefault(new.head_sha, []).append(made)
    _begin_attempt(store, made, new.actor)
    for name in jobs:
        add_job(store, made, name)
    return made


def _begin_attempt(store: Store, run: WorkflowRun, actor: User) -> Attempt:
    now = store.now()
    made = Attempt(number=len(run.attempts) + 1, actor=actor, started_at=now, updated_at=now)
    run.attempts.append(made)
    _tell_run(store, run, "requested")
    return made


def add_job(
    store: Store,
    run: WorkflowRun,
    name: str,
    *,
    steps: Iterable[str] = STEPS,
    environment: str | None = None,
) -> Job:
    """This function will queue a job in the newest attempt, perhaps one that has an environment."""
    check = checks.add_run(store, run.repository, run.suite, name=name)
    made = Job(
        id=check.id,
        run=run,
        attempt=run.latest.number,
        name=name,
        check=check,
        created_at=store.now(),
        steps=[Step(number=number, name=step) for number, step in enumerate(steps, 1)],
        environment=environment,
    )
    check.details_url = f"{store.base_url}/{run.repository.full_name}/actions/runs/{run.id}/job/{made.id}"
    run.latest.jobs.append(made)
    run.repository.jobs[made.id] = made
    checks.tell_run(store, run.repository, check, "created")
    tell_job(store, made, "queued")
    return made


def start_job(store: Store, job: Job) -> None:
    """This function will begin a job, and with the first one its run."""
    job.status = "in_progress"
    job.started_at = job.check.started_at = store.now()
    for step in job.steps[:1]:
        step.status, step.started_at = "in_progress", job.started_at
    checks.settle(store, job.run.repository, job.check, status="in_progress", conclusion=None)
    report_deployment(store, job, "in_progress")
    attempt = job.run.attempts[job.attempt - 1]
    if attempt.status == "queued":
        attempt.status = "in_progress"
        attempt.updated_at = store.now()
        _tell_run(store, job.run, "in_progress")
    tell_job(store, job, "in_progress")


def report_deployment(store: Store, job: Job, state: str) -> None:
    """This function will report on the deployment that GitHub makes of a job with an environment."""
    if job.environment is None:
        return
    repository, actions = job.run.repository, store.actions_app
    if job.deployment is None:
        new = deployments.NewDeployment(
            ref=job.run.head_branch or job.run.head_sha,
            sha=job.run.head_sha,
            environment=job.environment,
            creator=actions.bot,
            app=actions,
        )
        job.deployment = deployments.create(store, repository, new)
    said = deployments.NewStatus(state=state, creator=actions.bot, app=actions, log_url=job.check.details_url)
    deployments.add_status(store, repository, job.deployment, said)


def finish_job(
    store: Store, job: Job, conclusion: str, *, log: bytes = b"", failed_step: int | None = None
) -> None:
    """This function will end a job with its log; every step that has not ended ends with it.

    Args:
        store: where it happens.
        job: a queued or running job.
        conclusion: success, failure, cancelled, skipped, timed_out, …
        log: what its log download shall give.
        failed_step: the number of the step that failed; by default the one before the last.
    """
    if job.status == "queued" and conclusion not in {"skipped", "cancelled"}:
        start_job(store, job)
    now = store.now()
    job.status, job.conclusion, job.completed_at = "completed", conclusion, now
    job.started_at = job.started_at or now
    job.log = log
    artifacts.annotate_errors(job)
    worst = failed_step or max(1, len(job.steps) - 1)
    for step in job.steps:
        if step.status == "completed":
            continue
        step.status, step.completed_at = "completed", now
        step.started_at = step.started_at or now
        step.conclusion = _step_conclusion(conclusion, step.number, worst)
    checks.settle(store, job.run.repository, job.check, status="completed", conclusion=conclusion)
    if job.deployment is not None:
        report_deployment(store, job, "success" if conclusion == "success" else "failure")
    tell_job(store, job, "completed")


def _step_conclusion(conclusion: str, number: int, worst: int) -> str:
    if conclusion in {"success", "skipped", "cancelled", "neutral"} or number < worst:
        return conclusion if conclusion in {"skipped", "cancelled"} else "success"
    return "failure" if number == worst else "skipped"


def finish_run(store: Store, run: WorkflowRun, conclusion: str | None = None) -> None:
    """This function will end the newest attempt, by default with what its jobs make of it."""
    attempt = run.latest
    found = [job.conclusion or "cancelled" for job in attempt.jobs]
    attempt.status = "completed"
    attempt.conclusion = conclusion or min(found, key=checks.ORDER.index, default="success")
    attempt.updated_at = store.now()
    run.suite.status, run.suite.conclusion = "completed", attempt.conclusion
    _tell_run(store, run, "completed")


def rerun(store: Store, run: WorkflowRun, *, actor: User, again: Callable[[Job], bool]) -> Attempt:
    """This function will begin another attempt: the chosen jobs anew, the others carried over as they ended."""
    earlier = run.latest.jobs
    attempt = _begin_attempt(store, run, actor)
    run.suite.status, run.suite.conclusion = "queued", None
    for job in earlier:
        if again(job):
            steps = [step.name for step in job.steps]
            add_job(store, run, job.name, steps=steps, environment=job.environment)
        else:
            _carry_over(store, run, job)
    play(store, run)
    return attempt


def _carry_over(store: Store, run: WorkflowRun, job: Job) -> None:
    copy = Job(
        id=store.next_id(),
        run=run,
        attempt=run.latest.number,
        name=job.name,
        check=job.check,
        created_at=job.created_at,
        labels=job.labels,
        status=job.status,
        conclusion=job.conclusion,
        started_at=job.started_at,
        completed_at=job.completed_at,
        steps=job.steps,
        log=job.log,
        environment=job.environment,
        deployment=job.deployment,
    )
    run.latest.jobs.append(copy)
    run.repository.jobs[copy.id] = copy


def dispatch(store: Store, repository: Repository, workflow: Workflow, new: NewRun) -> WorkflowRun:
    """This function will start a run by `workflow_dispatch` and have it played."""
    store.emit(
        Happening(
            event="workflow_dispatch",
            action=None,
            repository=repository,
            sender=new.actor,
            subject=workflow,
            extra={"inputs": new.inputs, "ref": f"refs/heads/{new.head_branch}"},
        )
    )
    made = start_run(store, repository, workflow, new)
    play(store, made)
    return made


def play(store: Store, run: WorkflowRun) -> None:
    """This function will hand a queued run to the player, if a scenario set one."""
    if store.player is not None:
        store.player(run)


def cancel(store: Store, run: WorkflowRun) -> None:
    """This function will cancel every job that has not ended, and the run."""
    for job in run.latest.jobs:
        if job.status != "completed":
            finish_job(store, job, "cancelled", log=job.log)
    finish_run(store, run, "cancelled")


def _tell_run(store: Store, run: WorkflowRun, action: str) -> None:
    store.emit(
        Happening(
            event="workflow_run",
            action=action,
            repository=run.repository,
            sender=run.latest.actor,
            subject=run,
        )
    )


def tell_job(store: Store, job: Job, action: str) -> None:
    """This function will tell that something happened to a job."""
    store.emit(
        Happening(
            event="workflow_job",
            action=action,
            repository=job.run.repository,
            sender=job.run.attempts[job.attempt - 1].actor,
            subject=job,
        )
    )
