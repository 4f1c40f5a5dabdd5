"""Finds through which installation repositories are reached: only GitHub knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.github.app import installation_repositories, installations
from bot.github.errors import GitHubError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.github.app import GitHub
    from bot.github.models import InstallationId, RepositoryRef

_log = structlog.get_logger()


async def given_repositories(
    github: GitHub, installation: InstallationId, names: Collection[str]
) -> tuple[RepositoryRef, ...]:
    """This function will return those of the installation's repositories that have the names."""
    reached = await installation_repositories(github, installation)
    return tuple(each for each in reached if each.full_name in names)


async def reached_repositories(
    github: GitHub, is_wanted: Callable[[RepositoryRef], bool], *, most: int
) -> tuple[RepositoryRef, ...]:
    """This function will look through the App's installations for the wanted repositories, until it has the most."""
    found: dict[int, RepositoryRef] = {}
    for installation_id in await installations(github.app):
        if len(found) >= most:
            break
        try:
            reached = await installation_repositories(github, installation_id)
        except GitHubError as error:  # what one installation does not give must not stop the others
            _log.warning("installation_skipped", installation=installation_id, error=str(error))
            continue
        found |= {each.id: each for each in reached if is_wanted(each)}
    return tuple(found.values())
