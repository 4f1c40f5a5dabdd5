"""The door to GitHub: one App, its credentials, its session, and a client for each repository."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from bot.github import operations as op
from bot.github.calls import Calls
from bot.github.client import AppClient, AppIdentity, RepositoryClient
from bot.github.credentials import AppKey
from bot.github.exchange import Exchange, Scope
from bot.github.limits import Priority
from bot.github.shapes import AppShape, InstallationShape, RepositoryShape
from bot.github.tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from bot.github.models import RepositoryRef

PUBLIC_API = "https://api.github.com"
_ATTEMPTS_TO_INTRODUCE = 3


class GitHub:
    """GitHub as this App reaches it; open it with `async with`."""

    def __init__(
        self,
        app_id: str,
        private_key: str,
        *,
        clock: Callable[[], datetime],
        api_url: str = PUBLIC_API,
        tuning: Tuning | None = None,
    ) -> None:
        key = AppKey(app_id, private_key, clock)
        self._exchange = Exchange(api_url, key, clock, tuning or Tuning())
        self._identity: AppIdentity | None = None
        self._asking = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self._exchange.transport.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exchange.close()

    def repository(self, ref: RepositoryRef, priority: Priority = Priority.SUMMARY) -> RepositoryClient:
        """This function will return a client for one repository."""
        calls = Calls(
            exchange=self._exchange,
            scope=Scope(ref.installation_id, ref.id),
            priority=priority,
            fill={"owner": ref.owner, "repo": ref.name},
        )
        return RepositoryClient(ref=ref, calls=calls, identity=self.identity)

    def installation(self, installation_id: int, priority: Priority = Priority.SUMMARY) -> Calls:
        """This function will return the calls that concern all repositories of an installation."""
        return Calls(exchange=self._exchange, scope=Scope(installation_id), priority=priority)

    @property
    def app(self) -> AppClient:
        """The client for what the App asks about itself."""
        return AppClient(calls=Calls(exchange=self._exchange, scope=Scope(), priority=Priority.SUMMARY))

    async def identity(self) -> AppIdentity:
        """This function will ask GitHub once who this App is, and remember it.

        It gives up after seconds, so that a wrong address shows at the start.
        """
        async with self._asking:
            if self._identity is None:
                calls = replace(self.app.calls, priority=Priority.GATE, attempts=_ATTEMPTS_TO_INTRODUCE)
                shape = await calls.get(op.GET_APP, AppShape, {})
                self._identity = AppIdentity(
                    id=shape.id, slug=shape.slug, name=shape.name, html_url=shape.html_url
                )
        return self._identity


async def installations(app: AppClient) -> tuple[int, ...]:
    """This function will read the ids of the App's installations that are not suspended."""
    shapes = await app.calls.list(op.LIST_INSTALLATIONS, InstallationShape, {})
    return tuple(shape.id for shape in shapes if shape.suspended_at is None)


async def installation_repositories(github: GitHub, installation_id: int) -> tuple[RepositoryRef, ...]:
    """This function will read all repositories that an installation reaches."""
    calls = github.installation(installation_id)
    shapes = await calls.list(op.LIST_INSTALLATION_REPOSITORIES, RepositoryShape, {})
    return tuple(shape.to_ref(installation_id) for shape in shapes)
