"""What stands around a page: who looks at it, where one can go from here, and what was said last."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.web.dashboard.page import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.sightings import KnownRepository
    from bot.web.dashboard.page import DashboardPage
    from bot.web.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somewhere to go."""

    title: str
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the base template shows around a page."""

    login: str
    is_operator: bool
    csrf: str = field(repr=False)
    places: tuple[Place, ...]  # of everything
    tabs: tuple[Place, ...] = ()  # of the repository
    repository: KnownRepository | None = None
    said: str = ""  # once, after a form
    here: str = ""  # the page's address, without what is asked
    version: str = ""  # empty: nothing to follow


def frame_for(pages: Iterable[DashboardPage], viewer: Viewer, *, here: str = "") -> Frame:
    """This function will make what stands around a page that is of no repository."""
    return Frame(
        login=viewer.login,
        is_operator=viewer.is_operator,
        csrf=viewer.csrf,
        places=_places(pages, viewer, here),
    )


def repository_address(full_name: str, path: str = "") -> str:
    """This function will make the address of a page of a repository."""
    return f"/repos/{quote(full_name)}{path}"


def _places(pages: Iterable[DashboardPage], viewer: Viewer, here: str) -> tuple[Place, ...]:
    """The pages that are not of one repository, as far as the viewer may open them."""
    shown = [
        page
        for page in pages
        if page.title
        and (page.scope is Scope.PERSON or (page.scope is Scope.OPERATOR and viewer.is_operator))
    ]
    return tuple(
        Place(title=page.title, address=page.path, is_here=page.name == here)
        for page in sorted(shown, key=lambda page: page.order)
    )


def tabs_of(pages: Iterable[DashboardPage], full_name: str, *, here: str) -> tuple[Place, ...]:
    """This function will list the pages of a repository."""
    shown = [page for page in pages if page.title and page.scope is Scope.REPOSITORY]
    return tuple(
        Place(title=page.title, address=repository_address(full_name, page.path), is_here=page.name == here)
        for page in sorted(shown, key=lambda page: page.order)
    )
