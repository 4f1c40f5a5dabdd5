"""From an HTTP request to an operation and back: faults, versions, credentials, limits, pages, ETags, the record."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from bot.localhub import access, operations, paging
from bot.localhub.api import HANDLERS as REST_HANDLERS
from bot.localhub.api import people, settings
from bot.localhub.exchange import Answer, Call, Identity, Listing, Refused, World, not_found
from bot.localhub.graphql import endpoint
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.localhub.exchange import Body
    from bot.localhub.faults import Fault, Faults
    from bot.localhub.recorder import Recorder
    from bot.localhub.state.nouns import Repository

GRAPHQL = "graphql"
GRAPHQL_PATH = "/graphql"
FURTHER_HANDLERS = {**settings.HANDLERS, **people.HANDLERS}  # beside what the description holds
HANDLERS = {**REST_HANDLERS, **FURTHER_HANDLERS, GRAPHQL: endpoint.answer}
VERSIONS = ("2022-11-28", "2026-03-10")
LISTED_REQUESTS = 5000
_TAKE_BYTES = frozenset({"repos/upload-release-asset"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request that was answered."""

    operation: str
    method: str
    path: str
    status: int
    at: float  # seconds of the monotonic clock


@dataclass(slots=True)
class Asked:
    """A request on its way through the gateway."""

    method: str
    path: str  # raw, without the query; in the /repos form
    query: str
    headers: Mapping[str, str]
    raw: bytes
    version: str = VERSIONS[0]
    operation: operations.Operation | None = None
    values: dict[str, str] = field(default_factory=dict)
    identity: Identity = field(default_factory=Identity)
    repository: Repository | None = None


class _UsedUp(Refused):
    """The hour's points are gone."""


