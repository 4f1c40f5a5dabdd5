"""A workflow run started or ended: checks are diagnosed, deployments are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.model import RelayRequest
from bot.diagnosis.flow import DiagnoseRequest
from bot.diagnosis.summary import CHECKING_EVENTS

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import WorkflowRunEvent

DISPATCHED = "workflow_dispatch"


def completed(event: WorkflowRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the diagnosis of a check, or tell the deployment that dispatched the run."""
    if event.run.event in CHECKING_EVENTS:
        return (DiagnoseRequest(repository=event.repository, run=event.run).start(),)
    return in_progress(event, guid)


def in_progress(event: WorkflowRunEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will tell the deployment that dispatched the run, if one did."""
    if event.run.event != DISPATCHED:
        return ()
    run = event.run
    request = RelayRequest(
        repository=event.repository, workflow_run_id=run.id, attempt=run.attempt, action=event.action
    )
    return (request.start(),)
