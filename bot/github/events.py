"""The only reader of a delivery's keys: a payload comes in, a typed event goes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from bot.forms import convert
from bot.github import account_events
from bot.github import payloads as shape
from bot.github.event_models import (
    AuthorizationEvent,
    CheckRunEvent,
    CheckSuiteEvent,
    DeploymentProtectionRuleEvent,
    DeploymentStatusEvent,
    Event,
    Ignored,
    InstallationEvent,
    IssueCommentEvent,
    MergeGroupEvent,
    PingEvent,
    PullRequestEvent,
    PullRequestReviewEvent,
    PushEvent,
    RepositoryEvent,
    StatusEvent,
    Unreadable,
    WorkflowJobEvent,
    WorkflowRunEvent,
)
from bot.github.models import RepositoryRef, Sha
from bot.github.shapes import actor, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.github.models import Actor

__all__ = [
    "AuthorizationEvent",
    "CheckRunEvent",
    "CheckSuiteEvent",
    "DeploymentProtectionRuleEvent",
    "DeploymentStatusEvent",
    "Event",
    "Ignored",
    "InstallationEvent",
    "IssueCommentEvent",
    "MergeGroupEvent",
    "PingEvent",
    "PullRequestEvent",
    "PullRequestReviewEvent",
    "PushEvent",
    "RepositoryEvent",
    "StatusEvent",
    "Unreadable",
    "WorkflowJobEvent",
    "WorkflowRunEvent",
    "from_payload",
]


def from_payload(event: str, payload: Any) -> Event | Ignored | Unreadable:
    """This function will turn a decoded delivery into a typed event, whatever it holds; it never raises."""
    reader = _READERS.get(event)
    if reader is None:
        return Ignored(event=event)
    try:
        return reader(payload)
    except (msgspec.ValidationError, ValueError, RecursionError) as error:
        return Unreadable(event=event, reason=_reason(error))


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


@dataclass(frozen=True, slots=True)
class _Where:
    action: str
    repository: RepositoryRef
    sender: Actor


def _where(payload: Any) -> _Where:
    envelope = convert(payload, shape.Envelope)
    return _Where(
        action=envelope.action,
        repository=envelope.repository.to_ref(envelope.installation.id),
        sender=actor(envelope.sender),
    )


def _repository(payload: Any) -> RepositoryEvent:
    where = _where(payload)
    return RepositoryEvent(action=where.action, repository=where.repository, sender=where.sender)


def _issue_comment(payload: Any) -> IssueCommentEvent:
    where, read = _where(payload), convert(payload, shape.IssueCommentPayload)
    return IssueCommentEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        number=read.issue.number,
        is_pull_request=read.issue.pull_request is not None,
        is_open=read.issue.state == "open",
        author=actor(read.issue.user),
        comment=read.comment.to_comment(),
        previous_body=read.changes.body.before if read.changes and read.changes.body else None,
    )


def _pull_request(payload: Any) -> PullRequestEvent:
    where, read = _where(payload), convert(payload, shape.PullRequestPayload)
    texts = convert(payload, shape.PullRequestTexts).pull_request
    base = read.changes.base if read.changes else None
    return PullRequestEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        pull_request=read.pull_request.to_pull(),
        body=texts.body or "",
        created_at=moment(texts.created_at),
        updated_at=moment(texts.updated_at),
        before=None if read.before is None else Sha(read.before),
        previous_base_ref=base.ref.before if base and base.ref else None,
        label=read.label.name if read.label else "",
        reason=read.reason,
    )


def _review(payload: Any) -> PullRequestReviewEvent:
    where, read = _where(payload), convert(payload, shape.ReviewPayload)
    return PullRequestReviewEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        pull_request=read.pull_request.to_pull(),
        review_id=read.review.id,
        author=actor(read.review.user),
        body=read.review.body or "",
        state=read.review.state.lower(),
        commit_sha=Sha(read.review.commit_id or ""),
        html_url=read.review.html_url,
        submitted_at=moment(read.review.submitted_at),
    )


def _workflow_run(payload: Any) -> WorkflowRunEvent:
    where, read = _where(payload), convert(payload, shape.WorkflowRunPayload)
    return WorkflowRunEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        run=read.workflow_run.to_run(),
    )


def _workflow_job(payload: Any) -> WorkflowJobEvent:
    where, read = _where(payload), convert(payload, shape.WorkflowJobPayload)
    return WorkflowJobEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        job=read.workflow_job.to_job(),
    )


def _check_run(payload: Any) -> CheckRunEvent:
    where, read = _where(payload), convert(payload, shape.CheckRunPayload)
    links = convert(payload, shape.CheckRunPulls).check_run
    return CheckRunEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        check_run=read.check_run.to_check(),
        requested_action=read.requested_action.identifier if read.requested_action else None,
        pull_requests=tuple(pull.number for pull in links.pull_requests),
    )


def _check_suite(payload: Any) -> CheckSuiteEvent:
    where, suite = _where(payload), convert(payload, shape.CheckSuitePayload).check_suite
    return CheckSuiteEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        check_suite_id=suite.id,
        app_id=suite.app.id if suite.app else None,
        head_sha=Sha(suite.head_sha),
        head_branch=suite.head_branch,
        status=suite.status or "",
        conclusion=suite.conclusion,
        pull_requests=tuple(pull.number for pull in suite.pull_requests),
    )


def _push(payload: Any) -> PushEvent:
    where, read = _where(payload), convert(payload, shape.PushPayload)
    return PushEvent(
        repository=where.repository,
        sender=where.sender,
        ref=read.ref,
        before=Sha(read.before),
        after=Sha(read.after),
        created=read.created,
        deleted=read.deleted,
        forced=read.forced,
    )


def _status(payload: Any) -> StatusEvent:
    where, read = _where(payload), convert(payload, shape.StatusPayload)
    return StatusEvent(
        repository=where.repository,
        sender=where.sender,
        sha=Sha(read.sha),
        context=read.context,
        state=read.state,
    )


def _merge_group(payload: Any) -> MergeGroupEvent:
    where, read = _where(payload), convert(payload, shape.MergeGroupPayload)
    group = read.merge_group
    return MergeGroupEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        head_sha=Sha(group.head_sha),
        head_ref=group.head_ref,
        base_sha=Sha(group.base_sha),
        base_ref=group.base_ref,
        reason=read.reason,
    )


def _protection(payload: Any) -> DeploymentProtectionRuleEvent:
    where, read = _where(payload), convert(payload, shape.ProtectionPayload)
    return DeploymentProtectionRuleEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        environment=read.environment,
        workflow_run_id=read.run_id(),
        deployment_id=read.deployment.id if read.deployment else None,
        head_sha=Sha(read.sha),
        ref=read.ref,
        trigger=read.event,
        callback_url=read.deployment_callback_url,
        pull_requests=tuple(pull.number for pull in read.pull_requests),
    )


def _deployment_status(payload: Any) -> DeploymentStatusEvent:
    where, read = _where(payload), convert(payload, shape.DeploymentStatusPayload)
    return DeploymentStatusEvent(
        action=where.action,
        repository=where.repository,
        sender=where.sender,
        deployment=read.deployment.to_deployment(),
        status_id=read.deployment_status.id,
        state=read.deployment_status.to_state(),
        log_url=read.deployment_status.log_url or "",
    )


_READERS: dict[str, Callable[[Any], Event]] = {
    "issue_comment": _issue_comment,
    "pull_request": _pull_request,
    "pull_request_review": _review,
    "workflow_run": _workflow_run,
    "workflow_job": _workflow_job,
    "check_run": _check_run,
    "check_suite": _check_suite,
    "push": _push,
    "repository": _repository,
    "status": _status,
    "merge_group": _merge_group,
    "deployment_protection_rule": _protection,
    "deployment_status": _deployment_status,
    "installation": account_events.installation,
    "installation_repositories": account_events.installation,
    "github_app_authorization": account_events.authorization,
    "ping": account_events.ping,
}