class Gateway:
    """Answers API requests."""

    def __init__(self, world: World, *, faults: Faults, recorder: Recorder) -> None:
        self._world = world
        self._faults = faults
        self._recorder = recorder
        table = operations.packaged()
        served = (table[name] for name in (*REST_HANDLERS, *FURTHER_HANDLERS))
        self._routes = operations.Routes([*served, operations.graphql()])
        self.calls: Counter[str] = Counter()
        self.seen: list[Seen] = []
        self.most_in_flight = 0
        self._in_flight = 0

    def clear(self) -> None:
        """This function will forget which calls were made."""
        self.calls.clear()
        self.seen.clear()
        self.most_in_flight = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """This function will answer one request, with the faults that strike it."""
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            return await self._handle(request)
        finally:
            self._in_flight -= 1

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        struck = self._faults.strike(request.method, request.path, raw)
        for fault in struck:
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
        asked = Asked(
            request.method,
            request.raw_path.partition("?")[0],
            request.query_string,
            request.headers,
            raw,
        )
        self._locate(asked)
        last = struck[-1] if struck and struck[-1].kind != "latency" else None
        answer = self._answer(asked) if last is None else self._answer_struck(asked, last)
        response = self._finish(asked, answer)
        if last and last.kind == "drop" and request.transport is not None:
            request.transport.abort()
        return response

    def _answer_struck(self, asked: Asked, fault: Fault) -> Answer:
        """What a fault leaves of an answer: `after` means that the work was done and only its answer is lost."""
        if fault.after:
            answer = self._answer(asked)
            return self._fault_answer(asked, fault) if answer.status < 400 else answer  # noqa: PLR2004 - refused anyway
        try:
            asked.identity = self._world.access.identify(asked.headers.get("Authorization", ""))
        except Refused as refused:
            return Answer(status=refused.status, body=refused.body)
        if fault.kind == "primary":
            self._world.limits.use_up(asked.identity.key, seconds=fault.seconds)
        return self._fault_answer(asked, fault)

    def _fault_answer(self, asked: Asked, fault: Fault) -> Answer:
        if fault.kind == "secondary":
            after = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
            message = (
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            )
            return _problem(fault.status if fault.status in {403, 429} else 403, message, after)
        if fault.kind == "primary":
            if asked.path == GRAPHQL_PATH:
                return endpoint.rate_limited()
            status = fault.status if fault.status in {403, 429} else 403
            return _problem(status, "API rate limit exceeded for installation.", {})
        return _problem(fault.status, fault.message, {})

    def _answer(self, asked: Asked) -> Answer:
        try:
            return self._run(asked, self._check(asked))
        except _UsedUp as refused:
            is_rest = asked.path != GRAPHQL_PATH
            return Answer(status=refused.status, body=refused.body) if is_rest else endpoint.rate_limited()
        except Refused as refused:
            return Answer(status=refused.status, body=refused.body, headers=refused.headers)
        except NotThere:
            return _problem(404, "Not Found", {})

    def _locate(self, asked: Asked) -> None:
        """Find the version, and the operation if there is one, without judging yet."""
        version = asked.headers.get("X-GitHub-Api-Version", VERSIONS[0])
        asked.version = version if version in VERSIONS else VERSIONS[0]
        asked.path = self._by_name(asked.path)
        found = self._routes.find(asked.method, asked.path)
        if found is not None and (asked.path == "/" or not asked.path.endswith("/")):
            asked.operation, asked.values = found

    def _check(self, asked: Asked) -> operations.Operation:
        version = asked.headers.get("X-GitHub-Api-Version", asked.version)
        if version != asked.version:
            raise Refused(400, f"X-GitHub-Api-Version {version!r} is not one of {', '.join(VERSIONS)}.")
        if "User-Agent" not in asked.headers:
            raise Refused(403, "Request forbidden by administrative rules. Please send a User-Agent header.")
        if asked.operation is None:
            raise not_found()
        asked.identity = self._world.access.identify(asked.headers.get("Authorization", ""))
        self._spend(asked)
        if "{repo}" in asked.operation.template:
            asked.repository = self._repository(asked)
        access.check(asked.operation, asked.identity, asked.repository)
        return asked.operation

    def _spend(self, asked: Asked) -> None:
        window = self._world.limits.window(asked.identity.key)
        if window.used >= self._world.limits.limit and asked.path != "/rate_limit":
            raise _UsedUp(403, f"API rate limit exceeded for {asked.identity.key}.")
        if asked.path != "/rate_limit":
            window.used += 1

    def _by_name(self, path: str) -> str:
        """The /repositories/ID form, which Link headers and redirects use, as the /repos one."""
        if not path.startswith("/repositories/"):
            return path
        number, _, rest = path.removeprefix("/repositories/").partition("/")
        found = self._world.store.repositories_by_id.get(int(number) if number.isdecimal() else 0)
        if found is None:
            return path
        return f"/repos/{found.full_name}" + (f"/{rest}" if rest else "")

    def _repository(self, asked: Asked) -> Repository:
        name = f"{asked.values['owner']}/{asked.values['repo']}"
        found = self._world.store.repository(name)
        is_app_itself = asked.identity.app is not None and asked.identity.installation is None
        if found.private and not asked.identity.sees(found) and not is_app_itself:
            raise not_found()
        if found.full_name.lower() != name.lower():
            rest = "/".join(asked.path.split("/")[4:])
            there = f"{self._world.store.base_url}/repositories/{found.id}" + (f"/{rest}" if rest else "")
            there += f"?{asked.query}" if asked.query else ""
            status, message = (
                (301, "Moved Permanently") if asked.method == "GET" else (307, "Temporary Redirect")
            )
            raise Refused(status, message, headers={"location": there})
        return found

    def _run(self, asked: Asked, operation: operations.Operation) -> Answer:
        call = Call(
            world=self._world,
            operation=operation.id,
            identity=asked.identity,
            path=asked.values,
            query=dict(parse_qsl(asked.query, keep_blank_values=True)),
            body=None if operation.id in _TAKE_BYTES else _parse(asked),
            version=asked.version,
            headers=asked.headers,
            raw=asked.raw,
            found=asked.repository,
        )
        if operation.id in _TAKE_BYTES:
            asked.raw = b""  # the record holds JSON only
        self.calls[operation.id] += 1
        answer = HANDLERS[operation.id](call)
        return paging.page(call, answer, asked.path) if isinstance(answer, Listing) else answer

    def _finish(self, asked: Asked, answer: Answer) -> web.Response:
        content = b"" if answer.body is None else orjson.dumps(answer.body)
        headers = {
            **answer.headers,
            "x-github-request-id": f"{len(self.seen):04X}:{self._world.store.next_id():X}",
            "x-github-media-type": "github.v3; format=json",
            "x-github-api-version-selected": asked.version,
        }
        status = answer.status
        if status == 200 and asked.method == "GET":  # noqa: PLR2004 - only a whole answer has an ETag
            headers["etag"] = f'W/"{hashlib.sha256(content).hexdigest()}"'
            if asked.headers.get("If-None-Match") == headers["etag"]:
                status, content = 304, b""
                self._world.limits.window(asked.identity.key).used -= 1
        resource = GRAPHQL if asked.path == GRAPHQL_PATH else "core"
        headers |= self._world.limits.headers(asked.identity.key, resource=resource)
        if content:
            headers["content-type"] = "application/json; charset=utf-8"
        self._record(asked, status, headers, content)
        return web.Response(status=status, headers=headers, body=content)

    def _record(self, asked: Asked, status: int, headers: Body, content: bytes) -> None:
        name = asked.operation.id if asked.operation else "unknown"
        self.seen.append(
            Seen(operation=name, method=asked.method, path=asked.path, status=status, at=time.monotonic())
        )
        if len(self.seen) > 2 * LISTED_REQUESTS:
            del self.seen[:LISTED_REQUESTS]
        record = {
            "method": asked.method,
            "path": asked.path,
            "query": asked.query,
            "status": status,
            "response_headers": headers,
        }
        self._recorder.exchange(record, asked.raw, content)


def _parse(asked: Asked) -> Any:
    if not asked.raw:
        return {}
    try:
        return orjson.loads(asked.raw)
    except orjson.JSONDecodeError as wrong:
        asked.raw = b""  # the record holds JSON only
        raise Refused(400, "Problems parsing JSON") from wrong


def _problem(status: int, message: str, headers: dict[str, str]) -> Answer:
    refused = Refused(status, message, headers=headers)
    return Answer(status=status, body=refused.body, headers=refused.headers)
