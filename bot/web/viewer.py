"""Who looks at a page: a person who signed in with GitHub, and what they may read there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.github.readable import ReadableRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person who signed in; an operator sees what no repository's reader may see."""

    user_id: int
    login: str
    is_operator: bool
    csrf: str = field(repr=False)  # every form of theirs carries it
    repositories: Mapping[int, ReadableRepository] = field(repr=False)  # by id
    is_whole: bool = True  # False: they can read more repositories than GitHub was asked for

    def reads(self, repository_id: int) -> bool:
        """This function will say whether they may see what belongs to this repository."""
        return self.is_operator or repository_id in self.repositories

    def writes(self, repository_id: int) -> bool:
        """This function will say whether they may act for this repository."""
        known = self.repositories.get(repository_id)
        return self.is_operator or (known is not None and known.can_write)


VIEWER: web.RequestKey[Viewer] = web.RequestKey("viewer", Viewer)
