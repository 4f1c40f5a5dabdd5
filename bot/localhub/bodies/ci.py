"""The bodies of check runs and suites, workflows, runs and jobs, artifacts."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from bot.localhub.bodies import commits, issues, repositories
from bot.localhub.bodies.accounts import Body, app, moment, moment_or_none, node_id, user

if TYPE_CHECKING:
    from bot.localhub.state.actions import Artifact, Attempt, Job, Workflow, WorkflowRun
    from bot.localhub.state.nouns import Repository
    from bot.localhub.state.reports import CheckRun, CheckSuite
    from bot.localhub.state.store import Store


def check_run(store: Store, repository: Repository, run: CheckRun) -> Body:
    """This function will give a check run."""
    home = repositories.api_url(store, repository)
    url = f"{home}/check-runs/{run.id}"
    return {
        "id": run.id,
        "node_id": node_id("CR", run.id),
        "name": run.name,
        "head_sha": run.head_sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": f"{repositories.html_url(store, repository)}/runs/{run.id}",
        "details_url": run.details_url,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": moment(run.started_at),
        "completed_at": moment_or_none(run.completed_at),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.suite.id},
        "app": app(store, run.app),
        "pull_requests": issues.pulls_of(store, repository, run.head_sha),
    }


def check_suite(store: Store, repository: Repository, suite: CheckSuite) -> Body:
    """This function will give a check suite."""
    url = f"{repositories.api_url(store, repository)}/check-suites/{suite.id}"
    return {
        "id": suite.id,
        "node_id": node_id("CS", suite.id),
        "head_branch": suite.head_branch,
        "head_sha": suite.head_sha,
        "status": suite.status,
        "conclusion": suite.conclusion,
        "url": url,
        "before": suite.before,
        "after": suite.head_sha,
        "pull_requests": issues.pulls_of(store, repository, suite.head_sha),
        "app": app(store, suite.app),
        "created_at": moment(suite.created_at),
        "updated_at": moment(suite.updated_at),
        "latest_check_runs_count": len({run.name for run in suite.runs}),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": commits.simple_commit(store.commits[suite.head_sha]),
        "repository": repositories.minimal(store, repository),
        "rerequestable": True,
        "runs_rerequestable": True,
    }


def workflow(store: Store, repository: Repository, which: Workflow) -> Body:
    """This function will give a workflow."""
    page = repositories.html_url(store, repository)
    return {
        "id": which.id,
        "node_id": node_id("W", which.id),
        "name": which.name,
        "path": which.path,
        "state": which.state,
        "created_at": moment(which.created_at),
        "updated_at": moment(which.created_at),
        "url": f"{repositories.api_url(store, repository)}/actions/workflows/{which.id}",
        "html_url": f"{page}/blob/{repository.default_branch}/{which.path}",
        "badge_url": f"{page}/workflows/{which.name}/badge.svg",
    }


def run(store: Store, which: WorkflowRun, attempt: Attempt | None = None) -> Body:
    """This function will give one attempt of a workflow run, by default the newest."""
    at = attempt or which.latest
    home = repositories.api_url(store, which.repository)
    url = f"{home}/actions/runs/{which.id}"
    there = f"{url}/attempts/{at.number}" if at is not which.latest else url
    earlier = f"{url}/attempts/{at.number - 1}" if at.number > 1 else None
    return {
        "id": which.id,
        "name": which.workflow.name,
        "node_id": node_id("WFR", which.id),
        "head_branch": which.head_branch,
        "head_sha": which.head_sha,
        "path": which.workflow.path,
        "display_title": which.title,
        "run_number": which.number,
        "event": which.event,
        "status": at.status,
        "conclusion": at.conclusion,
        "workflow_id": which.workflow.id,
        "check_suite_id": which.suite.id,
        "check_suite_node_id": node_id("CS", which.suite.id),
        "url": url,
        "html_url": f"{repositories.html_url(store, which.repository)}/actions/runs/{which.id}",
        "pull_requests": issues.pulls_of(store, which.repository, which.head_sha),
        "created_at": moment(which.created_at),
        "updated_at": moment(at.updated_at),
        "run_started_at": moment(at.started_at),
        "actor": user(store, which.actor),
        "triggering_actor": user(store, at.actor),
        "run_attempt": at.number,
        "referenced_workflows": [],
        "jobs_url": f"{there}/jobs",
        "logs_url": f"{there}/logs",
        "check_suite_url": f"{home}/check-suites/{which.suite.id}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": earlier,
        "workflow_url": f"{home}/actions/workflows/{which.workflow.id}",
        "head_commit": commits.simple_commit(store.commits[which.head_sha]),
        "repository": repositories.minimal(store, which.repository),
        "head_repository": repositories.minimal(store, which.head_repository),
    }


def job(store: Store, which: Job) -> Body:
    """This function will give a job with its steps."""
    home = repositories.api_url(store, which.run.repository)
    page = repositories.html_url(store, which.run.repository)
    return {
        "id": which.id,
        "run_id": which.run.id,
        "run_url": f"{home}/actions/runs/{which.run.id}",
        "run_attempt": which.attempt,
        "node_id": node_id("CR", which.id),
        "head_sha": which.run.head_sha,
        "head_branch": which.run.head_branch,
        "url": f"{home}/actions/jobs/{which.id}",
        "html_url": f"{page}/actions/runs/{which.run.id}/job/{which.id}",
        "check_run_url": f"{home}/check-runs/{which.check.id}",
        "workflow_name": which.run.workflow.name,
        "name": which.name,
        "status": which.status,
        "conclusion": which.conclusion,
        "created_at": moment(which.created_at),
        "started_at": moment(which.started_at or which.created_at),
        "completed_at": moment_or_none(which.completed_at),
        "labels": list(which.labels),
        "runner_id": None if which.started_at is None else 1,
        "runner_name": None if which.started_at is None else "GitHub Actions 1",
        "runner_group_id": None if which.started_at is None else 0,
        "runner_group_name": None if which.started_at is None else "GitHub Actions",
        "steps": [
            {
                "number": step.number,
                "name": step.name,
                "status": step.status,
                "conclusion": step.conclusion,
                "started_at": moment_or_none(step.started_at),
                "completed_at": moment_or_none(step.completed_at),
            }
            for step in which.steps
        ],
    }


def artifact(store: Store, which: Artifact) -> Body:
    """This function will give an artifact."""
    run = which.run
    url = f"{repositories.api_url(store, run.repository)}/actions/artifacts/{which.id}"
    return {
        "id": which.id,
        "node_id": node_id("A", which.id),
        "name": which.name,
        "size_in_bytes": len(which.content),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": which.expired,
        "digest": f"sha256:{sha256(which.content).hexdigest()}",
        "created_at": moment(which.created_at),
        "expires_at": moment(which.expires_at),
        "updated_at": moment(which.created_at),
        "workflow_run": {
            "id": run.id,
            "repository_id": run.repository.id,
            "head_repository_id": run.head_repository.id,
            "head_branch": run.head_branch or "",
            "head_sha": run.head_sha,
        },
    }
