"""What several checks want, each read when it is first wanted, and once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.config.repository import PATH, ConfigurationErrors, configuration_from_yaml
from bot.doctor.judging.needing import Needs, needs_of
from bot.doctor.seeing.once import Once
from bot.doctor.seeing.subject import InvalidConfigurationError, Readings
from bot.doctor.seeing.values import role_values
from bot.github import operations as op
from bot.github.contents import get_file
from bot.github.shapes_runs import WorkflowShape
from bot.github.trees import blobs_of
from bot.pack.rendering.pack import About, pack_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.pipeline import PipelineConfig
    from bot.config.repository import RepositoryConfig
    from bot.costs.aws.accounts import Account, Aws
    from bot.doctor.judging.needing import RoleNeed
    from bot.doctor.seeing.sight import Seen, Sight
    from bot.github.client import RepositoryClient
    from bot.github.models import Workflow
    from bot.pack.model import PackFile


def readings(repo: RepositoryClient, sight: Sight, aws: Aws, *, bot_login: str) -> Readings:
    """This function will prepare what checks read together; nothing is read before it is wanted."""
    reader = _Reader(repo, sight, aws, bot_login)
    return Readings(
        configuration=reader.configuration,
        files=Once(reader.files),
        workflows=Once(reader.workflows),
        pack=reader.pack,
        needs=reader.needs,
        roles=Once(reader.roles),
        account=Once(reader.account),
    )


class _Reader:
    """Reads one thing by another: what the pack needs, by the pack, by the configuration."""

    def __init__(self, repo: RepositoryClient, sight: Sight, aws: Aws, bot_login: str) -> None:
        self._repo = repo
        self._sight = sight
        self._aws = aws
        self._bot_login = bot_login
        self.configuration = Once(self._configuration)
        self.pack = Once(self._pack)
        self.needs = Once(self._needs)

    async def _configuration(self) -> RepositoryConfig | ConfigurationErrors | None:
        text = await get_file(self._repo, PATH)
        return None if text is None else await asyncio.to_thread(configuration_from_yaml, text)

    async def _pipeline(self) -> PipelineConfig | None:
        found = await self.configuration.get()
        if isinstance(found, ConfigurationErrors):
            raise InvalidConfigurationError
        return None if found is None else found.pipeline

    async def files(self) -> Mapping[str, str] | None:
        """This function will read git's ids of the default branch's files."""
        return await blobs_of(self._repo, self._repo.ref.default_branch)

    async def workflows(self) -> tuple[Workflow, ...]:
        """This function will read the workflows that GitHub Actions knows."""
        shapes = await self._repo.calls.list(op.LIST_WORKFLOWS, WorkflowShape, {})
        return tuple(shape.to_workflow() for shape in shapes)

    async def _pack(self) -> tuple[PackFile, ...]:
        pipeline, ref = await self._pipeline(), self._repo.ref
        if pipeline is None:
            return ()
        about = About(full_name=ref.full_name, default_branch=ref.default_branch, bot_login=self._bot_login)
        return await asyncio.to_thread(pack_files, pipeline, about)

    async def _needs(self) -> Needs:
        pipeline = await self._pipeline()
        if pipeline is None:
            return Needs()
        environments = () if pipeline.infrastructure is None else pipeline.infrastructure.environments
        return await asyncio.to_thread(needs_of, await self.pack.get(), environments)

    async def roles(self) -> Mapping[RoleNeed, Seen[str | None]]:
        """This function will read the variable of each role."""
        return await role_values(self._sight, await self.needs.get())

    async def account(self) -> Account:
        """This function will open the account of the AWS credentials at hand."""
        pipeline = await self._pipeline()
        region = "us-east-1"
        if pipeline is not None and pipeline.infrastructure is not None:
            region = pipeline.infrastructure.region
        return await self._aws.own(region)
