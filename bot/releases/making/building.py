"""Follows the workflow run that builds a release's files: awaited or dispatched, run again, watched to its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Reason, Status
from bot.config.terms import parse_duration
from bot.github.actions import cancel_run, dispatch_workflow, get_run, list_jobs, list_runs, rerun_failed_jobs
from bot.github.errors import GitHubError
from bot.github.models import Conclusion
from bot.github.run_models import Job, WorkflowRun
from bot.releases.judging.existing import is_of_release
from bot.releases.model import End, Stage, stopped
from bot.releases.render import (
    render_awaited,
    render_build_failed,
    render_building,
    render_expired,
    render_moved,
    render_not_started,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.releases.making.work import Releasing
    from bot.releases.underway import Underway

_log = structlog.get_logger()
_APPEARS = timedelta(
    minutes=10
)  # within which a pushed tag has started its workflow, on GitHub's bad days too
_SOON = timedelta(seconds=10)
_POLL = timedelta(minutes=2)  # at the latest, should every event about the run be lost


@dataclass(slots=True)
class Building:
    """The build of one release."""

    underway: Underway
    work: Releasing

    async def build(self) -> End | None:
        """This function will see the files built, and return the end where that fails.

        Raises:
            GitHubError: the workflow could not be dispatched or started again.
        """
        facts = self.work.facts.workflow
        if facts is None or facts.is_missing:
            return None
        text = render_awaited(facts.file, self.work.request.tag)
        await self.underway.enter(Stage.BUILDING, text, reason=Reason.DISPATCHED)
        await self.underway.say(Status.RUNNING, text)
        begun = await self._begin()
        if isinstance(begun, End):
            return begun
        if begun.head_sha != self.work.request.sha:
            return stopped(Reason.TAG_EXISTS, render_moved(self.work.request, begun))
        return await self._follow(begun)

    async def _begin(self) -> WorkflowRun | End:
        """The workflow run of the tag: the one that is there, or the one that is started now."""
        found = await self._find()
        if found is not None:
            return await self._again(found)
        facts = self.work.facts.workflow
        if facts is not None and not facts.on_tag:
            return await self._dispatch()
        waited = await self._await_push()
        if waited is None and facts is not None and facts.is_dispatchable:
            return await self._dispatch()
        minutes = int(_APPEARS / timedelta(minutes=1))
        text = render_not_started(self.work.scope.workflow, self.work.request.tag, minutes)
        return waited or stopped(Reason.WORKFLOW_NOT_STARTED, text)

    async def _await_push(self) -> WorkflowRun | End | None:
        """The run that the push of the tag starts; None where none came."""
        end = await self.underway.run.now() + _APPEARS
        while True:
            aborted = await self.underway.rest(_SOON)
            found = aborted or await self._find()
            if found is not None or await self.underway.run.now() >= end:
                return found

    async def _find(self) -> WorkflowRun | None:
        """The newest run for the tag; None while there is none, or GitHub does not tell."""
        try:
            return await self.underway.run.step(
                "find build", lambda: newest_build(self.work), returns=WorkflowRun | None
            )
        except GitHubError as error:
            _log.warning("build_not_looked_for", tag=self.work.request.tag, error=str(error))
            return None

    async def _dispatch(self) -> WorkflowRun | End:
        started = await self.underway.persist(
            "dispatch build", lambda: dispatch_build(self.work), returns=int
        )
        if isinstance(started, End):
            return started
        return await self._met(started)

    async def _met(self, workflow_run_id: int) -> WorkflowRun | End:
        """The dispatched run, once GitHub tells of it."""
        end = await self.underway.run.now() + _APPEARS
        while True:
            found = await self._look(workflow_run_id)
            if found is not None:
                return found
            if await self.underway.run.now() >= end:
                minutes = int(_APPEARS / timedelta(minutes=1))
                text = render_not_started(self.work.scope.workflow, self.work.request.tag, minutes)
                return stopped(Reason.WORKFLOW_NOT_STARTED, text)
            aborted = await self.underway.rest(_SOON)
            if aborted is not None:
                return aborted

    async def _again(self, found: WorkflowRun) -> WorkflowRun | End:
        """A run that failed before somebody wrote `/release resume` is started again, what failed of it."""
        if not found.is_completed or found.conclusion is Conclusion.SUCCESS:
            return found
        attempt = await self.underway.persist(
            "rerun build", lambda: rerun_build(self.work, found), returns=int
        )
        if isinstance(attempt, End):
            return attempt
        return replace(found, attempt=attempt, status="queued", conclusion=None)

    async def _follow(self, begun: WorkflowRun) -> End | None:
        underway, limit = self.underway, self.work.config.time_limit
        end = await underway.run.now() + parse_duration(limit)
        seen = begun
        while True:
            await self._tell(seen)
            if seen.is_completed:
                return await self._judge(seen)
            left = end - await underway.run.now()
            if left <= timedelta():
                await self._stop(seen)
                return stopped(Reason.TIME_LIMIT, render_expired(seen, limit))
            aborted = await underway.rest(min(left, _POLL))
            if aborted is not None:
                await self._stop(seen)
                return aborted
            seen = await self._newer(seen)

    async def _newer(self, seen: WorkflowRun) -> WorkflowRun:
        """The run as it stands now; GitHub may still tell of the attempt before."""
        found = await self._look(seen.id)
        return seen if found is None or found.attempt < seen.attempt else found

    async def _tell(self, seen: WorkflowRun) -> None:
        text = render_building(seen)
        if seen.id != self.underway.row.workflow_run_id or text != self.underway.row.text:
            self.underway.row = replace(self.underway.row, workflow_run_id=seen.id)
            await self.underway.enter(Stage.BUILDING, text, reason=Reason.WORKFLOW_RUNNING, url=seen.html_url)
            await self.underway.say(Status.RUNNING, text)

    async def _judge(self, seen: WorkflowRun) -> End | None:
        if seen.conclusion is Conclusion.SUCCESS:
            return None
        is_red = seen.conclusion is not None and seen.conclusion.is_red
        reason = Reason.WORKFLOW_FAILED if is_red else Reason.WORKFLOW_CANCELLED
        return stopped(reason, render_build_failed(seen, await self._red_jobs(seen)))

    async def _red_jobs(self, seen: WorkflowRun) -> Sequence[Job]:
        repo = self.work.repo
        try:
            jobs = await self.underway.run.step(
                "jobs", lambda: list_jobs(repo, seen.id, seen.attempt), returns=tuple[Job, ...]
            )
        except GitHubError as error:
            _log.warning("jobs_not_read", workflow_run_id=seen.id, error=str(error))
            return ()
        return [job for job in jobs if job.conclusion is not None and job.conclusion.is_red]

    async def _look(self, workflow_run_id: int) -> WorkflowRun | None:
        repo = self.work.repo
        try:
            return await self.underway.run.step(
                "look", lambda: get_run(repo, workflow_run_id), returns=WorkflowRun
            )
        except GitHubError as error:
            _log.warning("workflow_run_not_read", workflow_run_id=workflow_run_id, error=str(error))
            return None

    async def _stop(self, seen: WorkflowRun) -> None:
        """What it still uploaded would go into a draft that nobody waits for."""
        repo = self.work.repo
        try:
            await self.underway.run.step("cancel build", lambda: cancel_run(repo, seen.id), returns=None)
        except GitHubError as error:  # it has ended in the meantime
            _log.warning("workflow_run_not_cancelled", workflow_run_id=seen.id, error=str(error))


async def newest_build(work: Releasing) -> WorkflowRun | None:
    """This function will read the newest run of the release's workflow for its tag at its commit."""
    runs = await list_runs(work.repo, head_sha=work.request.sha)
    own = [run for run in runs if is_of_release(run, work.scope.workflow, work.request.tag)]
    return max(own, key=lambda run: run.id, default=None)


async def dispatch_build(work: Releasing) -> int:
    """This function will dispatch the workflow on the tag once, and return the id of its run."""
    request, facts = work.request, work.facts.workflow
    said = {"version": request.version, "tag": request.tag, "sha": str(request.sha)}
    declared = facts.inputs if facts is not None else ()

    async def act() -> int:
        inputs = {name: value for name, value in said.items() if name in declared}
        return await dispatch_workflow(
            work.repo, workflow=work.scope.workflow, ref=request.tag, inputs=inputs
        )

    async def find() -> int | None:
        found = await newest_build(work)
        return found.id if found is not None else None

    return await work.services.effects.once(work.key("release_build"), act, read_back=find, returns=int)


async def rerun_build(work: Releasing, failed: WorkflowRun) -> int:
    """This function will start what failed of a workflow run again once, and return the attempt that this makes."""

    async def act() -> int:
        await rerun_failed_jobs(work.repo, failed.id)
        return failed.attempt + 1

    async def find() -> int | None:
        now = await get_run(work.repo, failed.id)
        return now.attempt if now.attempt > failed.attempt else None

    return await work.services.effects.once(work.key("release_rerun"), act, read_back=find, returns=int)
