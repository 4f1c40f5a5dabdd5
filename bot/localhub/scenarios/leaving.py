"""What a job that was green leaves behind: services that run, plans, the names of images, files of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.scenarios import releasing, rollouts
from bot.localhub.scenarios.plans import Leaves
from bot.localhub.state import git

if TYPE_CHECKING:
    from bot.localhub.scenarios.plans import JobPlan
    from bot.localhub.scenarios.services import Services
    from bot.localhub.state.actions import Job
    from bot.localhub.state.store import Store


def leave(store: Store, services: Services, job: Job, plan: JobPlan, *, trouble: releasing.Trouble) -> bool:
    """This function will leave what a job leaves; False where there is nothing to leave it with."""
    run, environment = job.run, job.run.inputs.get("environment", "")
    if plan.leaves is Leaves.FILE:
        return releasing.upload_file(store, run, plan.architecture, trouble)
    if plan.leaves is Leaves.SUMS:
        return releasing.upload_sums(store, run, trouble)
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
