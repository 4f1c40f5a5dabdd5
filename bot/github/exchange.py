"""One call of one operation, carried through limits, redirects, lost answers and expired tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import msgspec
import structlog
from gidgethub import sansio

from bot.forms import convert
from bot.github import operations as op
from bot.github.answers import (
    Failing,
    Good,
    Limited,
    Raw,
    Refused,
    Verdict,
    judge,
    lacks_workflows,
    refused_grant,
    without_workflows,
)
from bot.github.cache import EtagCache
from bot.github.credentials import AppKey, Grant, InstallationTokens, PersonalToken
from bot.github.errors import Forbidden, GitHubError, Unauthorized, Unavailable, Uncertain, Unprocessable
from bot.github.limits import Limits, Priority
from bot.github.shapes import TokenShape, moment
from bot.github.transport import Transport, origin
from bot.github.tuning import Call

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.github.lane import Turn
    from bot.github.operation import Operation
    from bot.github.tuning import Tuning

API_VERSION = "2026-03-10"
USER_AGENT = "pilothouse"
_MAX_REDIRECTS = 3
_LONGEST_BACKOFF = 30.0
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scope:
    """In whose name a call is made: that of the key itself, or an installation's on a repository."""

    installation_id: int | None = None
    repository_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call to be made."""

    operation: Operation
    url: str
    scope: Scope
    priority: Priority
    body: bytes | None = field(default=None, repr=False)
    may_repeat: bool = False  # after its answer was lost
    attempts: int | None = None  # where not the usual number
    wants_link: bool = False  # the answer is where a 302 leads to
    accept: str = ""  # the media type, where not JSON


@dataclass(slots=True)
class _Trials:
    """What one call has been through so far."""

    failures: int = 0
    waited: float = 0.0
    minted_again: bool = False
    lacking: GitHubError | None = None  # the refusal after which workflows: write is asked for too
    status: int = 0
    token: str = field(default="", repr=False)


class Exchange:
    """Everything between an operation and its answer."""

    def __init__(
        self, api_url: str, key: AppKey | PersonalToken, clock: Callable[[], datetime], tuning: Tuning
    ) -> None:
        self.api_url = api_url.rstrip("/")
        self.tuning = tuning
        self.transport = Transport(tuning.timeout)
        self._key = key
        self._clock = clock
        self._limits = Limits(tuning)
        self._cache = EtagCache(tuning.cache_bytes)
        self._tokens = InstallationTokens(self._mint, clock)

    async def close(self) -> None:
        """This function will close the session."""
        await self._limits.close()
        await self.transport.close()

    async def call(self, request: Request) -> Good:
        """This function will make the call, again where that is safe, until there is an answer of use.

        Raises:
            GitHubError: there is none.
        """
        trials = _Trials()
        while True:
            verdict = await self._attempt(request, trials)
            if isinstance(verdict, Good):
                return verdict
            await self._before_another(request, verdict, trials)

    async def _attempt(self, request: Request, trials: _Trials) -> Verdict:
        asked = self.tuning.monotonic()
        async with self._limits.turn(
            request.scope.installation_id, request.priority, request.operation
        ) as turn:
            headers = await self._headers(request, trials)  # after the wait, so that the token is fresh
            started = self.tuning.monotonic()
            raw = await self._send(request, headers, trials)
            seconds = self.tuning.monotonic() - started
            verdict = raw if isinstance(raw, Failing) else self._judge(request, raw)
            verdict = _tell(turn, verdict)
        call = Call(
            operation=request.operation.id,
            status=trials.status,
            seconds=seconds,
            installation_id=request.scope.installation_id,
            method=request.operation.method,
            path=request.operation.path,
            waited=started - asked,
        )
        self.tuning.observe(call)
        return verdict

    def _judge(self, request: Request, raw: Raw) -> Verdict:
        location = raw.headers.get("location")
        if request.wants_link and raw.status == HTTPStatus.FOUND and location:
            return Good(urljoin(request.url, location))
        if (
            request.accept and raw.status == HTTPStatus.OK
        ):  # a GitHub of one's own may send the content itself
            return Good(raw.body)
        return judge(request.operation, raw, self._clock())

    async def _send(self, request: Request, headers: dict[str, str], trials: _Trials) -> Raw | Failing:
        kept = None
        if request.operation.method == "GET" and not request.wants_link:
            kept = self._cache.get(request.scope.installation_id, request.url)
        if kept is not None:
            headers["if-none-match"] = kept.etag
        raw = await self._send_following(request, headers)
        trials.status = raw.status
        if isinstance(raw, Failing):
            return raw
        if raw.status == HTTPStatus.NOT_MODIFIED and kept is not None:
            return Raw(HTTPStatus.OK, {**raw.headers, **kept.headers}, kept.body)
        if raw.status == HTTPStatus.OK and request.operation.method == "GET":
            self._cache.keep(request.scope.installation_id, request.url, raw.headers, raw.body)
        return raw

    async def _send_following(self, request: Request, headers: dict[str, str]) -> Raw | Failing:
        raw = await self.transport.send(request.operation.method, request.url, headers, request.body)
        url = request.url
        for _ in range(_MAX_REDIRECTS):
            target = None if isinstance(raw, Failing) else self._redirected_to(request, url, raw)
            if target is None:
                break
            url = target
            raw = await self.transport.send(request.operation.method, url, headers, request.body)
        return raw

    def _redirected_to(self, request: Request, url: str, raw: Raw) -> str | None:
        # A renamed repository answers 301 to GET and 307 to the others
        # https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
        follows = {HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}
        if request.operation.method == "GET":
            follows |= {HTTPStatus.MOVED_PERMANENTLY}
            if not request.wants_link:
                follows |= {HTTPStatus.FOUND}
        location = raw.headers.get("location")
        if raw.status not in follows or not location:
            return None
        target = urljoin(url, location)
        return target if origin(target) == origin(self.api_url) else None

    async def _headers(self, request: Request, trials: _Trials) -> dict[str, str]:
        scope = request.scope
        if scope.installation_id is None:
            headers = sansio.create_headers(USER_AGENT, jwt=self._key.bearer())
        else:
            trials.token = await self._token(scope.installation_id, request, trials)
            headers = sansio.create_headers(USER_AGENT, oauth_token=trials.token)
        headers["x-github-api-version"] = API_VERSION
        if request.accept:
            headers["accept"] = request.accept
        if request.body is not None:
            headers["content-type"] = "application/json; charset=utf-8"
        return headers

    async def _token(self, installation_id: int, request: Request, trials: _Trials) -> str:
        permissions = request.operation.permissions
        if trials.lacking is not None:
            permissions |= {("workflows", "write")}
        try:
            return await self._tokens.token(Grant(installation_id, request.scope.repository_id, permissions))
        except Forbidden as error:
            if trials.lacking is None:
                raise
            raise without_workflows(trials.lacking) from error  # nobody has granted it

    async def _mint(self, grant: Grant) -> tuple[str, datetime]:
        body: dict[str, object] = {"permissions": dict(grant.permissions)}
        if grant.repository_id is not None:
            body["repository_ids"] = [grant.repository_id]
        request = Request(
            operation=op.CREATE_TOKEN,
            url=f"{self.api_url}/app/installations/{grant.installation_id}/access_tokens",
            scope=Scope(),
            priority=Priority.GATE,  # calls of every priority wait for it
            body=msgspec.json.encode(body),
            may_repeat=True,
        )
        try:
            token = convert((await self.call(request)).data, TokenShape)
        except Unprocessable as error:
            raise refused_grant(grant.permissions, error) from error
        return token.token, moment(token.expires_at)

    async def _before_another(
        self, request: Request, verdict: Limited | Failing | Refused, trials: _Trials
    ) -> None:
        operation = request.operation.id
        match verdict:
            case Limited(seconds):
                trials.waited += seconds or 0.0
                _LOG.warning("github_limit", operation=operation, seconds=seconds)
                if trials.waited > self.tuning.patience:
                    raise Unavailable(
                        f"GitHub's limits held {operation} up for too long", operation=operation
                    )
            case Failing():
                await self._back_off(request, verdict, trials)
            case Refused(error):
                self._after_refusal(request, error, trials)

    def _after_refusal(self, request: Request, error: GitHubError, trials: _Trials) -> None:
        if trials.token and isinstance(error, Unauthorized) and not trials.minted_again:
            self._tokens.drop(trials.token)
            trials.minted_again = True
        elif trials.token and trials.lacking is None and lacks_workflows(request.operation, error):
            # asked for only where it is needed: what a token may do by then is change what runs with its secrets
            trials.lacking = error
        else:
            raise error

    async def _back_off(self, request: Request, failing: Failing, trials: _Trials) -> None:
        operation = request.operation.id
        if failing.was_sent and not request.may_repeat:
            raise Uncertain(
                f"it is unknown whether GitHub did {operation}: {failing.reason}",
                operation=operation,
                status=failing.status,
            )
        trials.failures += 1
        if trials.failures >= (request.attempts or self.tuning.attempts):
            raise Unavailable(
                f"GitHub did not do {operation} in {trials.failures} attempts: {failing.reason}",
                operation=operation,
                status=failing.status,
            )
        _LOG.info("github_retry", operation=operation, reason=failing.reason, failures=trials.failures)
        backoff = min(_LONGEST_BACKOFF, 0.5 * 2 ** (trials.failures - 1))
        await self.tuning.sleep(backoff * (0.5 + self.tuning.chance()))


def _tell(turn: Turn, verdict: Verdict) -> Verdict:
    match verdict:
        case Limited(seconds):
            return Limited(turn.limited(seconds))
        case Good(_, _, exhausted_for):
            turn.answered()
            if exhausted_for:
                turn.exhausted(exhausted_for)
        case Refused():
            turn.answered()
        case Failing():
            pass  # says nothing about limits
    return verdict
