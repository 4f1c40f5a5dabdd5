"""What checks look at: a repository, its App and its configuration, each read once for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.config.repository import ConfigurationErrors, RepositoryConfig

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.doctor.model import Manifest
    from bot.doctor.seeing.once import Once
    from bot.doctor.seeing.sight import Sight
    from bot.github.client import AppClient, RepositoryClient
    from bot.github.installing import Installation, Registration


class InvalidConfigurationError(Exception):
    """The repository's configuration has mistakes, so what it asks for cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A repository that the App reaches."""

    repo: RepositoryClient
    app: AppClient
    manifest: Manifest
    registration: Registration
    installation: Installation
    sight: Sight = field(repr=False)
    now: datetime
    configuration: Once[RepositoryConfig | ConfigurationErrors | None]  # None where there is no such file
    files: Once[Mapping[str, str] | None]  # git's ids by path; None where there are too many to tell

    @property
    def page(self) -> str:
        """The repository's page on GitHub, where its settings lie."""
        return f"{self.registration.html_url.split('/apps/')[0].rstrip('/')}/{self.repo.ref.full_name}"

    async def policy(self) -> RepositoryConfig:
        """This function will return what the repository asks for; without a file that is the default.

        Raises:
            InvalidConfigurationError: it cannot be told.
        """
        found = await self.configuration.get()
        if isinstance(found, ConfigurationErrors):
            raise InvalidConfigurationError
        return found or RepositoryConfig()
