"""The control API of the local GitHub, for tests and the command line: what people and GitHub do, on demand.

All bodies are JSON. `{repo}` is `owner/name`.

GET    /_control/app                    url, app_id, client_id, slug, webhook_secret, private_key_pem
PUT    /_control/webhook                {url}
POST   /_control/repositories           {full_name, private?, files?, install?} → id, installation_id, head_sha
POST   /_control/collaborators          {repo, login, role}
POST   /_control/push                   {repo, branch, files, message?, author} → sha
POST   /_control/pulls                  {repo, title, head, base?, author, files?, body?, fork?} → number, head_sha
POST   /_control/issues                 {repo, title, body?, author} → number
POST   /_control/comments               {repo, number, body, author} → id
GET    /_control/comments               ?repo=&number= → all comments with author, body and reactions
PATCH  /_control/comments               {repo, id, body, author}
POST   /_control/runs                   {repo, workflow, head_sha, head_branch?, event?, actor, jobs, finish?}
                                        jobs: [{name, conclusion?, log?}] → id, jobs: [id]
POST   /_control/runs/{run_id}/finish   {repo, jobs: [{name, conclusion, log?}]}
POST   /_control/actions                {repo, check_run_id, identifier, user}: presses a check run's button
GET    /_control/state                  ?repo= → pulls, comments, check runs, workflow runs, deployments
POST   /_control/faults                 {requests: [Fault…], deliveries: [DeliveryFault…]}
DELETE /_control/faults
GET    /_control/calls                  API calls by operation
GET    /_control/requests               the latest API requests
GET    /_control/deliveries             every listed delivery
POST   /_control/settle                 waits until no delivery is on its way
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state import accounts, checks, git, issues, pulls, runs
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.localhub.server import LocalHub
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Repository
    from bot.localhub.state.store import Store

Body = dict[str, Any]


def add_routes(hub: LocalHub, application: web.Application) -> None:
    """This function will add the control API to a server."""
    for method, path, act in _ROUTES:
        application.router.add_route(method, f"/_control/{path}", _handler(hub, act))


def _handler(
    hub: LocalHub, act: Callable[[LocalHub, Body], Any]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        raw = await request.read()
        given = {**request.query, **request.match_info, **(orjson.loads(raw) if raw else {})}
        try:
            answer = act(hub, given)
            if act is _settle:
                await hub.settle()
        except NotThere as missing:
            return web.json_response({"message": f"there is no {missing}"}, status=404)
        except KeyError as missing:
            return web.json_response({"message": f"{missing} is needed"}, status=422)
        except (TypeError, ValueError) as wrong:
            return web.json_response({"message": str(wrong)}, status=422)
        return web.Response(body=orjson.dumps(answer or {}), content_type="application/json")

    return handle


def _repository(hub: LocalHub, given: Body) -> Repository:
    return hub.store.repository(given["repo"])


def _app(hub: LocalHub, _: Body) -> Body:
    return {
        "url": hub.url,
        "app_id": hub.app_id,
        "client_id": hub.client_id,
        "slug": hub.slug,
        "webhook_secret": hub.webhook_secret,
        "private_key_pem": hub.private_key_pem,
    }


def _webhook(hub: LocalHub, given: Body) -> None:
    hub.set_webhook(given["url"])


def _create_repository(hub: LocalHub, given: Body) -> Body:
    made = accounts.create_repository(
        hub.store, given["full_name"], private=given.get("private", True), files=given.get("files")
    )
    installation = accounts.install(hub.store, hub.app, made) if given.get("install", True) else None
    return {
        "id": made.id,
        "installation_id": installation.id if installation else None,
        "head_sha": made.branches[made.default_branch],
    }


def _collaborator(hub: LocalHub, given: Body) -> None:
    accounts.set_role(_repository(hub, given), hub.store.user(given["login"]), given["role"])


def _push(hub: LocalHub, given: Body) -> Body:
    made = git.push(
        hub.store,
        _repository(hub, given),
        given["branch"],
        files=given["files"],
        message=given.get("message", "Change files"),
        author=hub.store.user(given["author"]),
    )
    return {"sha": made.sha}


def _open_pull(hub: LocalHub, given: Body) -> Body:
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


def _open_issue(hub: LocalHub, given: Body) -> Body:
    made = issues.open_issue(
        hub.store,
        _repository(hub, given),
        title=given["title"],
        body=given.get("body"),
        author=hub.store.user(given["author"]),
    )
    return {"number": made.number}


def _comment(hub: LocalHub, given: Body) -> Body:
    made = issues.write_comment(
        hub.store,
        _repository(hub, given),
        given["number"],
        body=given["body"],
        author=hub.store.user(given["author"]),
    )
    return {"id": made.id}


def _edit_comment(hub: LocalHub, given: Body) -> None:
    repository = _repository(hub, given)
    if given["id"] not in repository.comments:
        raise NotThere(f"comment {given['id']}")
    comment, editor = repository.comments[given["id"]], hub.store.user(given["author"])
    issues.edit_comment(hub.store, repository, comment, body=given["body"], editor=editor)


def _comments(hub: LocalHub, given: Body) -> list[Body]:
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


def _start_run(hub: LocalHub, given: Body) -> Body:
    repository = _repository(hub, given)
    workflow = runs.workflow_of(hub.store, repository, given["workflow"], name=given.get("name"))
    new = runs.NewRun(
        head_sha=given["head_sha"],
        head_branch=given.get("head_branch") or checks.branch_of(repository, given["head_sha"]),
        actor=hub.store.user(given["actor"]),
        event=given.get("event", "pull_request"),
    )
    run = runs.start_run(hub.store, repository, workflow, new, jobs=[job["name"] for job in given["jobs"]])
    if given.get("finish", True):
        _finish(hub.store, run, given["jobs"])
    return {"id": run.id, "jobs": [job.id for job in run.latest.jobs]}


def _finish(store: Store, run: WorkflowRun, ends: list[Body]) -> None:
    by_name = {end["name"]: end for end in ends}
    for job in run.latest.jobs:
        end = by_name.get(job.name, {})
        if job.status != "completed":
            text = end.get("log", f"{job.name} ran\n")
            runs.finish_job(store, job, end.get("conclusion", "success"), log=text.encode())
    runs.finish_run(store, run)


def _finish_run(hub: LocalHub, given: Body) -> None:
    run = _repository(hub, given).runs.get(int(given["run_id"]))
    if run is None:
        raise NotThere(f"run {given['run_id']}")
    _finish(hub.store, run, given.get("jobs", []))


def _press(hub: LocalHub, given: Body) -> None:
    repository = _repository(hub, given)
    check = repository.check_runs.get(given["check_run_id"])
    if check is None:
        raise NotThere(f"check run {given['check_run_id']}")
    user = hub.store.user(given["user"])
    checks.request_action(hub.store, repository, check, identifier=given["identifier"], user=user)


def _add_faults(hub: LocalHub, given: Body) -> None:
    hub.faults.add(*(Fault(**rule) for rule in given.get("requests", ())))
    hub.faults.add(*(DeliveryFault(**rule) for rule in given.get("deliveries", ())))


def _clear_faults(hub: LocalHub, _: Body) -> None:
    hub.faults.clear()


def _calls(hub: LocalHub, _: Body) -> Body:
    return dict(hub.gateway.calls)


def _requests(hub: LocalHub, _: Body) -> list[Body]:
    return [asdict(one) for one in hub.gateway.seen]


def _deliveries(hub: LocalHub, _: Body) -> list[Body]:
    names = ("id", "guid", "event", "action", "status", "status_code", "redelivery", "repository_id")
    return [{name: getattr(one, name) for name in names} for one in hub.deliveries.listed]


def _settle(_: LocalHub, __: Body) -> None:
    """Only marks the route; the handler waits."""


def _state(hub: LocalHub, given: Body) -> Body:
    repository = _repository(hub, given)
    return {
        "branches": repository.branches,
        "pulls": [
            {"number": one.number, "state": one.issue.state, "head_sha": one.head_sha, "merged": one.merged}
            for one in repository.pulls.values()
        ],
        "comments": {
            str(number): _comments(hub, {**given, "number": number}) for number in repository.issues
        },
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


_ROUTES: tuple[tuple[str, str, Callable[[LocalHub, Body], Any]], ...] = (
    ("GET", "app", _app),
    ("PUT", "webhook", _webhook),
    ("POST", "repositories", _create_repository),
    ("POST", "collaborators", _collaborator),
    ("POST", "push", _push),
    ("POST", "pulls", _open_pull),
    ("POST", "issues", _open_issue),
    ("POST", "comments", _comment),
    ("GET", "comments", _comments),
    ("PATCH", "comments", _edit_comment),
    ("POST", "runs", _start_run),
    ("POST", "runs/{run_id}/finish", _finish_run),
    ("POST", "actions", _press),
    ("GET", "state", _state),
    ("POST", "faults", _add_faults),
    ("DELETE", "faults", _clear_faults),
    ("GET", "calls", _calls),
    ("GET", "requests", _requests),
    ("GET", "deliveries", _deliveries),
    ("POST", "settle", _settle),
)
