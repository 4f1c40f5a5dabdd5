"""What `/rerun` does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.commands.model import Done, Refused
from bot.commands.reruns import ALL, FAILED, Rerun, RerunFacts, decide_rerun, newest_runs, render_reruns
from bot.github.actions import get_run, list_jobs, list_runs, rerun_failed_jobs, rerun_job, rerun_run

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.github.models import Sha


async def rerun(run: Run, call: Call, services: Services) -> Outcome:
    """This function will start again what is asked for, each workflow run or job once."""
    head = call.pinned
    repo = services.repository(call.request.repository)
    what = call.command.argument(0) or FAILED
    index = call.command.index
    facts = await run.step(f"runs {index}", lambda: _read(repo, head.sha, what), returns=RerunFacts)
    decision = decide_rerun(what, facts)
    if isinstance(decision, Refused):
        return decision
    for wanted in decision:
        key = f"rerun/{repo.ref.id}/{call.receipt}/{wanted.key}"
        await run.step(f"rerun {wanted.key}", partial(_once, repo, services, key, wanted), returns=int)
    return Done(text=render_reruns(decision))


async def _read(repo: RepositoryClient, sha: Sha, what: str) -> RerunFacts:
    runs = newest_runs(await list_runs(repo, head_sha=sha))
    if what.lower() in {FAILED, ALL}:
        return RerunFacts(runs=runs)
    jobs = [job for run in runs for job in await list_jobs(repo, run.id, run.attempt)]
    return RerunFacts(runs=runs, jobs=tuple(jobs))


async def _once(repo: RepositoryClient, services: Services, key: str, wanted: Rerun) -> int:
    """Start one thing again; return the attempt that this made."""
    before = wanted.workflow_run.attempt

    async def act() -> int:
        await _start(repo, wanted)
        return before + 1

    async def find() -> int | None:
        now = (await get_run(repo, wanted.workflow_run.id)).attempt
        return now if now > before else None

    return await services.effects.once(key, act, read_back=find, returns=int)


async def _start(repo: RepositoryClient, wanted: Rerun) -> None:
    if wanted.job is not None:
        await rerun_job(repo, wanted.job.id)
    elif wanted.only_failed:
        await rerun_failed_jobs(repo, wanted.workflow_run.id)
    else:
        await rerun_run(repo, wanted.workflow_run.id)
