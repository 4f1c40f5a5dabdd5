"""The payload of each webhook event, built from what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.localhub.bodies import accounts, ci, commits, deployments, issues, releases, repositories, reviews
from bot.localhub.state import git, objects

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.localhub.bodies.accounts import Body
    from bot.localhub.state.nouns import Installation, Issue, Pull, Repository
    from bot.localhub.state.store import Happening, Store


def payload(store: Store, happening: Happening, installation: Installation | None) -> Body:
    """This function will build the whole payload as it goes to one installation, or about a person to none."""
    repository = happening.repository
    body: Body = {} if happening.action is None else {"action": happening.action}
    if installation is None:
        return body | {"sender": accounts.user(store, happening.sender)}
    if repository is None:
        body |= _installation(store, happening)
    else:
        body |= _PARTS[happening.event](store, repository, happening)
        body["repository"] = repositories.repository(store, repository)
        if repository.owner.type == "Organization":
            body["organization"] = accounts.organization(store, repository.owner)
        body["installation"] = {"id": installation.id, "node_id": accounts.node_id("I", installation.id)}
    body["sender"] = accounts.user(store, happening.sender)
    return body


def _installation(store: Store, happening: Happening) -> Body:
    which: Installation = happening.subject
    body = {"installation": accounts.installation(store, which), "requester": None}
    added = happening.extra.get("repositories_added")
    if added is None:
        covered = (store.repositories_by_id[number] for number in sorted(which.repository_ids))
        return body | {"repositories": [_named(one) for one in covered]}
    return body | {
        "repositories_added": [_named(one) for one in added],
        "repositories_removed": [],
        "repository_selection": which.selection,
    }


def _named(repository: Repository) -> Body:
    return {
        "id": repository.id,
        "node_id": accounts.node_id("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
    }


def _issue(store: Store, repository: Repository, which: Issue) -> Body:
    """Payloads keep what REST version 2026-03-10 dropped: `assignee`, `merge_commit_sha`, `has_downloads`."""
    body = issues.issue(store, repository, which)
    return body | {"assignee": next(iter(body["assignees"]), None)}


def _issue_comment(store: Store, repository: Repository, happening: Happening) -> Body:
    number = happening.subject.number
    return {
        "issue": _issue(store, repository, repository.issues[number]),
        "comment": issues.comment(store, repository, happening.subject),
        **happening.extra,
    }


def _extra(store: Store, repository: Repository, happening: Happening) -> Body:
    extra = dict(happening.extra)
    if "label" in extra:
        extra["label"] = issues.label(store, repository, extra["label"])
    if "requested_reviewer" in extra:
        extra["requested_reviewer"] = accounts.user(store, extra["requested_reviewer"])
    if "requested_team" in extra:
        extra["requested_team"] = accounts.team(store, extra["requested_team"])
    return extra


def _issues(store: Store, repository: Repository, happening: Happening) -> Body:
    return {
        "issue": _issue(store, repository, happening.subject),
        **_extra(store, repository, happening),
    }


def _whole_pull(store: Store, repository: Repository, which: Pull) -> Body:
    body = issues.pull(store, repository, which, learn=False)
    body["assignee"] = next(iter(body["assignees"]), None)
    body["merge_commit_sha"] = which.merge_sha
    for side in ("head", "base"):
        if body[side]["repo"] is not None:
            body[side]["repo"]["has_downloads"] = False
    return body


def _pull_request(store: Store, repository: Repository, happening: Happening) -> Body:
    return {
        "number": happening.subject.number,
        "pull_request": _whole_pull(store, repository, happening.subject),
        **_extra(store, repository, happening),
    }


def _pull_request_review(store: Store, repository: Repository, happening: Happening) -> Body:
    pull, review = happening.subject
    return {
        "pull_request": _whole_pull(store, repository, pull),
        "review": reviews.review_in_payload(store, repository, pull, review),
        **happening.extra,
    }


def _status(store: Store, repository: Repository, happening: Happening) -> Body:
    sha, status = happening.subject
    home = repositories.api_url(store, repository)
    branches = [
        {"name": name, "commit": {"sha": tip, "url": f"{home}/commits/{tip}"}, "protected": False}
        for name, tip in repository.branches.items()
        if tip == sha
    ]
    return {
        **reviews.simple_status(store, repository, sha, status),
        "sha": sha,
        "name": repository.full_name,
        "commit": commits.commit(store, repository, store.commits[sha]),
        "branches": branches,
    }


def _push(store: Store, repository: Repository, happening: Happening) -> Body:
    ref, before, after = happening.subject
    created, deleted = set(before) == {"0"}, set(after) == {"0"}
    new = [] if deleted else _new_commits(store, before, after)
    bodies = [commits.pushed_commit(store, repository, store.commits[sha]) for sha in new]
    rewrote = not (created or deleted) and not git.contains(store, git.peeled(store, after), before)
    page = repositories.html_url(store, repository)
    return {
        "ref": ref,
        "before": before,
        "after": after,
        "created": created,
        "deleted": deleted,
        "forced": rewrote and ref.startswith("refs/heads/"),
        "base_ref": None,
        "compare": f"{page}/compare/{before[:12]}...{after[:12]}",
        "commits": bodies,
        "head_commit": bodies[-1] if bodies else None,
        "pusher": {"name": happening.sender.login, "email": objects.email(happening.sender)},
    }


def _new_commits(store: Store, before: str, after: str, most: int = 20) -> list[str]:
    found: list[str] = []
    sha: str | None = git.peeled(store, after)
    while sha is not None and sha != before and len(found) < most:
        found.insert(0, sha)
        parents = store.commits[sha].parents
        sha = parents[0] if parents else None
        if set(before) == {"0"}:  # a new branch: only its tip is news
            break
    return found


def _release(store: Store, repository: Repository, happening: Happening) -> Body:
    return {"release": releases.in_payload(store, repository, happening.subject), **happening.extra}


def _ref(_: Store, repository: Repository, happening: Happening) -> Body:
    kind, name = happening.subject
    body: Body = {"ref": name, "ref_type": kind, "pusher_type": "user"}
    if happening.event == "create":
        body |= {"master_branch": repository.default_branch, "description": repository.description}
    return body


def _workflow_run(store: Store, repository: Repository, happening: Happening) -> Body:
    return {
        "workflow_run": ci.run(store, happening.subject),
        "workflow": ci.workflow(store, repository, happening.subject.workflow),
    }


def _workflow_job(store: Store, repository: Repository, happening: Happening) -> Body:
    job = happening.subject
    body = {"workflow_job": ci.job(store, job)}
    if job.deployment is not None:
        body["deployment"] = deployments.deployment(store, repository, job.deployment)
    return body


def _workflow_dispatch(_: Store, __: Repository, happening: Happening) -> Body:
    return {"workflow": happening.subject.path, **happening.extra}


def _check_run(store: Store, repository: Repository, happening: Happening) -> Body:
    body = ci.check_run(store, repository, happening.subject)
    suite = happening.subject.suite
    body["check_suite"] = {
        "id": suite.id,
        "node_id": accounts.node_id("CS", suite.id),
        "head_branch": suite.head_branch,
        "head_sha": suite.head_sha,
        "status": suite.status,
        "conclusion": suite.conclusion,
        "url": f"{repositories.api_url(store, repository)}/check-suites/{suite.id}",
        "before": suite.before,
        "after": suite.head_sha,
        "pull_requests": body["pull_requests"],
        "app": body["app"],
        "created_at": accounts.moment(suite.created_at),
        "updated_at": accounts.moment(suite.updated_at),
    }
    return {"check_run": body, **happening.extra}


def _check_suite(store: Store, repository: Repository, happening: Happening) -> Body:
    body = ci.check_suite(store, repository, happening.subject)
    del body["repository"]
    return {"check_suite": body}


def _deployment_protection_rule(store: Store, repository: Repository, happening: Happening) -> Body:
    job, _ = happening.subject
    run = job.run
    runs_url = f"{repositories.api_url(store, repository)}/actions/runs"
    return {
        "environment": job.environment,
        "event": run.event,
        "sha": run.head_sha,
        "ref": run.head_branch,
        "deployment_callback_url": f"{runs_url}/{run.id}/deployment_protection_rule",
        "deployment": deployments.deployment(store, repository, job.deployment),
        "workflow_run": ci.run(store, run),
        "pull_requests": [
            _whole_pull(store, repository, one)
            for one in repository.pulls_by_sha.get(run.head_sha, ())
            if one.issue.state == "open" and one.head_sha == run.head_sha
        ],
    }


def _deployment(store: Store, repository: Repository, happening: Happening) -> Body:
    return {
        "deployment": deployments.deployment(store, repository, happening.subject),
        "workflow": None,
        "workflow_run": None,
    }


def _deployment_status(store: Store, repository: Repository, happening: Happening) -> Body:
    deployment, status = happening.subject
    return {
        "deployment": deployments.deployment(store, repository, deployment),
        "deployment_status": deployments.deployment_status(store, repository, deployment, status),
        "check_run": None,
        "workflow": None,
        "workflow_run": None,
    }


def _merge_group(store: Store, _: Repository, happening: Happening) -> Body:
    base, base_sha, ref, sha = happening.subject
    group = {
        "head_sha": sha,
        "head_ref": f"refs/heads/{ref}",
        "base_sha": base_sha,
        "base_ref": f"refs/heads/{base}",
        "head_commit": commits.simple_commit(store.commits[sha]),
    }
    return {"merge_group": group, **happening.extra}


_PARTS: dict[str, Callable[[Store, Repository, Happening], dict[str, Any]]] = {
    "check_run": _check_run,
    "check_suite": _check_suite,
    "create": _ref,
    "delete": _ref,
    "deployment": _deployment,
    "deployment_protection_rule": _deployment_protection_rule,
    "deployment_status": _deployment_status,
    "issue_comment": _issue_comment,
    "issues": _issues,
    "merge_group": _merge_group,
    "pull_request": _pull_request,
    "pull_request_review": _pull_request_review,
    "push": _push,
    "release": _release,
    "repository": lambda _store, _repository, happening: happening.extra,
    "status": _status,
    "workflow_dispatch": _workflow_dispatch,
    "workflow_job": _workflow_job,
    "workflow_run": _workflow_run,
}
