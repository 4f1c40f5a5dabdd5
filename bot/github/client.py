"""The clients that operations are called through: one for a repository, one for the App itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.github.calls import Calls
    from bot.github.models import RepositoryRef


@dataclass(frozen=True, slots=True, kw_only=True)
class AppIdentity:
    """Who this App is on GitHub."""

    id: int
    slug: str
    name: str
    html_url: str

    @property
    def login(self) -> str:
        """The login of the bot user that speaks for the App."""
        return f"{self.slug}[bot]"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppClient:
    """Calls made as the App itself, with its JWT."""

    calls: Calls


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryClient:
    """Calls on one repository, made as the App's installation there."""

    ref: RepositoryRef
    calls: Calls
    identity: Callable[[], Awaitable[AppIdentity]]
