"""GitHub's endpoint that makes user tokens of codes and of refresh tokens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import orjson
from aiohttp import web

from bot.localhub.state.authorizations import REFRESH_LIFE, TOKEN_LIFE, Unauthorizable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.localhub.exchange import Body
    from bot.localhub.server import LocalHub
    from bot.localhub.state.authorizations import UserToken

PATH = "/login/oauth/access_token"
_ABOUT = (
    "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors"
)


def add_routes(hub: LocalHub, application: web.Application) -> None:
    """This function will add the endpoint to a server."""

    async def handle(request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        for fault in hub.faults.strike(request.method, request.path, raw):
            await asyncio.sleep(fault.seconds)
            if fault.kind != "latency" and not fault.after:
                return _struck(request, fault.kind, fault.status)
            if fault.kind != "latency":
                _answer(hub, _given(request, raw))
                return _struck(request, fault.kind, fault.status)
        return _written(request, _answer(hub, _given(request, raw)))

    application.router.add_post(PATH, handle)


def _struck(request: web.Request, kind: str, status: int) -> web.Response:
    if kind == "drop" and request.transport is not None:
        request.transport.abort()
    return web.Response(status=status, text="Server Error")


def _given(request: web.Request, raw: bytes) -> Mapping[str, str]:
    """The parameters, from the query, a form or JSON."""
    if request.content_type == "application/json" and raw:
        content = orjson.loads(raw)
        return {**request.query, **{name: str(value) for name, value in content.items()}}
    return {**request.query, **dict(parse_qsl(raw.decode(errors="replace")))}


def _answer(hub: LocalHub, given: Mapping[str, str]) -> Body:
    """A refusal is a 200 as well: https://github.com/codecov/shared/pull/52 has one."""
    try:
        return _token(_issued(hub, given))
    except Unauthorizable as refused:
        anchor = refused.error.replace("_", "-")
        return {
            "error": refused.error,
            "error_description": refused.description,
            "error_uri": f"{_ABOUT}/#{anchor}",
        }


def _issued(hub: LocalHub, given: Mapping[str, str]) -> UserToken:
    if not hub.authorizations.is_client(given.get("client_id", ""), given.get("client_secret", "")):
        raise Unauthorizable(
            "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."
        )
    if given.get("grant_type") == "refresh_token":
        return hub.authorizations.refresh(given.get("refresh_token", ""))
    return hub.authorizations.redeem(
        given.get("code", ""),
        redirect_uri=given.get("redirect_uri", ""),
        verifier=given.get("code_verifier", ""),
    )


def _token(made: UserToken) -> Body:
    body: Body = {"access_token": made.text}
    if made.expires_at is not None:
        body |= {
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "refresh_token": made.refresh,
            "refresh_token_expires_in": int(REFRESH_LIFE.total_seconds()),
        }
    return body | {"scope": "", "token_type": "bearer"}


def _written(request: web.Request, body: Body) -> web.Response:
    """As the Accept header asks; by default like a form."""
    if "application/json" in request.headers.get("Accept", ""):
        return web.Response(body=orjson.dumps(body), content_type="application/json", charset="utf-8")
    return web.Response(text=urlencode(body), content_type="application/x-www-form-urlencoded")
