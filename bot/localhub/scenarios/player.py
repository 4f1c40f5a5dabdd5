"""Plays workflow runs in time: what a push or pull request starts, a re-run or dispatch: jobs, steps and logs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.localhub.scenarios.clashes import clash
from bot.localhub.scenarios.leaving import leave
from bot.localhub.scenarios.logs import log_of, upload_report
from bot.localhub.scenarios.misspelling import misspells
from bot.localhub.scenarios.plans import (
    APPLY,
    CI_PATH,
    DEPLOY_PATH,
    GREEN_CI,
    NETWORK_DOWN_CI,
    PLAN,
    PRODUCTION_PATH,
    PYTHON_RED_CI,
    RELEASE_PATH,
    RUST_RED_CI,
    TEARDOWN,
    TEST_RED_CI,
    UPLOAD,
    Leaves,
    RunPlan,
    deploy_plan,
    failing,
    passing,
    production_plan,
    release_plan,
)
from bot.localhub.scenarios.releasing import ARCHITECTURES, Trouble, release_of
from bot.localhub.scenarios.rollouts import applies_what_was_planned
from bot.localhub.scenarios.services import Services
from bot.localhub.scenarios.starting import pull_runs, pushed_runs
from bot.localhub.scenarios.workflow_files.planning import plan_of_file, title_of
from bot.localhub.state import protection, runs
from bot.localhub.state.nouns import Pull

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.localhub.scenarios.plans import JobPlan
    from bot.localhub.state.actions import Job, Step, WorkflowRun
    from bot.localhub.state.nouns import Repository, User
    from bot.localhub.state.store import Happening, Store

_ALWAYS = ("Post ", "Complete job", UPLOAD)
_TITLE_INPUTS = ("environment", "deployment_id")
_PATIENCE = 30.0  # seconds that release.yml waits for the draft
_CI_ACTIONS = frozenset({"opened", "synchronize", "reopened"})


class Scene(StrEnum):
    """How CI of the next commit of a branch shall end."""

    GREEN = "green"
    RUST_RED = "rust-red"
    PYTHON_RED = "python-red"
    NETWORK_DOWN = "network-down"


class Outcome(StrEnum):
    """How the jobs of a re-run or deployment shall end."""

    PASS = "pass"  # noqa: S105 - a test result, no password
    FAIL = "fail"


_CI = {
    Scene.GREEN: GREEN_CI,
    Scene.RUST_RED: RUST_RED_CI,
    Scene.PYTHON_RED: PYTHON_RED_CI,
    Scene.NETWORK_DOWN: NETWORK_DOWN_CI,
}


_ALONE = {plan.path: plan for plan in (PLAN, APPLY, TEARDOWN)}


class Player:
    """Plays workflow runs of the demo's repositories.

    Args:
        store: the state it plays in.
        pace: seconds that one job takes.
        sleep: how time passes; tests let it pass at once.
        patience: seconds that a job waits for the release it uploads to.
    """

    def __init__(
        self,
        store: Store,
        *,
        pace: float = 2.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: float = _PATIENCE,
    ) -> None:
        self._store = store
        self._pace = pace
        self._sleep = sleep
        self._patience = patience
        self._drafted = asyncio.Event()
        self._followed: set[int] = set()
        self._scenes: dict[tuple[int, str], Scene] = {}
        self._reruns: dict[int, Outcome] = {}
        self._playing: set[asyncio.Task[None]] = set()
        self._waiting: dict[int, asyncio.Event] = {}
        self.deployments: Outcome = Outcome.PASS
        self.releases: Trouble = Trouble.NOTHING
        self.services = Services()
        self.on_step: Callable[[], None] = _nobody_watches
        store.player = self.play
        store.listeners.append(self._happened)

    def follow_files(self, repository: Repository) -> None:
        """This function will play a repository's workflows as its files have them, all green."""
        self._followed.add(repository.id)

    def direct(self, repository: Repository, branch: str, scene: Scene) -> None:
        """This function will decide how CI of the next commits of a branch ends."""
        self._scenes[repository.id, branch] = scene

    def rerun(self, run: WorkflowRun, *, actor: User, again: Callable[[Job], bool], outcome: Outcome) -> None:
        """This function will run jobs of a workflow run again, with the end that was asked for."""
        self._reruns[run.id] = outcome
        runs.rerun(self._store, run, actor=actor, again=again)

    def play(self, run: WorkflowRun) -> None:
        """This function will start to play the newest attempt of a workflow run."""
        if run.repository.id in self._followed:
            run.title = title_of(run, self._store.commits[run.head_sha].files) or run.title
        elif run.event == "workflow_dispatch":  # what run-name of deploy.yml makes of the inputs
            run.title = " ".join(("Deploy", *(run.inputs.get(name, "") for name in _TITLE_INPUTS))).strip()
        task = asyncio.get_running_loop().create_task(self._play(run, self._plan_of(run)))
        self._playing.add(task)
        task.add_done_callback(self._playing.discard)

    async def played(self) -> None:
        """This function will wait until everything that plays has ended."""
        while self._playing:
            await asyncio.gather(*self._playing)

    async def close(self) -> None:
        """This function will stop playing."""
        for task in self._playing:
            task.cancel()
        await asyncio.gather(*self._playing, return_exceptions=True)

    def _happened(self, happening: Happening) -> None:
        if happening.event == "workflow_job":
            self._let_on(happening.subject)
        if happening.event == "release":
            self._drafted.set()
        if happening.event == "push" and happening.repository is not None:
            self._play_all(
                pushed_runs(self._store, happening.repository, happening.subject, happening.sender)
            )
        pull = happening.subject
        if happening.event != "pull_request" or happening.action not in _CI_ACTIONS:
            return
        if isinstance(pull, Pull) and happening.repository is not None:
            follows = happening.repository.id in self._followed
            self._play_all(
                pull_runs(self._store, happening.repository, pull, happening.sender, by_files=follows)
            )

    def _play_all(self, started: Iterable[WorkflowRun]) -> None:
        for run in started:
            self.play(run)

    def _plan_of(self, run: WorkflowRun) -> RunPlan:
        files = self._store.commits[run.head_sha].files
        if run.repository.id in self._followed:
            return plan_of_file(run, files)
        plan = self._first_plan_of(run)
        if plan.path == CI_PATH and clash(files):
            return RUST_RED_CI  # however often it is tried
        if plan.path == CI_PATH and misspells(files):
            return TEST_RED_CI  # as above
        if run.latest.number == 1:
            return plan
        wanted = self._reruns.pop(run.id, Outcome.PASS)
        return failing(plan) if wanted is Outcome.FAIL else passing(plan)

    def _first_plan_of(self, run: WorkflowRun) -> RunPlan:
        fails = self.deployments is Outcome.FAIL
        if run.workflow.path == DEPLOY_PATH:
            return deploy_plan(fails=fails)
        if run.workflow.path == RELEASE_PATH:
            return release_plan(ARCHITECTURES, fails=self.releases is Trouble.RED)
        if run.workflow.path == PRODUCTION_PATH:
            return production_plan(fails=fails)
        if run.workflow.path in _ALONE:
            alone = _ALONE[run.workflow.path]
            return alone if applies_what_was_planned(run) else failing(alone)
        return _CI[self._scenes.get((run.repository.id, run.head_branch or ""), Scene.GREEN)]

    async def _play(self, run: WorkflowRun, plan: RunPlan) -> None:
        attempt = run.latest
        if not attempt.jobs:
            for job in plan.jobs:
                environment = (
                    run.inputs.get("environment") if job.has_environment else job.environment or None
                )
                runs.add_job(self._store, run, job.name, steps=job.steps, environment=environment)
        waiting = {job.name: job for job in attempt.jobs if job.status == "queued"}
        for stage in plan.stages():
            jobs = [(waiting[part.name], part) for part in stage if part.name in waiting]
            await asyncio.gather(*(self._play_job(job, part) for job, part in jobs))
        if attempt is run.latest and attempt.status != "completed":
            runs.finish_run(self._store, run)

    async def _play_job(self, job: Job, plan: JobPlan) -> None:
        done = {known.name: known.conclusion for known in job.run.latest.jobs}
        if not plan.begins(done):
            runs.finish_job(self._store, job, "skipped")
            return
        if not await self._may_start(job):
            return
        runs.start_job(self._store, job)
        for step in job.steps:
            await self._play_step(step, share=1 / len(job.steps))
            if job.status == "completed":
                return  # cancelled meanwhile
            if step.name == plan.failing_step:
                break
            self._end_step(step, "success")
        if plan.failing_step is not None:
            self._end_red(job, plan.failing_step)
        upload_report(self._store, job.run, plan)
        if plan.failing_step is None and plan.leaves in {Leaves.FILE, Leaves.FILES}:
            await self._await_release(job.run)
        conclusion = "failure" if plan.failing_step is not None or not self._leave(job, plan) else "success"
        runs.finish_job(self._store, job, conclusion, log=log_of(plan, at=self._store.exact_now()))

    async def _await_release(self, run: WorkflowRun) -> None:
        """The tag starts the workflow before the draft is there; release.yml waits for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                while release_of(run) is None:
                    self._drafted.clear()
                    await self._drafted.wait()

    async def _may_start(self, job: Job) -> bool:
        """Wait at the job's environment, if it is protected; a job that was not let in has ended."""
        if job.status == "queued" and protection.hold(self._store, job):
            released = self._waiting.setdefault(job.id, asyncio.Event())
            await released.wait()
            del self._waiting[job.id]
        return job.status == "queued"

    def _let_on(self, job: Job) -> None:
        if job.id in self._waiting and job.status != "waiting":
            self._waiting[job.id].set()

    def _leave(self, job: Job, plan: JobPlan) -> bool:
        """Whatever goes wrong with a release goes wrong once: a re-run does it right."""
        trouble = self.releases if job.run.latest.number == 1 else Trouble.NOTHING
        return leave(self._store, self.services, job, plan, trouble=trouble)

    def _end_red(self, job: Job, failing_step: str) -> None:
        """After a red step GitHub skips the rest, but for what cleans up and `if: always()`."""
        for step in job.steps:
            if step.status != "completed":
                runs_always = step.name.startswith(_ALWAYS)
                conclusion = (
                    "failure" if step.name == failing_step else "success" if runs_always else "skipped"
                )
                self._end_step(step, conclusion)

    def _end_step(self, step: Step, conclusion: str) -> None:
        now = self._store.now()
        step.status, step.conclusion = "completed", conclusion
        step.started_at, step.completed_at = step.started_at or now, now

    async def _play_step(self, step: Step, *, share: float) -> None:
        step.status = "in_progress"
        step.started_at = step.started_at or self._store.now()
        self.on_step()
        await self._sleep(self._pace * share)


def _nobody_watches() -> None:
    """Stands in until a page watches the steps."""
