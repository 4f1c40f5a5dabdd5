"""Who belongs to a team of an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github import trust_operations as op
from bot.github.errors import NotFound

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient


class MembershipShape(Struct):
    """A person's membership of a team."""

    state: str


async def is_team_member(repo: RepositoryClient, *, org: str, slug: str, login: str) -> bool:
    """This function will say whether a person belongs to the team or to one below it, and has accepted.

    Raises:
        GitHubError: it could not be read, which must deny: an unknown membership is none.
    """
    variables = {"org": org, "team_slug": slug, "username": login}
    try:
        shape = await repo.calls.get(op.GET_TEAM_MEMBERSHIP, MembershipShape, variables)
    except NotFound:  # no member, or no such team
        return False
    return shape.state == "active"
