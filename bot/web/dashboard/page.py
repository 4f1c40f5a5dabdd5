"""What a page of the dashboard is: an address, a template, and how its facts are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.config.web_settings import GOALS
from bot.github.addresses import SITE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.github.sightings import KnownRepository
    from bot.page_links import PageLinks
    from bot.storage.database import Database
    from bot.storage.inbox import Inbox
    from bot.web.viewer import Viewer


class Scope(StrEnum):
    """Who opens a page."""

    PERSON = "person"  # whoever signed in; it shows only what they may read
    REPOSITORY = "repository"  # who can read the repository that its address names
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a page is read with."""

    viewer: Viewer
    database: Database
    inbox: Inbox
    links: PageLinks  # to the pages that summaries link to
    now: datetime
    match: Mapping[str, str]  # the named parts of the address
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)  # of what is posted
    repository: KnownRepository | None = None  # that the address names; in Scope.REPOSITORY always there
    goals: Mapping[str, float] = field(default_factory=lambda: GOALS)  # seconds that people may have to wait
    github: str = SITE  # where GitHub's own pages are

    @property
    def home(self) -> KnownRepository:
        """The repository of a page of one.

        Raises:
            LookupError: the page is of none.
        """
        if self.repository is None:
            raise LookupError(self.match)
        return self.repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file instead of a page."""

    name: str
    content_type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a page shows: the template's facts, and how it stands in a few characters, for those who follow it."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""  # empty: nothing to follow
    download: Download | None = None  # which is answered instead of the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a form: where to go next, and a sentence that is shown there once."""

    address: str
    said: str


Read = Callable[[Reading], Awaitable[Seen | None]]  # None: there is no such page for this person
Follow = Callable[[Reading], Awaitable[str]]  # the version alone, without all that the page shows
Act = Callable[[Reading], Awaitable[Done]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardPage:
    """A page of the dashboard."""

    name: str  # unique; also the word that marks it as the present one in the navigation
    path: str  # an aiohttp pattern; in Scope.REPOSITORY it follows /repos/OWNER/NAME
    template: str  # of bot/web/templates/dashboard
    scope: Scope
    read: Read
    follow: Follow | None = None  # None: the whole page is read to know its version
    title: str = ""  # in the navigation; empty: it is not there
    order: int = 0  # in the navigation
    acts: Mapping[str, Act] = field(default_factory=dict)  # forms, by the last part of their address
