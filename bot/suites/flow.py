"""The story of a `/test`: the head is looked at, each workflow run is dispatched, all are followed to their end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.commands.ending import Asker, End, end_command, ended
from bot.commands.model import Reason, Refused, Status
from bot.commands.receipts import try_receipt
from bot.commands.render import failed_by
from bot.engine.model import Signal
from bot.github.actions import cancel_run
from bot.github.errors import Conflict, GitHubError, NotFound, Uncertain, Unexpected, Unprocessable
from bot.github.models import Conclusion
from bot.markdown import code, escape
from bot.suites.dispatching import Dispatcher, follower_key, followers_of
from bot.suites.looking import see_head
from bot.suites.model import ENDED, SeenHead, SuiteRun
from bot.suites.render import render_broken, render_runs
from bot.suites.rules import refuse_head, refuse_others

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.storage.database import Database
    from bot.suites.looking import Looker
    from bot.suites.model import RelaySuites, RunSuites, Target

_log = structlog.get_logger()
_SOON, _LATER = timedelta(seconds=30), timedelta(minutes=5)
_PATIENCE = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRunner:
    """Has suites run, with what that needs of the world."""

    services: Services
    looker: Looker

    async def run_suites(self, run: Run, request: RunSuites) -> None:
        """This function will have what is wanted run, and say how it went."""
        end = await ended(self._story(run, request), broken=render_broken)
        receipt = replace(request.receipt, status=end.status, reason=end.reason, text=end.text)
        _log.info("suites_ended", key=request.key, status=receipt.status, reason=receipt.reason)
        asker = Asker(repository=request.repository, author=request.author, then=request.then)
        await end_command(run, receipt, asker, self.services)

    async def _story(self, run: Run, request: RunSuites) -> End:
        repo = self.services.repository(request.repository)
        seen = await run.step("head", lambda: see_head(repo, request.number), returns=SeenHead)
        refused = refuse_head(seen, request.head, asked_at=request.asked_at)
        if refused is not None:
            return End(status=Status.REFUSED, reason=refused.reason, text=refused.text)
        dispatcher = Dispatcher(request=request, services=self.services, since=await run.now())
        runs = tuple([await self._started(run, dispatcher, target) for target in request.targets])
        return await self._followed(run, request, runs)

    async def _started(self, run: Run, dispatcher: Dispatcher, target: Target) -> SuiteRun:
        try:
            workflow_run_id = await run.step(
                f"dispatch {target.key}", partial(dispatcher.dispatch, target), returns=int
            )
        except GitHubError as error:
            return SuiteRun(target=target, refused=_why_not(target, error))
        await self._remember(run, dispatcher.request, workflow_run_id)
        return SuiteRun(target=target, workflow_run_id=workflow_run_id)

    async def _remember(self, run: Run, request: RunSuites, workflow_run_id: int) -> None:
        """Let the end of the workflow run find this run of ours."""
        key = follower_key(request.repository.id, workflow_run_id)

        async def name() -> str:
            return run.id

        act = partial(self.services.effects.once, key, name, read_back=name, returns=str)
        await run.step(f"remember {workflow_run_id}", act, returns=str)

    async def _stopped(self, run: Run, request: RunSuites, runs: tuple[SuiteRun, ...], moved: Refused) -> End:
        repo = self.services.repository(request.repository)
        for one in runs:
            if one.run is None or one.is_over:
                continue
            try:
                act = partial(cancel_run, repo, one.workflow_run_id)
                await run.step(f"cancel {one.workflow_run_id}", act, returns=None)
            except GitHubError as error:  # it has ended in the meantime, or GitHub is down
                _log.warning("suite_not_cancelled", workflow_run_id=one.workflow_run_id, error=str(error))
        return End(status=Status.REFUSED, reason=moved.reason, text=moved.text)

    async def _followed(self, run: Run, request: RunSuites, runs: tuple[SuiteRun, ...]) -> End:
        repo = self.services.repository(request.repository)
        began, said = await run.now(), ""
        while True:
            runs = tuple([await self.looker.look(run, repo, one) for one in runs])
            moved = refuse_others(runs, request.head)
            if moved is not None:
                return await self._stopped(run, request, runs, moved)
            text = render_runs(runs, request.head)
            if all(one.is_over for one in runs):
                return _end(runs, text)
            passed = await run.now() - began
            if passed >= _PATIENCE:
                return End(status=Status.EXPIRED, reason=Reason.TIME_LIMIT, text=text)
            if text != said:
                await self._say(run, request, text)
                said = text
            await run.wait(ENDED, timeout=_SOON if passed < _LATER else _LATER, returns=str)

    async def _say(self, run: Run, request: RunSuites, text: str) -> None:
        """Show in the receipt how it stands; an answer that fails is not worth stopping for."""
        receipt = replace(request.receipt, status=Status.RUNNING, reason=Reason.WORKFLOW_RUNNING, text=text)
        repo = self.services.repository(request.repository)
        await try_receipt(run, receipt, repo=repo, effects=self.services.effects)


async def relay(run: Run, request: RelaySuites, *, database: Database) -> None:
    """This function will tell who follows a workflow run that it has ended."""
    ended_id = request.workflow_run_id
    found = await run.step(
        "follower",
        lambda: database.read(lambda connection: followers_of(connection, request.repository.id, [ended_id])),
        returns=dict[int, str],
    )
    key = f"{ended_id}-{request.attempt}"
    for run_id in found.values():
        await run.send(Signal(run_id=run_id, topic=ENDED, message=key, key=key))


def _end(runs: tuple[SuiteRun, ...], text: str) -> End:
    refused = [one.refused for one in runs if one.refused is not None]
    if refused:
        return End(status=Status.FAILED, reason=refused[0].reason, text=text)
    ends = {one.run.conclusion for one in runs if one.run is not None}
    if ends == {Conclusion.SUCCESS}:
        return End(status=Status.SUCCEEDED, reason=Reason.DONE, text=text)
    cancelled = Conclusion.CANCELLED in ends and ends <= {Conclusion.SUCCESS, Conclusion.CANCELLED}
    reason = Reason.WORKFLOW_CANCELLED if cancelled else Reason.WORKFLOW_FAILED
    return End(status=Status.FAILED, reason=reason, text=text)


def _why_not(target: Target, error: GitHubError) -> Refused:
    if isinstance(error, NotFound | Unprocessable):
        text = (
            f"not started. GitHub says: {escape(str(error))}. {code(target.workflow.path)} must be on the default "
            f"branch and on this one, as {code('pilothouse init')} writes it; whoever can push can bring the branch "
            "up to date."
        )
        return Refused(reason=Reason.WORKFLOW_MISSING, text=text)
    failed = failed_by(error)
    is_open = isinstance(error, Conflict | Uncertain | Unexpected)
    known = "it is not known whether it was started." if is_open else "not started."
    return Refused(reason=failed.reason, text=f"{known} {failed.text}")
