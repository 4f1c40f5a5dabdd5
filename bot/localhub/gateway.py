"""From an HTTP request to an operation and back: faults, versions, credentials, limits, pages, ETags, the record."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import orjson
from aiohttp import web

from bot.localhub import access, operations
from bot.localhub.api import HANDLERS
from bot.localhub.exchange import Answer, Call, Identity, Listing, Refused, World, not_found
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.localhub.exchange import Body
    from bot.localhub.faults import Fault, Faults
    from bot.localhub.recorder import Recorder
    from bot.localhub.state.nouns import Repository

VERSIONS = ("2022-11-28", "2026-03-10")
FULL_PAGE = 100
USUAL_PAGE = 30
LISTED_REQUESTS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request that was answered."""

    operation: str
    method: str
    path: str
    status: int


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


class Gateway:
    """Answers API requests."""

    def __init__(self, world: World, *, faults: Faults, recorder: Recorder) -> None:
        self._world = world
        self._faults = faults
        self._recorder = recorder
        table = operations.packaged()
        self._routes = operations.Routes(table[name] for name in HANDLERS)
        self.calls: Counter[str] = Counter()
        self.seen: list[Seen] = []

    def clear(self) -> None:
        """This function will forget which calls were made."""
        self.calls.clear()
        self.seen.clear()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """This function will answer one request, with the faults that strike it."""
        struck = self._faults.strike(request.method, request.path)
        for fault in struck:
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
        last = struck[-1] if struck and struck[-1].kind != "latency" else None
        asked = Asked(
            request.method,
            request.raw_path.partition("?")[0],
            request.query_string,
            request.headers,
            await request.read(),
        )
        answer = self._fault_answer(last) if last and not last.after else self._answer(asked)
        if last and last.after and answer.status < 400:  # noqa: PLR2004 - it was done: now lose the answer
            answer = self._fault_answer(last)
        if last and last.kind == "primary":
            asked.identity = self._identity_or_none(asked)
            self._world.limits.use_up(asked.identity.key, seconds=last.seconds)
        response = self._finish(asked, answer)
        if last and last.kind == "drop" and request.transport is not None:
            request.transport.abort()
        return response

    def _identity_or_none(self, asked: Asked) -> Identity:
        try:
            return self._world.access.identify(asked.headers.get("Authorization", ""))
        except Refused:
            return Identity()

    def _fault_answer(self, fault: Fault) -> Answer:
        if fault.kind == "secondary":
            after = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
            message = (
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            )
            return _problem(fault.status if fault.status in {403, 429} else 403, message, after)
        if fault.kind == "primary":
            status = fault.status if fault.status in {403, 429} else 403
            return _problem(status, "API rate limit exceeded for installation.", {})
        return _problem(fault.status, "Server Error", {})

    def _answer(self, asked: Asked) -> Answer:
        try:
            self._check(asked)
            return self._run(asked)
        except Refused as refused:
            return Answer(status=refused.status, body=refused.body, headers=refused.headers)
        except NotThere:
            return _problem(404, "Not Found", {})

    def _check(self, asked: Asked) -> None:
        asked.version = asked.headers.get("X-GitHub-Api-Version", VERSIONS[0])
        if asked.version not in VERSIONS:
            unknown, asked.version = asked.version, VERSIONS[0]
            raise Refused(400, f"X-GitHub-Api-Version {unknown!r} is not one of {', '.join(VERSIONS)}.")
        if "User-Agent" not in asked.headers:
            raise Refused(403, "Request forbidden by administrative rules. Please send a User-Agent header.")
        asked.path = self._by_name(asked.path)
        found = self._routes.find(asked.method, asked.path)
        if found is None or (asked.path.endswith("/") and asked.path != "/"):
            raise not_found()
        asked.operation, asked.values = found
        asked.identity = self._world.access.identify(asked.headers.get("Authorization", ""))
        self._spend(asked)
        if "{repo}" in asked.operation.template:
            asked.repository = self._repository(asked)
        access.check(asked.operation, asked.identity, asked.repository)

    def _spend(self, asked: Asked) -> None:
        window = self._world.limits.window(asked.identity.key)
        if window.used >= self._world.limits.limit and asked.path != "/rate_limit":
            raise Refused(403, f"API rate limit exceeded for {asked.identity.key}.")
        if asked.path != "/rate_limit":
            window.used += 1

    def _by_name(self, path: str) -> str:
        """The /repositories/ID form, which Link headers and redirects use, as the /repos one."""
        if not path.startswith("/repositories/"):
            return path
        number, _, rest = path.removeprefix("/repositories/").partition("/")
        found = self._world.store.repositories_by_id.get(int(number) if number.isdecimal() else 0)
        if found is None:
            raise not_found()
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

    def _run(self, asked: Asked) -> Answer:
        operation = asked.operation
        if operation is None:
            raise not_found()
        call = Call(
            world=self._world,
            operation=operation.id,
            identity=asked.identity,
            path=asked.values,
            query=dict(parse_qsl(asked.query, keep_blank_values=True)),
            body=_parse(asked),
            version=asked.version,
            found=asked.repository,
        )
        self.calls[operation.id] += 1
        answer = HANDLERS[operation.id](call)
        return self._page(asked, call, answer) if isinstance(answer, Listing) else answer

    def _page(self, asked: Asked, call: Call, listing: Listing) -> Answer:
        size = min(FULL_PAGE, _positive(call.query.get("per_page"), USUAL_PAGE))
        page = _positive(call.query.get("page"), 1)
        shown = [listing.render(item) for item in listing.items[(page - 1) * size : page * size]]
        last = max(1, -(-len(listing.items) // size))
        body: Any = shown
        if listing.key is not None:
            body = {"total_count": len(listing.items), **listing.extra, listing.key: shown}
        return Answer(body=body, headers=self._links(asked, call, page, last))

    def _links(self, asked: Asked, call: Call, page: int, last: int) -> dict[str, str]:
        """The Link header, in the /repositories/ID form; a single page has none."""
        if last == 1:
            return {}
        path = asked.path
        if call.found is not None:
            path = f"/repositories/{call.found.id}/" + "/".join(path.split("/")[4:])
        places = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        shown = {
            relation: number
            for relation, number in places.items()
            if 1 <= number <= last and not (relation in {"last", "next"} and page >= last)
            and not (relation == "first" and page == 1)
        }  # fmt: skip
        base = self._world.store.base_url
        links = (
            f'<{base}{path}?{urlencode({**call.query, "page": number})}>; rel="{relation}"'
            for relation, number in shown.items()
        )
        return {"link": ", ".join(links)}

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
        headers |= self._world.limits.headers(asked.identity.key)
        if content:
            headers["content-type"] = "application/json; charset=utf-8"
        self._record(asked, status, headers, content)
        return web.Response(status=status, headers=headers, body=content)

    def _record(self, asked: Asked, status: int, headers: Body, content: bytes) -> None:
        name = asked.operation.id if asked.operation else "unknown"
        self.seen.append(Seen(operation=name, method=asked.method, path=asked.path, status=status))
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


def _positive(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() and int(text) > 0 else default


def _problem(status: int, message: str, headers: dict[str, str]) -> Answer:
    refused = Refused(status, message, headers=headers)
    return Answer(status=status, body=refused.body, headers=refused.headers)
