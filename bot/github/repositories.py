"""A repository as a whole: whether anything can be written into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github import shipping_operations as op
from bot.github.shapes import RepositoryShape

if TYPE_CHECKING:
    from bot.github.calls import Calls
    from bot.github.models import InstallationId, RepositoryRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository and what its settings page has at its top."""

    ref: RepositoryRef
    html_url: str
    is_archived: bool
    is_disabled: bool
    is_fork: bool


class StateShape(RepositoryShape):
    """A repository with its state."""

    html_url: str = ""
    archived: bool = False
    disabled: bool = False
    fork: bool = False


async def get_repository(calls: Calls, installation: InstallationId, full_name: str) -> Repository:
    """This function will read a repository by its name, which may be a former one.

    Raises:
        NotFound: there is none, or the installation does not reach it.
    """
    owner, _, name = full_name.partition("/")
    shape = await calls.get(op.GET_REPOSITORY, StateShape, {"owner": owner, "repo": name})
    return Repository(
        ref=shape.to_ref(installation),
        html_url=shape.html_url,
        is_archived=shape.archived,
        is_disabled=shape.disabled,
        is_fork=shape.fork,
    )
