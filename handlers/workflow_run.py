"""A workflow run started or ended: checks are diagnosed, deployments are told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.deployments.model import RelayRequest
from bot.diagnosis.flow import DiagnoseRequest
from bot.diagnosis.summary import CHECKING_EVENTS
from bot.merging.model import EvaluateMerges
from bot.releases.model import BuildNews
from bot.stats.model import NoteRun, measured_file
from bot.suites.model import DISPATCHING, RelaySuites
from bot.supervision.model import FIX_PREFIX, NoticeBuild

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import WorkflowRunEvent

DISPATCHED = "workflow_dispatch"
PUSH = "push"
_BUILDING = {PUSH, DISPATCHED}
_VERSION = re.compile(r"\d+\.\d+\.\d+")  # a run for a tag has its name where others have their branch's


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


def merges_again(event: WorkflowRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start another look at what waits for the commit on which a run has ended."""
    sha = event.run.head_sha
    return (EvaluateMerges(repository=event.repository, sha=sha, cause=f"run-{guid}").start(),)


def of_tag(event: WorkflowRunEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will tell the release of a tag that its workflow run moved, if there may be one."""
    run = event.run
    if run.event not in _BUILDING or not _VERSION.search(run.head_branch or ""):
        return ()
    news = BuildNews(
        repository=event.repository,
        tag=run.head_branch or "",
        workflow_run_id=run.id,
        attempt=run.attempt,
        action=event.action,
    )
    return (news.start(),)


def builds_again(event: WorkflowRunEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will have builds looked at where one of a branch broke, or that of a fix has ended."""
    run, branch = event.run, event.run.head_branch or ""
    is_red = run.conclusion is not None and run.conclusion.is_red
    if not branch.startswith(FIX_PREFIX) and not (is_red and run.event == PUSH):
        return ()
    notice = NoticeBuild(repository=event.repository, branch=branch, cause=f"run-{run.id}-{run.attempt}")
    return (notice.start(),)


def noted(event: WorkflowRunEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will have the figures of a run of the pipeline kept."""
    if measured_file(event.run.path) is None:
        return ()
    return (NoteRun(repository=event.repository, run=event.run).start(),)


def suites_ended(event: WorkflowRunEvent, _guid: str) -> tuple[Intent, ...]:
    """This function will tell who follows a run of test suites that it has ended, if somebody does."""
    run = event.run
    if run.event != DISPATCHED or measured_file(run.path) not in DISPATCHING:
        return ()
    request = RelaySuites(repository=event.repository, workflow_run_id=run.id, attempt=run.attempt)
    return (request.start(),)
