"""The store of the local GitHub: everything it knows, and who is told when something happens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.localhub.state.nouns import App, Commit, Installation, Repository, Tag, User

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.localhub.state.actions import WorkflowRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that GitHub tells the subscribed Apps: an event, its action and its nouns."""

    event: str
    action: str | None
    repository: Repository | None
    sender: User
    subject: Any
    extra: dict[str, Any] = field(default_factory=dict)


class NotThere(LookupError):  # noqa: N818 - it says what it is: the 404 of the state
    """A noun that does not exist."""


class Store:
    """Everything the local GitHub remembers."""

    def __init__(self, *, clock: Callable[[], datetime], base_url: str = "http://127.0.0.1") -> None:
        self._clock = clock
        self._ids = count(1001)
        self.base_url = base_url
        self.users: dict[str, User] = {}
        self.repositories: dict[str, Repository] = {}
        self.repositories_by_id: dict[int, Repository] = {}
        self.renamed: dict[str, int] = {}
        self.commits: dict[str, Commit] = {}
        self.blobs: dict[str, bytes] = {}
        self.trees: dict[str, dict[str, bytes]] = {}
        self.tag_objects: dict[str, Tag] = {}
        self.installations: dict[int, Installation] = {}
        self.listeners: list[Callable[[Happening], None]] = []
        self.player: Callable[[WorkflowRun], None] | None = None
        self.github = self.user("github", type="Organization")
        self.actions_app = self.app("github-actions", name="GitHub Actions", owner=self.github)

    def now(self) -> datetime:
        """This function will give the time, in whole seconds as GitHub tells it."""
        return self._clock().replace(microsecond=0)

    def exact_now(self) -> datetime:
        """This function will give the time as exactly as the clock knows it."""
        return self._clock()

    def next_id(self) -> int:
        """This function will give an id that nothing else has."""
        return next(self._ids)

    def user(self, login: str, *, type: str = "User") -> User:  # noqa: A002 - GitHub's word
        """This function will give the user of that login, made on first mention."""
        found = self.users.get(login.lower())
        if found is None:
            found = User(id=self.next_id(), login=login, type=type, created_at=self.now())
            self.users[login.lower()] = found
        return found

    def app(
        self,
        slug: str,
        *,
        name: str,
        owner: User,
        permissions: dict[str, str] | None = None,
        events: tuple[str, ...] = (),
    ) -> App:
        """This function will register a GitHub App with its bot user."""
        number = self.next_id()
        digest = hashlib.sha256(slug.encode()).hexdigest()[:16]
        return App(
            id=number,
            client_id=f"Iv23li{digest}",
            slug=slug,
            name=name,
            owner=owner,
            bot=self.user(f"{slug}[bot]", type="Bot"),
            permissions=permissions or {},
            events=events,
            created_at=self.now(),
        )

    def repository(self, full_name: str) -> Repository:
        """This function will give the repository of that name, also by a former name."""
        key = full_name.lower()
        found = self.repositories.get(key) or self.repositories_by_id.get(self.renamed.get(key, 0))
        if found is None:
            raise NotThere(full_name)
        return found

    def installation_of(self, repository: Repository) -> Installation | None:
        """This function will give the installation that covers a repository, if one does."""
        for installation in self.installations.values():
            if repository.id in installation.repository_ids:
                return installation
        return None

    def emit(self, happening: Happening) -> None:
        """This function will tell every listener what happened."""
        for listener in self.listeners:
            listener(happening)

    def clear(self) -> None:
        """This function will forget everything but users and Apps; ids go on counting."""
        self.repositories.clear()
        self.repositories_by_id.clear()
        self.renamed.clear()
        self.installations.clear()
        self.commits.clear()
        self.blobs.clear()
        self.trees.clear()
        self.tag_objects.clear()
