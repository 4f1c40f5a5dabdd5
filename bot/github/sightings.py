"""What deliveries and lists tell of repositories by the way: name, visibility, default branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from bot.forms import convert
from bot.github import operations as op
from bot.github.shapes import Id, RepositoryName  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.shipping_operations import GET_REPOSITORY

if TYPE_CHECKING:
    from bot.github.app import GitHub


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRepository:
    """A repository that the App may see."""

    repository_id: int
    installation_id: int
    full_name: str
    is_private: bool
    default_branch: str  # empty where it was not told


class _RepositoryShape(Struct):
    id: Id
    full_name: RepositoryName
    private: bool = True  # what is not told to be public is taken for private
    default_branch: str | None = None

    def known(self, installation_id: int) -> KnownRepository:
        return KnownRepository(
            repository_id=self.id,
            installation_id=installation_id,
            full_name=self.full_name,
            is_private=self.private,
            default_branch=self.default_branch or "",
        )


class _InstallationShape(Struct):
    id: Id


class _SightingShape(Struct):
    repository: _RepositoryShape
    installation: _InstallationShape


def repository_seen(payload: Any) -> KnownRepository | None:
    """This function will read which repository a delivery is about; None where it says none."""
    if not isinstance(payload, dict) or "repository" not in payload:
        return None
    try:
        told = convert(payload, _SightingShape)
    except (msgspec.ValidationError, ValueError, RecursionError):  # whoever acts on it says what is wrong
        return None
    return told.repository.known(told.installation.id)


async def read_repository(github: GitHub, installation_id: int, full_name: str) -> KnownRepository:
    """This function will read how a repository stands now, by its name or a former one.

    Raises:
        NotFound: there is none, or the installation does not reach it.
    """
    owner, _, name = full_name.partition("/")
    calls = github.installation(installation_id)
    shape = await calls.get(GET_REPOSITORY, _RepositoryShape, {"owner": owner, "repo": name})
    return shape.known(installation_id)


async def list_repositories(github: GitHub, installation_id: int) -> tuple[KnownRepository, ...]:
    """This function will read all repositories that an installation reaches."""
    calls = github.installation(installation_id)
    shapes = await calls.list(op.LIST_INSTALLATION_REPOSITORIES, _RepositoryShape, {})
    return tuple(shape.known(installation_id) for shape in shapes)
