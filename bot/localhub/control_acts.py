"""What people and GitHub do on demand, from the control API's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.localhub.state import accounts, artifacts, checks, git, issues, pulls, runs
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Repository
    from bot.localhub.state.store import Store

Body = dict[str, Any]


def _repository(hub: LocalHub, given: Body) -> Repository:
    return hub.store.repository(given["repo"])


def create_repository(hub: LocalHub, given: Body) -> Body:
    """This function will create a repository and install the App on it."""
    made = accounts.create_repository(
        hub.store, given["full_name"], private=given.get("private", True), files=given.get("files")
    )
    installation = accounts.install(hub.store, hub.app, made) if given.get("install", True) else None
    return {
        "id": made.id,
        "installation_id": installation.id if installation else None,
        "head_sha": made.branches[made.default_branch],
    }


def set_role(hub: LocalHub, given: Body) -> None:
    """This function will give a user a role."""
    accounts.set_role(_repository(hub, given), hub.store.user(given["login"]), given["role"])


def push(hub: LocalHub, given: Body) -> Body:
    """This function will commit files onto a branch."""
    made = git.push(
        hub.store,
        _repository(hub, given),
        given["branch"],
        files=given["files"],
        message=given.get("message", "Change files"),
        author=hub.store.user(given["author"]),
    )
    return {"sha": made.sha}


def open_pull(hub: LocalHub, given: Body) -> Body:
    """This function will open a pull request, pushing its branch first if need be."""
    repository, author = _repository(hub, given), hub.store.user(given["author"])
    source = accounts.fork(hub.store, repository, owner=author) if given.get("fork") else repository
    if given["head"] not in source.branches:
        files = given.get("files") or {f"{given['head']}.txt": given["title"]}
        git.push(hub.store, source, given["head"], files=files, message=given["title"], author=author)
    made = pulls.open_pull(
        hub.store,
        repository,
        title=given["title"],
        head=given["head"],
        author=author,
        base=given.get("base"),
        body=given.get("body"),
        head_repository=source,
        draft=given.get("draft", False),
    )
    return {"number": made.number, "head_sha": made.head_sha}


def open_issue(hub: LocalHub, given: Body) -> Body:
    """This function will open an issue."""
    made = issues.open_issue(
        hub.store,
        _repository(hub, given),
        title=given["title"],
        body=given.get("body"),
        author=hub.store.user(given["author"]),
    )
    return {"number": made.number}


def write_comment(hub: LocalHub, given: Body) -> Body:
    """This function will write a comment as a user."""
    made = issues.write_comment(
        hub.store,
        _repository(hub, given),
        given["number"],
        body=given["body"],
        author=hub.store.user(given["author"]),
    )
    return {"id": made.id}


def edit_comment(hub: LocalHub, given: Body) -> None:
    """This function will edit a comment as a user."""
    repository = _repository(hub, given)
    if given["id"] not in repository.comments:
        raise NotThere(f"comment {given['id']}")
    comment, editor = repository.comments[given["id"]], hub.store.user(given["author"])
    issues.edit_comment(hub.store, repository, comment, body=given["body"], editor=editor)


def comments(hub: LocalHub, given: Body) -> list[Body]:
    """This function will list an issue's comments."""
    repository = _repository(hub, given)
    number = int(given["number"])
    if number not in repository.issues:
        raise NotThere(f"{repository.full_name}#{number}")
    return [
        {
            "id": one.id,
            "author": one.author.login,
            "body": one.body,
            "edits": len(one.history),
            "reactions": [reaction.content for reaction in one.reactions],
        }
        for one in repository.issues[number].comments
    ]


def start_run(hub: LocalHub, given: Body) -> Body:
    """This function will start a workflow run and, if told so, finish it."""
    repository = _repository(hub, given)
    workflow = runs.workflow_of(hub.store, repository, given["workflow"], name=given.get("name"))
    new = runs.NewRun(
        head_sha=given["head_sha"],
        head_branch=given.get("head_branch") or checks.branch_of(repository, given["head_sha"]),
        actor=hub.store.user(given["actor"]),
        event=given.get("event", "pull_request"),
    )
    run = runs.start_run(hub.store, repository, workflow, new, jobs=[job["name"] for job in given["jobs"]])
    for name, files in given.get("artifacts", {}).items():
        packed = artifacts.packed({path: text.encode() for path, text in files.items()})
        artifacts.upload(hub.store, run, name, packed)
    if given.get("finish", True):
        _finish(hub.store, run, given["jobs"])
    return {"id": run.id, "jobs": [job.id for job in run.latest.jobs]}


def _finish(store: Store, run: WorkflowRun, ends: list[Body]) -> None:
    by_name = {end["name"]: end for end in ends}
    for name in by_name.keys() - {job.name for job in run.latest.jobs}:
        runs.add_job(store, run, name)
    for job in run.latest.jobs:
        end = by_name.get(job.name, {})
        if job.status != "completed":
            text = end.get("log", f"{job.name} ran\n")
            runs.finish_job(store, job, end.get("conclusion", "success"), log=text.encode())
    runs.finish_run(store, run)


def finish_run(hub: LocalHub, given: Body) -> None:
    """This function will finish a workflow run."""
    run = _repository(hub, given).runs.get(int(given["run_id"]))
    if run is None:
        raise NotThere(f"run {given['run_id']}")
    _finish(hub.store, run, given.get("jobs", []))


def hang(hub: LocalHub, given: Body) -> Body:
    """This function will begin jobs of a run and leave them at work, and say what ends it from now on."""
    run = _repository(hub, given).runs.get(int(given["run_id"]))
    if run is None:
        raise NotThere(f"run {given['run_id']}")
    run.heeds = given.get("heeds", run.heeds)
    for job in run.latest.jobs:
        if job.name in given.get("jobs", ()) and job.status == "queued":
            runs.start_job(hub.store, job)
    return {"status": run.latest.status, "heeds": run.heeds}


def press_button(hub: LocalHub, given: Body) -> None:
    """This function will press a check run's button."""
    repository = _repository(hub, given)
    check = repository.check_runs.get(given["check_run_id"])
    if check is None:
        raise NotThere(f"check run {given['check_run_id']}")
    user = hub.store.user(given["user"])
    checks.request_action(hub.store, repository, check, identifier=given["identifier"], user=user)


def state(hub: LocalHub, given: Body) -> Body:
    """This function will tell what stands in a repository."""
    repository = _repository(hub, given)
    return {
        "branches": repository.branches,
        "pulls": [
            {"number": one.number, "state": one.issue.state, "head_sha": one.head_sha, "merged": one.merged}
            | {"base": one.base_ref, "draft": one.draft, "labels": [label.name for label in one.issue.labels]}
            for one in repository.pulls.values()
        ],
        "comments": {str(number): comments(hub, {**given, "number": number}) for number in repository.issues},
        "check_runs": [
            {name: getattr(one, name) for name in ("id", "name", "head_sha", "status", "conclusion", "title")}
            | {"app": one.app.slug, "summary": one.summary, "external_id": one.external_id}
            for one in repository.check_runs.values()
        ],
        "runs": [
            {
                "id": one.id,
                "event": one.event,
                "attempt": one.latest.number,
                "status": one.latest.status,
                "conclusion": one.latest.conclusion,
            }
            for one in repository.runs.values()
        ],
        "artifacts": [{"name": one.name, "run_id": one.run.id} for one in repository.artifacts.values()],
        "deployments": [
            {
                "id": one.id,
                "sha": one.sha,
                "environment": one.environment,
                "states": [s.state for s in one.statuses],
            }
            for one in repository.deployments.values()
        ],
    }
