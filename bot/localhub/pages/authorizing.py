"""The pages on which a person allows the App to act in their name, and takes that back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from bot.localhub.pages.registering import lead_to
from bot.localhub.pages.site import Page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.localhub.pages.acts import Visit
    from bot.localhub.pages.site import Site
    from bot.localhub.state.nouns import User

AUTHORIZE = "/login/oauth/authorize"
AUTHORIZED = "/settings/apps/authorizations"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_MISMATCH = {
    "error": "redirect_uri_mismatch",
    "error_description": "The redirect_uri MUST match the registered callback URL for this application.",
}
_DENIED = {
    "error": "access_denied",
    "error_description": "The user has denied your application access.",
}


def asking(site: Site) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """This function will make the handler of the page that asks a person; who has said yes before is not asked."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            site.guard.check_host(request)
            back = _back(site, request.query)
        except web.HTTPClientError as refusal:
            words = {"heading": refusal.reason, "words": refusal.text or ""}
            page = Page(template="message.html", tab="", facts=words, status=refusal.status)
            return site.respond(request, page)
        actor = site.actor(request)
        if back != request.query.get("redirect_uri", back):
            return _sent(_with(back, _MISMATCH, request.query))
        if site.registrations.authorizations.has_authorized(actor):
            return _sent(_with(back, {"code": _code(site, actor, back, request.query)}, request.query))
        facts = {"app": site.registrations.app, "given": dict(request.query), "back": back}
        response = site.respond(request, Page(template="authorize.html", tab="", facts=facts))
        lead_to(response, back)
        return response

    return handle


async def answer(visit: Visit) -> str:
    """This function will lead a person back to the App with a code, or with their refusal."""
    back = _back(visit.site, visit.form)
    if visit.form.get("answer") != "yes":
        return _with(back, _DENIED, visit.form)
    return _with(back, {"code": _code(visit.site, visit.actor, back, visit.form)}, visit.form)


def authorized(site: Site, request: web.Request) -> Page:
    """This function will show a person which App they have allowed to act in their name."""
    has_app = site.registrations.authorizations.has_authorized(site.actor(request))
    facts = {"apps": [site.registrations.app] if has_app else []}
    return Page(template="authorized.html", tab="", facts=facts)


async def revoke(visit: Visit) -> str:
    """This function will take back what a person allowed the App."""
    visit.site.registrations.authorizations.revoke_all(visit.actor)
    return AUTHORIZED


def _back(site: Site, given: Mapping[str, str]) -> str:
    """Where the browser is sent: an address that the App has registered, never any other."""
    if given.get("client_id") != site.registrations.app.client_id:
        raise web.HTTPNotFound(text="There is no such App.")
    challenge = given.get("code_challenge", "")
    is_strange = given.get("code_challenge_method", "S256") != "S256" or not _CHALLENGE.fullmatch(challenge)
    if ("code_challenge" in given or "code_challenge_method" in given) and is_strange:
        raise web.HTTPBadRequest(text="The code challenge must be 43 characters of the method S256.")
    known = (
        site.registrations.manifest.get("callback_urls") or site.registrations.authorizations.callback_urls
    )
    if not known:
        raise web.HTTPUnprocessableEntity(text="The App has no callback URL: register one in its settings.")
    asked = given.get("redirect_uri", known[0])
    return asked if asked in known else str(known[0])


def _code(site: Site, person: User, back: str, given: Mapping[str, str]) -> str:
    return site.registrations.authorizations.allow(
        person, redirect_uri=back, challenge=given.get("code_challenge", "")
    )


def _with(back: str, more: Mapping[str, str], given: Mapping[str, str]) -> str:
    state = {"state": given["state"]} if "state" in given else {}
    return f"{back}?{urlencode({**more, **state})}"


def _sent(address: str) -> web.Response:
    return web.Response(status=302, headers={"Location": address})
