"""Puts the pages under their URLs: the same paths as on GitHub, the rest under `/_/`."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from aiohttp import web

from bot.localhub.pages import (
    acts,
    authorizing,
    charts,
    merge_acts,
    pull_acts,
    reads,
    registering,
    release_pages,
)
from bot.localhub.pages.acts import Visit
from bot.localhub.pages.guard import FIELD, HEADERS
from bot.localhub.pages.site import PERSONA, Page, Site
from bot.localhub.pages.traffic import Traffic
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.localhub.pages.site import CommandHint
    from bot.localhub.scenarios.player import Player
    from bot.localhub.server import LocalHub

_STATIC = {
    "hub.css": "text/css",
    "hub.js": "text/javascript",
    "hub.svg": "image/svg+xml",
    "chart.js": "text/javascript",
}
# The API stands on the same server: what it claims is no owner here.
_API = "app|app-manifests|applications|apps|enterprises|installation|orgs|repos|repositories|teams|user|users"
_OWNER = r"{owner:(?!(?:" + _API + r")/)[\w.-]+}"
_REPOSITORY = "/" + _OWNER + r"/{name:[\w.-]+}"
_DOWNLOAD = _REPOSITORY + "/releases/download/{tag:.+}/{file}"
_READS: tuple[tuple[str, Callable[[Site, web.Request], Page | web.Response]], ...] = (
    ("/", reads.home),
    ("/_/deliveries", reads.deliveries),
    ("/_/bot", reads.bot),
    (registering.INSTALL, registering.install),
    (authorizing.AUTHORIZED, authorizing.authorized),
    ("/settings/apps/{slug}", registering.settings),
    ("/organizations/{organization}/settings/apps/{slug}", registering.settings),
    (_REPOSITORY, reads.repository),
    (_REPOSITORY + "/pulls", reads.pulls),
    (_REPOSITORY + r"/pull/{number:\d+}", reads.pull),
    (_REPOSITORY + r"/pull/{number:\d+}/files", reads.pull_files),
    (_REPOSITORY + "/queue/{base:.+}", reads.queue),
    (_REPOSITORY + "/issues", reads.issues),
    (_REPOSITORY + r"/issues/{number:\d+}", reads.issue),
    (_REPOSITORY + "/actions", reads.actions),
    (_REPOSITORY + r"/actions/runs/{run:\d+}", reads.run),
    (_REPOSITORY + r"/actions/runs/{run:\d+}/attempts/{attempt:\d+}", reads.run),
    (_REPOSITORY + r"/actions/runs/{run:\d+}/job/{job:\d+}", reads.job),
    (_REPOSITORY + r"/runs/{check:\d+}", reads.check),
    (_REPOSITORY + r"/comments/{comment:\d+}", reads.comment),
    (_REPOSITORY + "/deployments", reads.deployments),
    (_REPOSITORY + "/releases", release_pages.releases),
    (_REPOSITORY + "/releases/latest", release_pages.latest),
    (_REPOSITORY + "/releases/tag/{tag:.+}", release_pages.release),
    (_REPOSITORY + "/commit/{sha}", reads.commit),
    (_REPOSITORY + "/compare/{range:.+}", reads.compare),
    (_REPOSITORY + "/blob/{ref}/{path:.+}", reads.blob),
)
_ACTS: tuple[tuple[str, Callable[[Visit], Awaitable[str]]], ...] = (
    (r"/_/deliveries/{delivery:\d+}", acts.redeliver),
    ("/_/deploys", acts.direct_deployments),
    ("/_/releases", release_pages.direct),
    (registering.INSTALL, registering.create_installation),
    (authorizing.AUTHORIZE, authorizing.answer),
    (authorizing.AUTHORIZED + "/revoke", authorizing.revoke),
    ("/settings/apps/{slug}/delete", registering.delete),
    (_REPOSITORY + r"/releases/{release:\d+}/publish", release_pages.publish),
    (_REPOSITORY + r"/releases/{release:\d+}/delete", release_pages.delete),
    (_REPOSITORY + "/issues", acts.open_issue),
    (_REPOSITORY + r"/issues/{number:\d+}/comments", acts.comment),
    (_REPOSITORY + r"/pull/{number:\d+}/commits", acts.push),
    (_REPOSITORY + r"/pull/{number:\d+}/review", pull_acts.review),
    (_REPOSITORY + r"/pull/{number:\d+}/state", pull_acts.set_state),
    (_REPOSITORY + r"/pull/{number:\d+}/merge", merge_acts.merge),
    (_REPOSITORY + r"/pull/{number:\d+}/update", merge_acts.update),
    (_REPOSITORY + r"/pull/{number:\d+}/queue", merge_acts.queue),
    (_REPOSITORY + r"/pull/{number:\d+}/labels", merge_acts.set_labels),
    (_REPOSITORY + r"/pull/{number:\d+}/draft", merge_acts.set_draft),
    (_REPOSITORY + r"/comments/{comment:\d+}/edit", pull_acts.edit_comment),
    (_REPOSITORY + r"/comments/{comment:\d+}/delete", pull_acts.delete_comment),
    (_REPOSITORY + r"/actions/runs/{run:\d+}/rerun", acts.rerun),
    (_REPOSITORY + r"/actions/runs/{run:\d+}/cancel", acts.cancel_run),
    (_REPOSITORY + r"/actions/runs/{run:\d+}/job/{job:\d+}/rerun", acts.rerun_job),
    (_REPOSITORY + r"/runs/{check:\d+}/action", acts.press),
    (_REPOSITORY + r"/runs/{check:\d+}/rerequest", acts.rerequest),
)


def open_site(
    hub: LocalHub,
    app: web.Application,
    *,
    player: Player | None = None,
    commands: tuple[CommandHint, ...] = (),
) -> Site:
    """This function will put the pages onto a local GitHub's application; the API's own routes follow them."""
    traffic = Traffic(hub.deliveries, clock=hub.store.exact_now)
    site = Site(hub.store, traffic, hub.registrations, player=player, commands=commands)
    app.on_response_prepare.append(site.traffic.note)
    _add_pages(app, site)
    return site


def _add_pages(app: web.Application, site: Site) -> None:
    app.router.add_get(charts.SCRIPT_PATH, charts.script)
    app.router.add_get(charts.PATH, charts.chart_page)
    app.router.add_get("/_/static/{file}", _static)
    app.router.add_get("/_/changes", site.changes.stream)
    app.router.add_post("/_/persona", _choose_persona(site))
    app.router.add_get(_DOWNLOAD, _reading(site, release_pages.download))
    app.router.add_get(authorizing.AUTHORIZE, authorizing.asking(site))
    for path in (registering.NEW, registering.NEW_OF_ORGANIZATION):
        app.router.add_post(path, registering.proposing(site))
    for path in (registering.CREATE, registering.CREATE_OF_ORGANIZATION):
        app.router.add_post(path, _acting(site, registering.creating(site)))
    for path, read in _READS:
        app.router.add_get(path, _reading(site, read))
    for path, act in _ACTS:
        app.router.add_post(path, _acting(site, act))
    app.on_shutdown.append(site.changes.close)


def _reading(
    site: Site, read: Callable[[Site, web.Request], Page | web.Response]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            site.guard.check_host(request)
            shown = read(site, request)
            return site.respond(request, shown) if isinstance(shown, Page) else shown
        except (LookupError, web.HTTPClientError) as error:
            return _refusal(site, request, error)

    return handle


def _acting(
    site: Site, act: Callable[[Visit], Awaitable[str]]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            form = await _form(site, request)
            visit = Visit(site=site, request=request, form=form, actor=site.actor(request))
            target = await act(visit)
        except (LookupError, web.HTTPClientError) as error:
            return _refusal(site, request, error)
        site.changes.touch()
        return web.Response(status=303, headers={"Location": target})

    return handle


def _choose_persona(site: Site) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            form = await _form(site, request)
        except web.HTTPClientError as error:
            return _refusal(site, request, error)
        own = f"{request.scheme}://{request.host}/"
        came_from = request.headers.get("Referer", "")
        response = web.Response(
            status=303, headers={"Location": came_from if came_from.startswith(own) else "/"}
        )
        response.set_cookie(PERSONA, form.get("login", ""), httponly=True, samesite="Strict")
        return response

    return handle


async def _form(site: Site, request: web.Request) -> dict[str, str]:
    form = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    site.guard.check_post(request, form.get(FIELD, ""))
    return form


def _refusal(site: Site, request: web.Request, error: LookupError | web.HTTPClientError) -> web.Response:
    if isinstance(error, web.HTTPClientError):
        facts = {"heading": error.reason, "words": error.text or ""}
        page = Page(template="message.html", tab="", facts=facts, status=error.status)
    else:
        what = f"There is no {error}." if isinstance(error, NotThere) else "There is no such thing here."
        page = Page(
            template="message.html", tab="", facts={"heading": "Not found", "words": what}, status=404
        )
    return site.respond(request, page)


async def _static(request: web.Request) -> web.StreamResponse:
    name = request.match_info["file"]
    if name not in _STATIC:
        raise web.HTTPNotFound
    content = resources.files("bot.localhub.pages").joinpath("static", name).read_bytes()
    return web.Response(body=content, content_type=_STATIC[name], charset="utf-8", headers=HEADERS)
