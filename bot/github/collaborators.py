"""What a person may do in a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github import operations as op
from bot.github.errors import NotFound
from bot.github.models import Permission
from bot.github.shapes_runs import PermissionShape

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient


async def permission_of(repo: RepositoryClient, login: str) -> Permission:
    """This function will read a person's role; someone GitHub does not know there has none.

    Raises:
        GitHubError: it could not be read, which must deny: an unknown permission is no permission.
    """
    try:
        shape = await repo.calls.get(op.GET_PERMISSION, PermissionShape, {"username": login})
    except NotFound:
        return Permission.NONE
    return shape.to_permission()
