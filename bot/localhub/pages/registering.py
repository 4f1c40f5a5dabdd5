"""The pages on which an App is registered from a manifest, installed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.localhub.pages.guard import HEADERS
from bot.localhub.pages.site import Page
from bot.localhub.registering import InvalidManifest
from bot.localhub.state import accounts
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.localhub.pages.acts import Visit
    from bot.localhub.pages.site import Site
    from bot.localhub.state.nouns import App, Repository, User

NEW = "/settings/apps/new"
NEW_OF_ORGANIZATION = "/organizations/{organization}/settings/apps/new"
CREATE = "/settings/apps"
CREATE_OF_ORGANIZATION = "/organizations/{organization}/settings/apps"
INSTALL = "/apps/{slug}/installations/new"


def proposing(site: Site) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """This function will make the handler of the form in which the App's own server proposes a manifest.

    Nothing is done by it, so any site may send it; what it leads to is a form of this one.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            site.guard.check_host(request)
        except web.HTTPForbidden as refusal:
            return site.respond(request, _message("Forbidden", refusal.text or "", status=403))
        form = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        try:
            owner = _owner(site, request)
            manifest = site.registrations.read(form.get("manifest", ""))
        except InvalidManifest as problem:
            return site.respond(
                request, _message("Invalid GitHub App configuration", str(problem), status=422)
            )
        except NotThere:
            return site.respond(request, _message("Not found", "There is no such organization.", status=404))
        facts = {
            "manifest": manifest,
            "text": form["manifest"],
            "state": request.query.get("state", ""),
            "owner": owner,
            "name": manifest.get("name", ""),
            "problem": "",
        }
        return _shown(site, request, facts)

    return handle


def _shown(site: Site, request: web.Request, facts: Mapping[str, Any]) -> web.Response:
    response = site.respond(request, Page(template="app_new.html", tab="", facts=facts))
    lead_to(response, facts["manifest"].get("redirect_url", ""))
    return response


def lead_to(response: web.StreamResponse, url: str) -> None:
    """This function will let the forms of a page lead to another site: browsers follow `form-action` in redirects."""
    parts = urlsplit(url)
    policy = HEADERS["Content-Security-Policy"].replace(
        "form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )
    if parts.netloc:
        response.headers["Content-Security-Policy"] = policy


def creating(site: Site) -> Callable[[Visit], Awaitable[str]]:
    """This function will make the act that registers the App and leads back to its server with a code."""

    async def create(visit: Visit) -> str:
        owner = _owner(site, visit.request)
        try:
            manifest = site.registrations.read(visit.form.get("manifest", ""))
        except InvalidManifest as problem:
            raise web.HTTPUnprocessableEntity(text=str(problem)) from problem
        name = visit.form.get("name", "").strip()
        if problem_of_name := site.registrations.name_problem(name):
            raise web.HTTPUnprocessableEntity(text=f"{problem_of_name}. Go back and choose another name.")
        code = site.registrations.create(manifest, name=name, owner=owner)
        redirect = manifest.get("redirect_url") or site.store.base_url + settings_of(site.registrations.app)
        state = visit.form.get("state", "")
        return _with_query(redirect, {"code": code} | ({"state": state} if state else {}))

    return create


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}"


def _owner(site: Site, request: web.Request) -> User:
    """Whose App it becomes: the visitor's, or an organisation's that the visitor administers."""
    actor = site.actor(request)
    login = request.match_info.get("organization")
    if login is None:
        return actor
    found = site.store.users.get(login.lower())
    if found is None or found.type != "Organization":
        raise NotThere(login)
    if found.members and found.members.get(actor.login) != "admin":
        raise NotThere(login)
    return found


def settings_of(app: App) -> str:
    """This function will say where the App's settings are."""
    of = f"/organizations/{app.owner.login}" if app.owner.type == "Organization" else ""
    return f"{of}/settings/apps/{app.slug}"


def settings(site: Site, request: web.Request) -> Page:
    """This function will show the App's settings, where it can be deleted."""
    app = _app(site, request)
    return Page(template="app_settings.html", tab="", facts={"app": app, "hook": site.registrations.webhook})


async def delete(visit: Visit) -> str:
    """This function will delete the App."""
    _app(visit.site, visit.request)
    visit.site.registrations.delete()
    return "/"


def install(site: Site, request: web.Request) -> web.Response:
    """This function will show where the App can be installed."""
    app = _app(site, request)
    facts = {"app": app, "repositories": _installable(site, app)}
    response = site.respond(request, Page(template="app_install.html", tab="", facts=facts))
    lead_to(response, site.registrations.manifest.get("setup_url") or "")
    return response


async def create_installation(visit: Visit) -> str:
    """This function will install the App on the chosen repositories of its owner."""
    app = _app(visit.site, visit.request)
    offered = _installable(visit.site, app)
    is_all = visit.form.get("selection") == "all"
    chosen = [one for one in offered if is_all or f"repository-{one.id}" in visit.form]
    if not chosen:
        raise web.HTTPUnprocessableEntity(text="Choose a repository at least.")
    made = accounts.install(visit.site.store, app, *chosen)
    made.selection = "all" if is_all else "selected"
    setup_url = visit.site.registrations.manifest.get("setup_url")
    if not setup_url:
        return settings_of(app)
    return _with_query(setup_url, {"installation_id": str(made.id), "setup_action": "install"})


def _installable(site: Site, app: App) -> list[Repository]:
    """A private App is installed on its owner's repositories alone."""
    is_public = site.registrations.manifest.get("public", True)
    return [one for one in site.store.repositories.values() if is_public or one.owner is app.owner]


def _app(site: Site, request: web.Request) -> App:
    app = site.registrations.app
    if not app.is_registered or request.match_info["slug"] != app.slug:
        raise NotThere("GitHub App of that name")
    return app


def _message(heading: str, words: str, *, status: int) -> Page:
    return Page(template="message.html", tab="", facts={"heading": heading, "words": words}, status=status)
