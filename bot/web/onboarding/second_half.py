"""The second half of the set-up, while Pilothouse serves already: installed, reached, examined, done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.github.app import GitHub
from bot.github.errors import GitHubError
from bot.github.installing import sign_hook_with
from bot.github.tuning import Tuning
from bot.web.live import Live
from bot.web.onboarding.pages import ROOT, static
from bot.web.onboarding.watching import Watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.config.credentials import Credentials
    from bot.web.onboarding.door import Door
    from bot.web.onboarding.pages import SetUpPages

log = structlog.get_logger()

OPEN_FOR = timedelta(hours=1)
_PATIENCE = 20.0  # somebody waits in front of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that the examination found wrong, or that it could not see."""

    grade: str
    subject: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the examination of a repository said."""

    is_over: bool = False
    good: int = 0
    said: tuple[Said, ...] = ()
    problem: str = ""  # what kept it from being examined


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What the second half goes on with."""

    door: Door
    pages: SetUpPages
    clock: Callable[[], datetime]
    credentials: Credentials
    is_kept: bool  # whether the keys are in a file
    examine: Callable[[str], Awaitable[Examined]]
    sets_hook_secret: bool = False  # GitHub made none


@dataclass(slots=True, kw_only=True)
class _State:
    """What moves."""

    until: datetime
    examined: dict[str, Examined] = field(default_factory=dict)
    is_done: bool = False


class SecondHalf:
    """Goes on with the browser that was let in; once it is done, or an hour has passed, there is nothing here."""

    def __init__(self, after: After) -> None:
        self._with = after
        self._state = _State(until=after.clock() + OPEN_FOR)
        self._live = Live()
        self._tasks: set[asyncio.Task[None]] = set()
        self._examining = asyncio.Lock()  # one at a time: each is a process of its own
        self._watch: Watch | None = None

    def add_to(self, app: web.Application) -> None:
        """This function will add the routes of the second half to the application that serves."""
        app.router.add_get(ROOT, self._let_in(self._page))
        app.router.add_get(f"{ROOT}/changes", self._let_in(self._changes))
        app.router.add_post(f"{ROOT}/ping", self._own(self._ping))
        app.router.add_post(f"{ROOT}/examine", self._own(self._examine))
        app.router.add_post(f"{ROOT}/done", self._own(self._done))
        app.router.add_get(f"{ROOT}/static/{{name}}", self._let_in(static))
        app.on_shutdown.append(self._live.stop)
        app.cleanup_ctx.append(self._opened)

    async def _opened(self, _app: web.Application) -> AsyncIterator[None]:
        made = self._with.credentials
        tuning = Tuning(pace=None, attempts=2, patience=_PATIENCE, timeout=_PATIENCE)
        async with GitHub(
            made.app_id,
            made.private_key,
            clock=self._with.clock,
            api_url=made.github_api_url,
            tuning=tuning,
        ) as github:
            if self._with.sets_hook_secret:
                await self._set_hook_secret(github)
            self._watch = Watch(github, webhook_url=made.webhook_proxy or f"{made.public_url}/webhook")
            yield
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _set_hook_secret(self, github: GitHub) -> None:
        try:
            await sign_hook_with(github.app, self._with.credentials.webhook_secret)
        except GitHubError as error:
            log.warning("hook_secret_not_set", reason=str(error))

    @property
    def _is_open(self) -> bool:
        return not self._state.is_done and self._with.clock() < self._state.until

    def _let_in(
        self, show: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Show it to the browser that was let in; to all others, and afterwards, nothing is here."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if not self._is_open or not self._with.door.knows(request):
                raise web.HTTPNotFound
            return await show(request)

        return handle

    def _own(
        self, act: Callable[[Mapping[str, str]], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            form = await self._with.door.own_form(request)
            return await act(form) if form is not None else self._with.pages.forged()

        return self._let_in(handle)

    @property
    def _watching(self) -> Watch:
        if self._watch is None:
            raise RuntimeError("the application has not started")
        return self._watch

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        made = self._with.credentials
        standing = await self._watching.standing()
        facts = {
            "app": made,
            "is_kept": self._with.is_kept,
            "standing": standing,
            "examined": self._state.examined,
            "until": self._state.until,
            "install": f"{made.html_url}/installations/new",
            "version": await self._version(),
        }
        return self._with.pages.respond("onward", facts)

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        return await self._live.follow(request, self._version)

    async def _version(self) -> str:
        if not self._is_open:
            return ""
        standing = await self._watching.standing()
        told = repr((standing, sorted(self._state.examined.items())))
        return format(hash(told) & 0xFFFFFFFFFFFF, "x")

    async def _ping(self, _form: Mapping[str, str]) -> web.Response:
        try:
            await self._watching.ping_again()
        except GitHubError as error:
            log.warning("ping_not_sent", reason=str(error))
        return _back()

    async def _examine(self, form: Mapping[str, str]) -> web.Response:
        name = form.get("repository", "")
        standing = await self._watching.standing()
        known = {each for one in standing.installed for each in one.repositories}
        present = self._state.examined.get(name)
        if name in known and (present is None or present.is_over):
            self._state.examined[name] = Examined()
            task = asyncio.create_task(self._examined(name))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return _back()

    async def _examined(self, name: str) -> None:
        async with self._examining:
            self._state.examined[name] = await self._with.examine(name)

    async def _done(self, _form: Mapping[str, str]) -> web.Response:
        self._state.is_done = True
        self._with.door.close()
        log.info("set_up_done", app=self._with.credentials.slug)
        return web.Response(status=303, headers={"Location": "/", "Cache-Control": "no-store"})


def _back() -> web.Response:
    return web.Response(status=303, headers={"Location": ROOT, "Cache-Control": "no-store"})
