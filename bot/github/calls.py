"""The verbs with which a client calls operations: get, page, pages, list, send, stream."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import msgspec
from gidgethub import sansio

from bot.forms import convert
from bot.github.errors import Unexpected
from bot.github.exchange import Exchange, Request, Scope
from bot.github.graph_operations import GRAPHQL_PATH
from bot.github.logs import open_link
from bot.github.transport import origin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from typing_extensions import TypeForm

    from bot.github.answers import Good
    from bot.github.limits import Priority
    from bot.github.operation import Operation

    Variables = Mapping[str, str | int | tuple[str, ...]]  # a tuple: several segments of a path

T = TypeVar("T")
PER_PAGE = "100"  # the most there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Operations called in one scope, with one priority."""

    exchange: Exchange
    scope: Scope
    priority: Priority
    attempts: int | None = None  # of a call that GitHub fails to answer, where not the usual number
    fill: Mapping[str, str] = field(default_factory=dict)  # variables that every path has

    def filled(self, fill: Mapping[str, str]) -> Calls:
        """This function will return the calls with these variables in every path."""
        return replace(self, fill=fill)

    async def get(
        self,
        operation: Operation,
        shape: TypeForm[T],
        variables: Variables,
        query: Mapping[str, str] | None = None,
    ) -> T:
        """This function will read one thing."""
        good = await self._call(operation, self._url(operation, variables, query or {}))
        return _shaped(operation, good.data, shape)

    async def pages(
        self,
        operation: Operation,
        shape: TypeForm[T],
        variables: Variables,
        query: Mapping[str, str] | None = None,
    ) -> AsyncIterator[T]:
        """This function will yield the members of a list, page by page as far as they are asked for."""
        url: str | None = self._url(operation, variables, {"per_page": PER_PAGE, **(query or {})})
        while url is not None:
            good = await self._call(operation, url)
            for member in _members(operation, good.data, shape):
                yield member
            url = good.next_url
            if url is not None and origin(url) != origin(self.exchange.api_url):
                raise Unexpected(
                    f"the next page of {operation.id} lies on another host", operation=operation.id
                )

    async def list(
        self,
        operation: Operation,
        shape: TypeForm[T],
        variables: Variables,
        query: Mapping[str, str] | None = None,
    ) -> tuple[T, ...]:
        """This function will read all pages of a list."""
        return tuple([member async for member in self.pages(operation, shape, variables, query)])

    async def page(
        self,
        operation: Operation,
        shape: TypeForm[T],
        variables: Variables,
        query: Mapping[str, str] | None = None,
    ) -> tuple[T, ...]:
        """This function will read the first page of a list, in one call."""
        url = self._url(operation, variables, {"per_page": PER_PAGE, **(query or {})})
        return tuple(_members(operation, (await self._call(operation, url)).data, shape))

    async def send(
        self,
        operation: Operation,
        shape: TypeForm[T],
        variables: Variables,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """This function will write.

        Raises:
            Uncertain: the answer was lost, and the operation does harm when it is done twice.
        """
        content = None if body is None else msgspec.json.encode(body)
        good = await self._call(operation, self._url(operation, variables, {}), content)
        return _shaped(operation, good.data, shape)

    @asynccontextmanager
    async def stream(
        self, operation: Operation, variables: Variables, *, accept: str = ""
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """This function will open what a link of GitHub leads to, in chunks."""
        request = self._request(operation, self._url(operation, variables, {}))
        request = replace(request, wants_link=True, accept=accept)
        async with open_link(self.exchange, request) as chunks:
            yield chunks

    async def pause(self, seconds: float) -> None:
        """This function will wait before something is tried again."""
        await self.exchange.tuning.sleep(seconds)

    async def _call(self, operation: Operation, url: str, body: bytes | None = None) -> Good:
        return await self.exchange.call(replace(self._request(operation, url), body=body))

    def _request(self, operation: Operation, url: str) -> Request:
        return Request(
            operation=operation,
            url=url,
            scope=self.scope,
            priority=self.priority,
            may_repeat=operation.may_repeat,
            attempts=self.attempts,
        )

    def _url(
        self,
        operation: Operation,
        variables: Variables,
        query: Mapping[str, str],
    ) -> str:
        template = operation.path
        filled: Variables = {**self.fill, **variables}
        for name, value in filled.items():
            parts = value if isinstance(value, tuple) else (str(value),)
            if not parts or any(part in {"", ".", ".."} for part in parts):
                raise Unexpected(f"{value!r} cannot be the {name} of {operation.id}", operation=operation.id)
            if isinstance(value, tuple):  # several segments, each encoded by itself
                template = template.replace(f"/{{{name}}}", f"{{/{name}*}}")
        expandable = {name: list(v) if isinstance(v, tuple) else str(v) for name, v in filled.items()}
        base = self.exchange.api_url
        if operation.path == GRAPHQL_PATH:  # of a GitHub of one's own it lies beside /api/v3
            base = base.removesuffix("/v3")
        url = sansio.format_url(template, expandable, base_url=base)
        return f"{url}?{urlencode(query)}" if query else url


def _members(operation: Operation, data: Any, shape: TypeForm[T]) -> list[T]:
    if operation.items and isinstance(data, dict):
        data = data.get(operation.items)
    if not isinstance(data, list):
        raise Unexpected(f"GitHub's answer to {operation.id} is no list", operation=operation.id)
    return [_shaped(operation, member, shape) for member in data]


def _shaped(operation: Operation, data: Any, shape: TypeForm[T]) -> T:
    try:
        shaped: T = convert({} if data is None else data, shape)
    except msgspec.ValidationError as error:
        raise Unexpected(
            f"GitHub's answer to {operation.id} has an unknown shape: {error}", operation=operation.id
        ) from error
    return shaped
