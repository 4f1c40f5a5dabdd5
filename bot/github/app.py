"""The door to GitHub: one App, its credentials, its session, and a client for each repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from bot.github.client import AppClient, AppIdentity, RepositoryClient
from bot.github.limits import Priority
from bot.github.tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from bot.github.models import RepositoryRef

PUBLIC_API = "https://api.github.com"


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
        """Raises `InvalidPrivateKey` where the key is no RSA key in PEM form."""

    async def __aenter__(self) -> Self:
        """This function will open the HTTP session."""
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """This function will close the HTTP session."""
        raise NotImplementedError

    def repository(self, ref: RepositoryRef, priority: Priority = Priority.SUMMARY) -> RepositoryClient:
        """This function will return a client for one repository."""
        raise NotImplementedError

    @property
    def app(self) -> AppClient:
        """The client for what the App asks about itself."""
        raise NotImplementedError

    async def identity(self) -> AppIdentity:
        """This function will ask GitHub once who this App is, and remember it."""
        raise NotImplementedError


async def installations(app: AppClient) -> tuple[int, ...]:
    """This function will read the ids of the App's installations that are not suspended."""
    raise NotImplementedError


async def installation_repositories(github: GitHub, installation_id: int) -> tuple[RepositoryRef, ...]:
    """This function will read all repositories that an installation reaches."""
    raise NotImplementedError
