"""What can happen at a protected environment: a job waits, Apps report and answer, the job goes on or fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import checks, deployments, runs
from bot.localhub.state.actions import EnvironmentReview
from bot.localhub.state.reports import ProtectionRule
from bot.localhub.state.store import Happening

if TYPE_CHECKING:
    from bot.localhub.state.actions import Job, WorkflowRun
    from bot.localhub.state.nouns import App, Repository
    from bot.localhub.state.reports import Environment
    from bot.localhub.state.store import Store

MOST_RULES = 6  # https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments
MOST_REPORTS = 10  # https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments


class NotWaiting(Exception):  # noqa: N818 - it is an answer, not a mistake of ours
    """Nothing of the run waits there for that App, or it has reported too often."""


def enable(store: Store, repository: Repository, name: str, app: App) -> ProtectionRule:
    """This function will have an App asked before a job may enter an environment."""
    environment = deployments.environment_of(store, repository, name)
    for rule in environment.rules:
        if rule.app is app:
            return rule
    if len(environment.rules) >= MOST_RULES:
        raise ValueError(f"{name} has {MOST_RULES} protection rules already")
    made = ProtectionRule(id=store.next_id(), app=app)
    environment.rules.append(made)
    return made


def disable(store: Store, repository: Repository, name: str, app: App) -> None:
    """This function will stop asking an App about an environment."""
    environment = deployments.environment_of(store, repository, name)
    environment.rules = [rule for rule in environment.rules if rule.app is not app]


def hold(store: Store, job: Job) -> bool:
    """This function will let a job wait at its environment if Apps must be asked, and say whether it waits."""
    if job.environment is None:
        return False
    environment = deployments.environment_of(store, job.run.repository, job.environment)
    if not environment.rules or job.status == "waiting":
        return job.status == "waiting"
    job.status, job.environment = "waiting", environment.name
    checks.settle(store, job.run.repository, job.check, status="waiting", conclusion=None)
    runs.report_deployment(store, job, "waiting")
    job.run.attempts[job.attempt - 1].status = "waiting"
    runs.tell_job(store, job, "waiting")
    for rule in environment.rules:
        store.emit(
            Happening(
                event="deployment_protection_rule",
                action="requested",
                repository=job.run.repository,
                sender=job.run.latest.actor,
                subject=(job, rule.app),
            )
        )
    return True


def waiting(run: WorkflowRun, environment: str | None = None) -> list[Job]:
    """This function will list the jobs of a run's newest attempt that wait, at one environment or at any."""
    return [
        job
        for job in run.latest.jobs
        if job.status == "waiting" and job.environment is not None and environment in {None, job.environment}
    ]


def _asked(store: Store, run: WorkflowRun, name: str, app: App) -> tuple[Environment, ProtectionRule]:
    environment = deployments.environment_of(store, run.repository, name)
    for rule in environment.rules:
        if rule.app is app and any(rule.id not in job.approved_by for job in waiting(run, environment.name)):
            return environment, rule
    raise NotWaiting(f"No deployment of this run waits at {name} for {app.slug}")


def report(store: Store, run: WorkflowRun, name: str, *, app: App, comment: str) -> None:
    """This function will keep what an App says on the way to its answer.

    Raises:
        NotWaiting: it has said too much, or nothing waits for it.
    """
    environment, _ = _asked(store, run, name, app)
    said = run.reports.setdefault((run.latest.number, environment.name, app.id), [])
    if len(said) >= MOST_REPORTS:
        raise NotWaiting(f"At most {MOST_REPORTS} status reports can be sent")
    said.append(comment)


def answer(  # noqa: PLR0913 - an answer has these parts
    store: Store, run: WorkflowRun, name: str, *, app: App, approved: bool, comment: str = ""
) -> None:
    """This function will take an App's one answer for all jobs of a run that wait at an environment.

    Raises:
        NotWaiting: nothing waits for it.
    """
    environment, rule = _asked(store, run, name, app)
    state = "approved" if approved else "rejected"
    run.reviews.append(EnvironmentReview(environment=environment, state=state, comment=comment, user=app.bot))
    rules = {one.id for one in environment.rules}
    for job in waiting(run, environment.name):
        job.approved_by.add(rule.id)
        if not approved:
            runs.finish_job(store, job, "failure", log=b"")
        elif rules <= job.approved_by:
            _release(store, job)


def _release(store: Store, job: Job) -> None:
    attempt = job.run.attempts[job.attempt - 1]
    job.status = "queued"
    if not waiting(job.run):
        attempt.status = "in_progress" if any(one.started_at for one in attempt.jobs) else "queued"
    checks.settle(store, job.run.repository, job.check, status="queued", conclusion=None)
    runs.report_deployment(store, job, "queued")
    runs.tell_job(store, job, "queued")
