"""Stops the suites that were started for a pull request's branch."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Done, Reason, Refused
from bot.github.actions import cancel_run, list_dispatched_runs
from bot.github.errors import GitHubError
from bot.github.run_models import WorkflowRun
from bot.suites.dispatching import followers_of
from bot.suites.model import DISPATCHING
from bot.suites.render import render_stopped

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run

_log = structlog.get_logger()
_OLDEST = timedelta(days=2)  # a run may wait a day for its runner


async def stop(run: Run, call: Call, services: Services) -> Outcome:
    """This function will cancel what runs on the branch because somebody asked for it here.

    Raises:
        GitHubError: the workflow runs could not be read.
    """
    since, index = await run.now() - _OLDEST, call.command.index
    found = await run.step(
        f"underway {index}", lambda: _underway(call, services, since), returns=tuple[WorkflowRun, ...]
    )
    if not found:
        text = "No suite that was asked for on this branch is under way."
        return Refused(reason=Reason.NOTHING_TO_CANCEL, text=text)
    repo, stopped = services.repository(call.request.repository), []
    for one in found:
        try:
            await run.step(f"cancel {one.id}", partial(cancel_run, repo, one.id), returns=None)
            stopped.append(one)
        except GitHubError as error:  # it has ended in the meantime
            _log.info("suite_not_cancelled", workflow_run_id=one.id, error=str(error))
    return Done(text=render_stopped(stopped))


async def _underway(call: Call, services: Services, since: datetime) -> tuple[WorkflowRun, ...]:
    repo = services.repository(call.request.repository)
    runs = [
        one
        for workflow in sorted(DISPATCHING)
        for one in await list_dispatched_runs(repo, branch=call.pinned.ref, workflow=workflow, since=since)
        if not one.is_completed
    ]
    ours = await services.database.read(
        lambda connection: followers_of(connection, repo.ref.id, [one.id for one in runs])
    )
    return tuple(one for one in runs if one.id in ours)
