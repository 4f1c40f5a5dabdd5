"""What a person can read where the App is installed: asked with their own token, all of it at once, never for long."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from gidgethub import sansio

from bot.forms import convert
from bot.github import shapes  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.answers import Failing, Good, Refused, judge
from bot.github.errors import Forbidden, NotFound, Unavailable, Unexpected
from bot.github.exchange import API_VERSION, USER_AGENT
from bot.github.operation import Operation
from bot.github.transport import origin

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from datetime import datetime

    from bot.github.transport import Transport
    from bot.github.user_tokens import UserToken

MOST_REPOSITORIES = 20_000  # of one person
_AT_ONCE = 8
_ATTEMPTS = 2
_PER_PAGE = 100

# Neither is given to the App's own credentials: `bot.github.operations` has what these are.
GET_PERSON = Operation(id="users/get-authenticated", method="GET", path="/user")
LIST_OWN_INSTALLATIONS = Operation(
    id="apps/list-installations-for-authenticated-user", method="GET", path="/user/installations"
)
LIST_OWN_REPOSITORIES = Operation(
    id="apps/list-installation-repos-for-authenticated-user",
    method="GET",
    path="/user/installations/{installation_id}/repositories",
)


class _Permissions(msgspec.Struct):
    admin: bool = False
    maintain: bool = False
    push: bool = False


class _Repository(msgspec.Struct):
    id: shapes.Id
    full_name: shapes.RepositoryName
    permissions: _Permissions = msgspec.field(default_factory=_Permissions)


class _Person(msgspec.Struct):
    id: shapes.Id
    login: str


class _Installations(msgspec.Struct):
    installations: tuple[shapes.InstallationShape, ...]


class _Repositories(msgspec.Struct):
    repositories: tuple[_Repository, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableRepository:
    """A repository that a person can read, and whether they may write there too."""

    id: int
    full_name: str
    can_write: bool  # write, maintain or admin


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who a token stands for, and what they can read."""

    user_id: int
    login: str
    repositories: tuple[ReadableRepository, ...]
    is_whole: bool  # False: there are more than are asked for


@dataclass(frozen=True, slots=True)
class _Page:
    """An answer as far as it is used; what GitHub says has not changed is not sent again."""

    etag: str
    found: Any
    next_url: str | None


Kept = dict[str, _Page]  # by address; one person's


@dataclass(slots=True)
class _Asking:
    """One person's question under way."""

    token: UserToken
    before: Kept
    after: Kept
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleApi:
    """GitHub's API in the name of people.

    Args:
        api_url: where it is.
        transport: an opened one; it may be shared.
        clock: the time in UTC.
        most: repositories that are asked for.
    """

    api_url: str
    transport: Transport
    clock: Callable[[], datetime]
    most: int = MOST_REPOSITORIES

    async def reach(self, token: UserToken, kept: MutableMapping[str, _Page]) -> Reach:
        """This function will ask who a token stands for and what they can read.

        Args:
            token: the person's.
            kept: what was answered before; it is brought up to date.

        Raises:
            Unauthorized: the token is worth nothing any more.
            GitHubError: GitHub does not tell now.
        """
        asking = _Asking(token, dict(kept), {})
        person = await self._person(asking)
        installations = await self._installations(asking)
        tasks = [asyncio.create_task(self._repositories(asking, one)) for one in installations]
        try:
            lists = await asyncio.gather(*tasks)
        finally:
            for task in tasks:  # once one has failed, the answers of the others are of no use
                task.cancel()
        found = {one.id: one for some in lists for one in some}
        kept.clear()
        kept.update(asking.after)
        return Reach(
            user_id=person.id,
            login=person.login,
            repositories=tuple(found.values())[: self.most],
            is_whole=len(found) < self.most,
        )

    async def _person(self, asking: _Asking) -> _Person:
        page = await self._page(
            asking, GET_PERSON, f"{self.api_url}/user", lambda data: convert(data, _Person)
        )
        person: _Person = page.found
        return person

    async def _installations(self, asking: _Asking) -> list[int]:
        """Those that are suspended tell nothing: https://docs.github.com/en/rest/apps/installations."""

        def read(data: Any) -> list[int]:
            shapes = convert(data, _Installations).installations
            return [one.id for one in shapes if one.suspended_at is None]

        url = f"{self.api_url}/user/installations?per_page={_PER_PAGE}"
        return await self._all(asking, LIST_OWN_INSTALLATIONS, url, read)

    async def _repositories(self, asking: _Asking, installation_id: int) -> list[ReadableRepository]:
        def read(data: Any) -> list[ReadableRepository]:
            return [_readable(one) for one in convert(data, _Repositories).repositories]

        url = f"{self.api_url}/user/installations/{installation_id}/repositories?per_page={_PER_PAGE}"
        try:
            return await self._all(asking, LIST_OWN_REPOSITORIES, url, read)
        except (Forbidden, NotFound):  # suspended or removed since it was listed
            return []

    async def _all(
        self, asking: _Asking, operation: Operation, url: str, read: Callable[[Any], list[Any]]
    ) -> list[Any]:
        found: list[Any] = []
        following: str | None = url
        while following is not None and len(found) < self.most:
            page = await self._page(asking, operation, following, read)
            found += page.found
            following = page.next_url
            if following is not None and origin(following) != origin(self.api_url):
                raise Unexpected(
                    f"the next page of {operation.id} lies on another host", operation=operation.id
                )
        return found

    async def _page(
        self, asking: _Asking, operation: Operation, url: str, read: Callable[[Any], Any]
    ) -> _Page:
        headers = sansio.create_headers(USER_AGENT, oauth_token=asking.token.value)
        headers["x-github-api-version"] = API_VERSION
        before = asking.before.get(url)
        if before is not None:
            headers["if-none-match"] = before.etag
        async with asking.room:
            raw = await self.transport.send("GET", url, headers, None)
            for _ in range(_ATTEMPTS - 1):
                if isinstance(raw, Failing) or raw.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    raw = await self.transport.send("GET", url, headers, None)
        if isinstance(raw, Failing):
            raise Unavailable(raw.reason, operation=operation.id)
        if raw.status == HTTPStatus.NOT_MODIFIED and before is not None:
            asking.after[url] = before
            return before
        good = self._good(operation, judge(operation, raw, self.clock()))
        try:
            page = _Page(raw.headers.get("etag", ""), read(good.data), good.next_url)
        except msgspec.ValidationError as error:
            raise Unexpected(
                f"GitHub's answer to {operation.id} has an unknown shape: {error}", operation=operation.id
            ) from error
        if page.etag:
            asking.after[url] = page
        return page

    def _good(self, operation: Operation, verdict: object) -> Good:
        if isinstance(verdict, Refused):
            raise verdict.error
        if not isinstance(verdict, Good):  # its limits, or a failure
            raise Unavailable(f"GitHub does not answer {operation.id} now", operation=operation.id)
        return verdict


def _readable(one: _Repository) -> ReadableRepository:
    may = one.permissions
    return ReadableRepository(
        id=one.id, full_name=one.full_name, can_write=may.admin or may.maintain or may.push
    )
