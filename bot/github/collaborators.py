"""What a person may do in a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import operations as op
from bot.github.errors import NotFound
from bot.github.models import Permission
from bot.github.shapes import Id  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.models import Actor


class RightsShape(Struct):
    """The five classic rights of a person, as a custom role maps to them."""

    pull: bool = False
    triage: bool = False
    push: bool = False
    maintain: bool = False
    admin: bool = False


class CollaboratorShape(Struct):
    """A person as seen from a repository."""

    id: Id | None = None
    permissions: RightsShape | None = None


class PermissionShape(Struct):
    """A person's permission on a repository."""

    permission: str
    role_name: str = ""
    user: CollaboratorShape | None = None

    def to_permission(self) -> Permission:
        """This function will return the role; a custom role counts as the strongest right it holds."""
        if self.role_name in list(Permission):
            return Permission(self.role_name)
        rights = self.user.permissions if self.user else None
        if rights is None:
            return Permission(self.permission) if self.permission in list(Permission) else Permission.NONE
        held = (
            (rights.admin, Permission.ADMIN),
            (rights.maintain, Permission.MAINTAIN),
            (rights.push, Permission.WRITE),
            (rights.triage, Permission.TRIAGE),
            (rights.pull, Permission.READ),
        )
        return next((permission for holds, permission in held if holds), Permission.NONE)


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


async def permission_of_person(repo: RepositoryClient, person: Actor) -> Permission:
    """This function will read the role of a person known by numeric id.

    A login can be given up and taken by somebody else: whoever has it now and is not that person has no role here.

    Raises:
        GitHubError: it could not be read, which must deny: an unknown permission is no permission.
    """
    try:
        shape = await repo.calls.get(op.GET_PERMISSION, PermissionShape, {"username": person.login})
    except NotFound:
        return Permission.NONE
    if shape.user is None or shape.user.id != person.id:
        return Permission.NONE
    return shape.to_permission()
