"""The control API of the local GitHub, for tests and the command line: what people and GitHub do, on demand.

All bodies are JSON. `{repo}` is `owner/name`.

GET    /_control/app                    url, app_id, client_id, client_secret, slug, webhook_secret, private_key_pem
DELETE /_control/app                    deletes the App, as its owner would
PUT    /_control/webhook                {url}
POST   /_control/repositories           {full_name, private?, files?, install?} → id, installation_id, head_sha
POST   /_control/collaborators          {repo, login, role}
POST   /_control/push                   {repo, branch, files, message?, author} → sha
POST   /_control/pulls                  {repo, title, head, base?, author, files?, body?, fork?} → number, head_sha
POST   /_control/issues                 {repo, title, body?, author} → number
DELETE /_control/issues                 {repo, number, author}
POST   /_control/comments               {repo, number, body, author} → id
GET    /_control/comments               ?repo=&number= → all comments with author, body and reactions
PATCH  /_control/comments               {repo, id, body, author}
DELETE /_control/comments               {repo, id, author}
POST   /_control/reviews                {repo, number, author, state, body?, sha?} → id
POST   /_control/statuses               {repo, sha, state, author, context?, description?} → id
PUT    /_control/teams                  {organization, slug, members, parent?} → id
PUT    /_control/callbacks              {urls}: where people who sign in may be sent back to
DELETE /_control/authorizations         {login}: that person takes back what they allowed the App
PATCH  /_control/users                  {login, to}: renames
PATCH  /_control/pulls                  {repo, number, author, base?, state?, merge?, method?} → state, base, merge_sha
PUT    /_control/labels                 {repo, number, labels, author}
PUT    /_control/drafts                 {repo, number, draft, author}
PUT    /_control/threads                {repo, number, path, line?} or {repo, number, id, resolved} → id
PATCH  /_control/settings               {repo, settings: {allow_squash_merge, has_issues, …}}
PUT    /_control/protection             {repo, branch, protection: {checks: [{context, app_id?}], strict?,
                                        reviews: {count, dismiss_stale?, …}, linear?, …} or null}
POST   /_control/rulesets               {repo, rules: [{type, parameters}], target?, include?, exclude?, bypass?} → id
POST   /_control/queue                  {repo, base}: looks a merge queue over again → what waits there
PUT    /_control/environments           {repo, environment}: the App's protection rule is enabled there → id
POST   /_control/runs/waiting           {repo, workflow, head_sha, head_branch?, event?, actor, environment,
                                        jobs: [name]} → id, jobs: [{id, status}]
POST   /_control/runs                   {repo, workflow, head_sha, head_branch?, event?, actor, jobs, finish?}
                                        jobs: [{name, conclusion?, log?}] → id, jobs: [id]
POST   /_control/runs/{run_id}/hang     {repo, jobs?: [name], heeds?: cancel, force or nothing}: begins jobs that never
                                        end by themselves → status, heeds
POST   /_control/runs/{run_id}/finish   {repo, jobs: [{name, conclusion, log?}]}
POST   /_control/actions                {repo, check_run_id, identifier, user}: presses a check run's button
GET    /_control/state                  ?repo= → pulls, comments, check runs, workflow runs, deployments
POST   /_control/faults                 {requests: [Fault…], deliveries: [DeliveryFault…]}
DELETE /_control/faults
GET    /_control/calls                  API calls by operation
GET    /_control/requests               the latest API requests
GET    /_control/deliveries             every listed delivery
POST   /_control/reset                  forgets repositories, installations, deliveries, requests and faults
POST   /_control/settle                 waits until no delivery is on its way
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from bot.localhub import control_acts, control_merging, control_trust
from bot.localhub.faults import DeliveryFault, Fault
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.localhub.server import LocalHub

Body = dict[str, Any]


def add_routes(hub: LocalHub, application: web.Application) -> None:
    """This function will add the control API to a server."""
    for method, path, act in _ROUTES:
        application.router.add_route(method, f"/_control/{path}", _handler(hub, act))


def _handler(
    hub: LocalHub, act: Callable[[LocalHub, Body], Any]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        if "Origin" in request.headers:  # a web page of somewhere else in the person's browser
            return web.json_response({"message": "the control API is not for web pages"}, status=403)
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
        return web.Response(
            body=orjson.dumps({} if answer is None else answer), content_type="application/json"
        )

    return handle


def _app(hub: LocalHub, _: Body) -> Body:
    return {
        "url": hub.url,
        "app_id": hub.app_id,
        "client_id": hub.client_id,
        "client_secret": hub.client_secret,
        "slug": hub.slug,
        "webhook_secret": hub.webhook_secret,
        "private_key_pem": hub.private_key_pem,
    }


def _delete_app(hub: LocalHub, _: Body) -> None:
    hub.registrations.delete()


def _webhook(hub: LocalHub, given: Body) -> None:
    hub.set_webhook(given["url"])


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


def _reset(hub: LocalHub, _: Body) -> None:
    hub.reset()


def _settle(_: LocalHub, __: Body) -> None:
    """Only marks the route; the handler waits."""


_ROUTES: tuple[tuple[str, str, Callable[[LocalHub, Body], Any]], ...] = (
    ("GET", "app", _app),
    ("DELETE", "app", _delete_app),
    ("PUT", "webhook", _webhook),
    ("POST", "repositories", control_acts.create_repository),
    ("PATCH", "repositories", control_trust.change_repository),
    ("DELETE", "repositories", control_trust.delete_repository),
    ("POST", "collaborators", control_acts.set_role),
    ("POST", "push", control_acts.push),
    ("POST", "pulls", control_acts.open_pull),
    ("POST", "issues", control_acts.open_issue),
    ("DELETE", "issues", control_trust.delete_issue),
    ("POST", "comments", control_acts.write_comment),
    ("GET", "comments", control_acts.comments),
    ("PATCH", "comments", control_acts.edit_comment),
    ("DELETE", "comments", control_trust.delete_comment),
    ("POST", "reviews", control_trust.review),
    ("POST", "statuses", control_trust.report_status),
    ("PUT", "teams", control_trust.set_team),
    ("PUT", "callbacks", control_trust.set_callbacks),
    ("DELETE", "authorizations", control_trust.revoke),
    ("PATCH", "users", control_trust.rename_user),
    ("PATCH", "pulls", control_trust.change_pull),
    ("PUT", "labels", control_merging.set_labels),
    ("PUT", "drafts", control_merging.set_draft),
    ("PUT", "threads", control_merging.open_thread),
    ("PATCH", "settings", control_merging.change_settings),
    ("PUT", "protection", control_merging.protect_branch),
    ("POST", "rulesets", control_merging.add_ruleset),
    ("POST", "queue", control_merging.queue),
    ("PUT", "environments", control_trust.protect),
    ("POST", "runs/waiting", control_trust.wait_at),
    ("POST", "runs", control_acts.start_run),
    ("POST", "runs/{run_id}/finish", control_acts.finish_run),
    ("POST", "runs/{run_id}/hang", control_acts.hang),
    ("POST", "actions", control_acts.press_button),
    ("GET", "state", control_acts.state),
    ("POST", "faults", _add_faults),
    ("DELETE", "faults", _clear_faults),
    ("GET", "calls", _calls),
    ("GET", "requests", _requests),
    ("GET", "deliveries", _deliveries),
    ("POST", "reset", _reset),
    ("POST", "settle", _settle),
)
