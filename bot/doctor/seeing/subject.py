"""What checks look at: a repository, its App and its configuration, each read once for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.config.repository import ConfigurationErrors, RepositoryConfig

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.config.manifest import Manifest
    from bot.config.pipeline import InfrastructureConfig
    from bot.costs.aws.accounts import Account
    from bot.doctor.judging.needing import Needs, RoleNeed
    from bot.doctor.seeing.once import Once
    from bot.doctor.seeing.sight import Seen, Sight
    from bot.github.client import AppClient, RepositoryClient
    from bot.github.installing import Installation, Registration
    from bot.github.models import Workflow
    from bot.github.repository_settings import RepositoryShape
    from bot.pack.model import PackFile


class InvalidConfigurationError(Exception):
    """The repository's configuration has mistakes, so what it asks for cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What several checks want, read when it is first wanted."""

    configuration: Once[RepositoryConfig | ConfigurationErrors | None]  # None where there is no such file
    files: Once[Mapping[str, str] | None]  # git's ids by path; None where there are too many to tell
    workflows: Once[tuple[Workflow, ...]]
    pack: Once[tuple[PackFile, ...]]  # as it is made today; empty without a pipeline
    needs: Once[Needs]  # of the pack's workflows
    roles: Once[Mapping[RoleNeed, Seen[str | None]]]  # what their variables hold; None where one is not set
    account: Once[Account]  # of the AWS credentials at hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A repository that the App reaches."""

    repo: RepositoryClient
    app: AppClient
    about: RepositoryShape
    manifest: Manifest
    registration: Registration
    installation: Installation
    sight: Sight = field(repr=False)
    now: datetime
    readings: Readings = field(repr=False)

    @property
    def name(self) -> str:
        """The repository as `owner/name`."""
        return self.repo.ref.full_name

    @property
    def page(self) -> str:
        """The repository's page on GitHub, where its settings lie."""
        return self.about.html_url

    async def policy(self) -> RepositoryConfig:
        """This function will return what the repository asks for; without a file that is the default.

        Raises:
            InvalidConfigurationError: it cannot be told.
        """
        found = await self.readings.configuration.get()
        if isinstance(found, ConfigurationErrors):
            raise InvalidConfigurationError
        return found or RepositoryConfig()

    async def infrastructure(self) -> InfrastructureConfig | None:
        """This function will return where the pipeline deploys to; None where it does not.

        Raises:
            InvalidConfigurationError: it cannot be told.
        """
        pipeline = (await self.policy()).pipeline
        return None if pipeline is None else pipeline.infrastructure
