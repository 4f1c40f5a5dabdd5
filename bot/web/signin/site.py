"""The routes of signing in and out, and who it is that asks for a page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.github.errors import GitHubError, Unauthorized
from bot.github.readable import Kept
from bot.github.user_tokens import SignInRefusedError
from bot.sign_ins.entries import Ending
from bot.web.signin.forms import ForgedFormError, posted
from bot.web.signin.outcomes import SIGNED_IN, outcome_of
from bot.web.signin.problems import Problem, of_refusal, of_way_back
from bot.web.signin.ways import new_way, own_path, taken
from bot.web.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime
    from typing import Any

    from bot.github.readable import PeopleApi
    from bot.github.user_tokens import UserToken, UserTokens
    from bot.web.signin.cookies import Cookies
    from bot.web.signin.reaching import Reaching, Told
    from bot.web.signin.sessions import Session, Sessions
    from bot.web.signin.showing import Showing
    from bot.web.signin.tokens import Renewing
    from bot.web.signin.ways import Way, Ways

log = structlog.get_logger()

_LONGEST_CODE = 200
_LONGEST_SECONDS = 20.0  # that somebody waits to be signed in
_NEVER_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What signing in works with."""

    redirect_uri: str  # one of the callback URLs in the App's settings
    operators: frozenset[str]  # logins in lower case, or `id:NUMBER`
    clock: Callable[[], datetime]
    cookies: Cookies
    ways: Ways
    tokens: UserTokens
    api: PeopleApi
    sessions: Sessions
    renewing: Renewing
    reaching: Reaching
    showing: Showing
    count: Callable[[str], None]  # told how each way to sign in ended


@dataclass(frozen=True, slots=True)
class SignInSite:
    """Answers the requests of people who sign in and out."""

    with_: Equipment
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def begin(self, request: web.Request) -> web.Response:
        """This function will send a browser to GitHub."""
        its, now = self.with_, self.with_.clock()
        to = request.query.get("to", "/")
        if await self._session(request) is not None:
            return _sent(own_path(to))
        way = new_way(to, now)
        response = _sent(
            its.tokens.address(redirect_uri=its.redirect_uri, state=way.state, challenge=way.challenge),
            status=302,
        )
        ways = its.ways.read(its.cookies.read(request, its.cookies.way), now)
        its.cookies.keep_way(response, its.ways.written((*ways, way)))
        return response

    async def back(self, request: web.Request) -> web.Response:
        """This function will sign in who comes back from GitHub."""
        its = self.with_
        ways = its.ways.read(its.cookies.read(request, its.cookies.way), its.clock())
        way = taken(ways, request.query.get("state", ""))
        if way is None:
            if await self._session(request) is not None:  # the same way twice: they are in
                return _sent("/")
            return await self._turned_away(of_way_back(request.query.get("error", ""), is_ours=False))
        code = request.query.get("code", "")
        if "error" in request.query or not 0 < len(code) <= _LONGEST_CODE:
            response = await self._turned_away(of_way_back(request.query.get("error", ""), is_ours=True), way)
        else:
            response = await self._signed_in(request, way, code)
        its.cookies.keep_way(response, its.ways.written(one for one in ways if one is not way))
        return response

    async def end(self, request: web.Request) -> web.Response:
        """This function will sign somebody out, in this browser or everywhere."""
        session = await self._session(request)
        response = _sent("/")
        if session is not None:
            try:
                form = await posted(request, self._viewer(session, None))
            except ForgedFormError:
                return self._refused(Problem.FORGED)
            is_everywhere = form.get("everywhere") == "yes"
            await self._ended(session, Ending.EVERYWHERE if is_everywhere else Ending.SIGNED_OUT)
        self.with_.cookies.forget_sign_in(response)
        # What the browser kept of the pages goes too: whoever sits down there next sees none of them.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    async def viewer(self, request: web.Request) -> Viewer | None:
        """This function will say who asks; None: nobody who is signed in."""
        session = await self._session(request)
        if session is None:
            return None
        try:
            told = await self.with_.reaching.of(session)
        except Unauthorized:
            await self.with_.sessions.end(session.key, Ending.NOT_ACCEPTED)
            return None
        except GitHubError as error:
            log.warning("viewer_unknown", user_id=session.row.user_id, reason=str(error))
            to = request.rel_url.raw_path_qs if request.method == "GET" else "/"
            raise self.with_.showing.raised(Problem.AWAY, to=to) from error
        return self._viewer(session, told)

    async def close(self) -> None:
        """This function will end what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.with_.reaching.close()
        await self.with_.tokens.transport.close()
        self.with_.sessions.database.close()

    async def _session(self, request: web.Request) -> Session | None:
        cookies = self.with_.cookies
        return await self.with_.sessions.find(cookies.read(request, cookies.sign_in))

    async def _signed_in(self, request: web.Request, way: Way, code: str) -> web.Response:
        its, kept, token = self.with_, Kept(), None
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                token = await its.tokens.redeem(code, redirect_uri=its.redirect_uri, verifier=way.verifier)
                person = await its.api.reach(token, kept)
        except SignInRefusedError as refusal:
            log.warning("sign_in_refused", reason=refusal.code)
            return await self._turned_away(of_refusal(refusal.code), way)
        except (GitHubError, TimeoutError) as error:
            log.warning("sign_in_failed", reason=str(error) or "GitHub takes too long")
            self._start(its.renewing.revoke([token] if token is not None else []))
            return await self._turned_away(Problem.AWAY, way)
        await self._replaced(request)
        response = _sent(way.to)
        its.reaching.learn(person, kept)
        its.cookies.keep_sign_in(response, await its.sessions.begin(person.user_id, person.login, token))
        its.count(SIGNED_IN)
        log.info("signed_in", user_id=person.user_id, login=person.login)
        return response

    async def _replaced(self, request: web.Request) -> None:
        """Whatever this browser was signed in as before ends; a token that somebody planted becomes nobody's."""
        before = await self._session(request)
        if before is not None:
            await self._ended(before, Ending.ANEW)

    async def _ended(self, session: Session, ending: Ending) -> None:
        its = self.with_
        tokens: tuple[UserToken, ...] = (session.token,)
        if ending is Ending.EVERYWHERE:
            tokens = await its.sessions.end_all(session.row.user_id)
            its.reaching.forget(session.row.user_id)
        else:
            await its.sessions.end(session.key, ending)
        self._start(its.renewing.revoke(tokens))
        log.info("signed_out", user_id=session.row.user_id, how=ending.value)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _viewer(self, session: Session, told: Told | None) -> Viewer:
        login = session.row.login if told is None else told.login
        names = {login.lower(), f"id:{session.row.user_id}"}
        viewer = Viewer(
            user_id=session.row.user_id,
            login=login,
            is_operator=not names.isdisjoint(self.with_.operators),
            csrf=session.csrf,
            repositories={},
        )
        return (
            viewer
            if told is None
            else replace(viewer, repositories=told.repositories, is_whole=told.is_whole)
        )

    async def _turned_away(self, problem: Problem, way: Way | None = None) -> web.Response:
        """What was not begun here is counted alone: anybody may send that, and it says nothing of anybody."""
        outcome = outcome_of(problem)
        self.with_.count(outcome)
        if way is not None:
            await self.with_.sessions.refuse(outcome)
        return self._refused(problem, way)

    def _refused(self, problem: Problem, way: Way | None = None) -> web.Response:
        return self.with_.showing.response(problem, to="/" if way is None else way.to)


def _sent(address: str, *, status: int = 303) -> web.Response:
    return web.Response(status=status, headers={"Location": address, **_NEVER_KEPT})
