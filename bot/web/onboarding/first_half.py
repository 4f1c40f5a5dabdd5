"""The first half of the set-up: from the link on the console to the App's keys in a file."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot.config.credentials import Credentials, CredentialsError
from bot.github.conversion import Converted, Spent, Unanswered, convert, is_code
from bot.web.onboarding.asking import Asked, asked_from, is_private, manifest_for
from bot.web.onboarding.door import give_session, is_secure
from bot.web.onboarding.keeping import Begun
from bot.web.onboarding.pages import ROOT, static
from bot.web.onboarding.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.config.manifest import Manifest
    from bot.web.onboarding.asking import Preset
    from bot.web.onboarding.door import Door
    from bot.web.onboarding.keeping import Keeping
    from bot.web.onboarding.pages import SetUpPages
    from bot.web.onboarding.ways import Way

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger()

CREATED = f"{ROOT}/created"
_SECRET_BYTES = 32
_PATIENCE = 10.0  # of who comes in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a set-up begins with."""

    door: Door
    pages: SetUpPages
    preset: Preset  # what the environment has decided, and what is offered
    plan: Manifest  # what the App asks for
    keeping: Keeping  # where the keys go
    clock: Callable[[], datetime]


class FirstHalf:
    """Serves nothing but the set-up until there is an App."""

    def __init__(self, beginning: Beginning) -> None:
        self._with = beginning
        self._ways = Ways(beginning.keeping.path, door=beginning.door, clock=beginning.clock)
        self._turn = asyncio.Lock()  # a code is exchanged once, however often the page is loaded
        self._unkept: Credentials | None = None
        self._shutting = asyncio.Event()
        self.finished = asyncio.Event()
        self.made: Credentials | None = None
        self.is_kept = True
        self.made_hook_secret = False  # GitHub gave none: it has to be told ours

    def add_to(self, app: web.Application) -> None:
        """This function will add the routes: what belongs to the set-up, and for the rest that there is nothing yet."""
        app.router.add_get(ROOT, self._begin)
        app.router.add_post(ROOT, self._own(self._ask))
        app.router.add_get(CREATED, self._created)
        app.router.add_post(CREATED, self._own(self._again))
        app.router.add_post(f"{ROOT}/keep", self._own(self._keep))
        app.router.add_post(f"{ROOT}/keys", self._own(self._show))
        app.router.add_post(f"{ROOT}/go-on", self._own(self._go_on))
        app.router.add_get(f"{ROOT}/static/{{name}}", static)
        app.router.add_get("/healthz", _healthy)
        app.router.add_route("*", "/{anything:.*}", self._elsewhere)
        app.middlewares.append(self._give_way)
        app.on_shutdown.append(self._shut)

    async def _shut(self, _app: web.Application) -> None:
        self._ways.end()
        self._shutting.set()

    @web.middleware
    async def _give_way(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Once there is an App, who is still let in here waits until it is the next one's turn, and asks that one."""
        if self.made is None:
            return await handler(request)
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._shutting.wait()
        except TimeoutError:
            return self._busy()
        gone = web.Response(status=303, headers={"Location": request.path_qs, "Cache-Control": "no-store"})
        gone.force_close()
        return gone if request.method == "GET" else self._busy()

    def _busy(self) -> web.Response:
        told = {"status": "refused", "reason": "Pilothouse is being set up."}
        return web.json_response(told, status=503, headers={"Retry-After": "60"})

    def _own(
        self, act: Callable[[web.Request, Mapping[str, str]], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Take forms only from the browser that was let in, and only such as our pages made."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if not self._with.door.knows(request):
                return self._with.pages.closed()
            form = await self._with.door.own_form(request)
            return await act(request, form) if form is not None else self._with.pages.forged()

        return handle

    async def _elsewhere(self, request: web.Request) -> web.Response:
        if request.path == "/webhook":
            # GitHub remembers it as failed, and it is asked for again once there is a secret to check it with.
            return self._busy()
        return self._with.pages.respond("nothing_yet", {"csrf": ""}, status=404)

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        door, given = self._with.door, request.query.get("token", "")
        if request.method == "GET" and given and not door.knows(request):
            session = door.enter(given)
            if not session:
                log.warning("set_up_refused", sender=request.remote, used=door.was_used_by_another(given))
                return self._with.pages.closed(given)
            log.info("set_up_entered", sender=request.remote)
            self._ways.begin_anew()
            entered = _onward()  # to the address without the token
            give_session(entered, session, request)
            return entered
        if not door.knows(request):
            return self._with.pages.closed(given)
        if given:
            return _onward()
        if self._unkept is not None:
            return self._unwritten()
        return self._form(request, {}, {})

    def _form(
        self, request: web.Request, given: Mapping[str, str], problems: Mapping[str, str]
    ) -> web.Response:
        preset, keeping = self._with.preset, self._with.keeping
        offered = {
            "public_url": preset.public_url or _origin(request),
            "webhook_proxy": preset.webhook_proxy,
            "site": preset.site,
            "owner": "own",
            "organization": "",
            "name": preset.name,
        }
        facts = {
            "given": {**offered, **given},
            "problems": problems,
            "preset": preset,
            "keys": str(keeping.path),
            "keys_problem": keeping.problem(),
            "is_encrypted": keeping.is_encrypted,
            "cut_off": keeping.cut_off,
            "is_unreachable": is_private(offered["public_url"]) and not is_private(preset.site),
        }
        return self._with.pages.respond("begin", facts, status=422 if problems else 200)

    async def _ask(self, request: web.Request, form: Mapping[str, str]) -> web.Response:
        asked = asked_from(form, self._with.preset)
        if not isinstance(asked, Asked):
            return self._form(request, form, asked)
        state = secrets.token_urlsafe(32)
        self._ways.begin(state, asked)
        manifest = manifest_for(asked, self._with.plan, origin=self._led_back_to(request, asked))
        parts = urlsplit(asked.site)
        facts = {
            "asked": asked,
            "plan": self._with.plan,
            "manifest": json.dumps(manifest),
            "action": asked.registration(state),
        }
        return self._with.pages.respond("review", facts, leads_to=f"{parts.scheme}://{parts.netloc}")

    def _led_back_to(self, request: web.Request, asked: Asked) -> str:
        """Where the browser has its cookie; a proxy before us may have changed the name that it came by."""
        is_proxied = any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Via"))
        return asked.public_url if is_proxied else _origin(request)

    async def _created(self, request: web.Request) -> web.StreamResponse:
        """GitHub leads back here with the code."""
        if not self._with.door.knows(request):
            return self._with.pages.closed(is_from_github=True)
        state, code = request.query.get("state", ""), request.query.get("code", "")
        way = self._ways.find(state)
        if way is None or not is_code(code):
            log.warning("set_up_stray", sender=request.remote, known_state=way is not None)
            return self._with.pages.respond("stray", {"has_state": way is not None}, status=400)
        return await self._exchange(state, replace(way, code=code))

    async def _again(self, _request: web.Request, form: Mapping[str, str]) -> web.Response:
        state = form.get("state", "")
        way = self._ways.find(state)
        if way is None or not way.code:
            return self._with.pages.respond("stray", {"has_state": way is not None}, status=400)
        return await self._exchange(state, way)

    async def _exchange(self, state: str, way: Way) -> web.Response:
        async with self._turn:
            if self.made is not None or self._unkept is not None:
                return _onward()
            asked, keeping = way.asked, self._with.keeping
            keeping.begin(Begun(name=asked.name, apps=asked.apps, at=self._with.clock().isoformat()))
            answer = await convert(way.code, api_url=asked.api_url)
            if isinstance(answer, Converted):
                self.made_hook_secret = not answer.webhook_secret
                return self._try_to_keep(_credentials(asked, answer))
            return self._not_exchanged(state, way, answer)

    def _not_exchanged(self, state: str, way: Way, answer: Spent | Unanswered) -> web.Response:
        log.warning("set_up_not_exchanged", told=answer.told)
        facts = {"told": answer.told, "asked": way.asked, "state": state, "may_be_spent": way.may_be_spent}
        if isinstance(answer, Spent):
            self._ways.drop(state)
            if not way.may_be_spent:
                self._with.keeping.give_up()
            return self._with.pages.respond("spent", facts, status=410)
        if not answer.was_sent and not way.may_be_spent:
            self._with.keeping.give_up()
        self._ways.change(state, replace(way, may_be_spent=way.may_be_spent or answer.was_sent))
        return self._with.pages.respond("unanswered", facts, status=502)

    def _try_to_keep(self, credentials: Credentials) -> web.Response:
        try:
            self._with.keeping.keep(credentials)
        except CredentialsError as error:
            log.warning("credentials_not_written", reason=str(error))
            self._unkept = credentials
            return self._unwritten()
        return self._finish(credentials)

    def _finish(self, credentials: Credentials, *, is_kept: bool = True) -> web.Response:
        log.info("set_up_registered", app=credentials.slug, kept=is_kept)
        self.made, self._unkept, self.is_kept = credentials, None, is_kept
        self._ways.end()
        self.finished.set()
        onward = _onward()
        onward.force_close()  # the next request is for who serves from now on
        return onward

    def _unwritten(self) -> web.Response:
        facts = {"problem": self._with.keeping.problem(), "keys": str(self._with.keeping.path)}
        return self._with.pages.respond("unwritten", facts, status=500)

    async def _keep(self, _request: web.Request, _form: Mapping[str, str]) -> web.Response:
        return _onward() if self._unkept is None else self._try_to_keep(self._unkept)

    async def _show(self, _request: web.Request, _form: Mapping[str, str]) -> web.Response:
        """Show the keys that could not be written, so that they can be put where this platform has its settings."""
        if self._unkept is None:
            return _onward()
        return self._with.pages.respond("keys", {"values": self._unkept.lines()})

    async def _go_on(self, _request: web.Request, _form: Mapping[str, str]) -> web.Response:
        return _onward() if self._unkept is None else self._finish(self._unkept, is_kept=False)


def _credentials(asked: Asked, made: Converted) -> Credentials:
    return Credentials(
        app_id=str(made.app_id),
        client_id=made.client_id,
        slug=made.slug,
        html_url=made.html_url,
        github_api_url=asked.api_url,
        private_key=made.private_key,
        webhook_secret=made.webhook_secret or secrets.token_hex(_SECRET_BYTES),
        client_secret=made.client_secret,
        public_url=asked.public_url,
        webhook_proxy=asked.webhook_proxy,
    )


def _onward() -> web.Response:
    return web.Response(status=303, headers={"Location": ROOT, "Cache-Control": "no-store"})


def _origin(request: web.Request) -> str:
    """Where the browser is, by what it says itself."""
    return f"{'https' if is_secure(request) else 'http'}://{request.host}"


async def _healthy(_request: web.Request) -> web.Response:
    return web.json_response({"status": "being set up"})
