"""What a job that was green leaves behind: services that run, plans, the names of images, files of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.scenarios import releasing, rollouts
from bot.localhub.scenarios.plans import Leaves
from bot.localhub.scenarios.workflow_files.figures import upload_figures
from bot.localhub.state import git

if TYPE_CHECKING:
    from bot.localhub.scenarios.plans import JobPlan
    from bot.localhub.scenarios.services import Services
    from bot.localhub.state.actions import Job, WorkflowRun
    from bot.localhub.state.store import Store


def leave(store: Store, services: Services, job: Job, plan: JobPlan, *, trouble: releasing.Trouble) -> bool:
    """This function will leave what a job leaves; False where there is nothing to leave it with."""
    run, environment = job.run, job.run.inputs.get("environment", "")
    if plan.leaves in {Leaves.FILE, Leaves.FILES, Leaves.SUMS}:
        return _leave_files(store, run, plan, trouble)
    if plan.leaves is Leaves.FIGURES:
        upload_figures(store, run)
    if plan.leaves is Leaves.PLAN:
        rollouts.upload_plan(store, run)
    if plan.leaves is Leaves.BINARIES:
        rollouts.upload_binaries(store, run)
    if plan.leaves in {Leaves.SERVICE, Leaves.BINARIES}:
        sha = run.inputs.get("sha", run.head_sha)
        services.deploy(environment, git.resolve(store, run.repository, sha))
    if plan.leaves is Leaves.EMPTINESS:
        services.take_down(environment)
    return True


def _leave_files(store: Store, run: WorkflowRun, plan: JobPlan, trouble: releasing.Trouble) -> bool:
    """What a job uploads to the release of the tag."""
    if plan.leaves is Leaves.SUMS:
        return releasing.upload_sums(store, run, trouble)
    architectures = releasing.ARCHITECTURES if plan.leaves is Leaves.FILES else (plan.architecture,)
    uploaded = [releasing.upload_file(store, run, one, trouble) for one in architectures]
    return all(uploaded) and (plan.leaves is Leaves.FILE or releasing.upload_sums(store, run, trouble))
