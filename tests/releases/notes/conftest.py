"""A repository on the local GitHub whose history people make, and a client for it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bot.github.app import GitHub
from bot.github.models import InstallationId, RepositoryRef, Sha
from bot.github.tuning import Tuning
from bot.localhub.state import accounts, git, issues, pulls
from bot.releases.notes.model import Asked
from tests.support.github_world import no_pause
from tests.support.hub import wall_clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.github.client import RepositoryClient
    from bot.github.tuning import Call
    from bot.localhub.server import LocalHub
    from bot.localhub.state.nouns import Pull, Repository, User


@dataclass
class Log:
    """A repository with one commit, and what can happen to it."""

    hub: LocalHub
    repository: Repository
    repo: RepositoryClient
    calls: list[Call]
    numbers: int = field(default=0)

    def person(self, login: str) -> User:
        """This function will find a person, or a bot."""
        return self.hub.store.user(login, type="Bot" if login.endswith("[bot]") else "User")

    def commit(self, message: str, path: str = "", *, branch: str = "main", by: str = "ada") -> Sha:
        """This function will push a commit."""
        self.numbers += 1
        files = {path or f"{self.numbers}.txt": str(self.numbers)}
        made = git.push(
            self.hub.store, self.repository, branch, files=files, message=message, author=self.person(by)
        )
        return Sha(made.sha)

    def merge(  # noqa: PLR0913 - a merge has these parts
        self,
        *messages: str,
        title: str,
        path: str = "",
        by: str = "ada",
        method: str = "squash",
        body: str | None = None,
        base: str = "main",
    ) -> Pull:
        """This function will merge a pull request of such commits."""
        self.numbers += 1
        branch = f"topic-{self.numbers}"
        self.branch(branch, at=self.repository.branches[base])
        for message in messages:
            self.commit(message, path, branch=branch, by=by)
        author = self.person(by)
        store = self.hub.store
        made = pulls.open_pull(
            store, self.repository, title=title, head=branch, author=author, body=body, base=base
        )
        pulls.merge(store, self.repository, made, sender=self.person("ada"), method=method)
        return made

    def issue(self, title: str = "It breaks") -> int:
        """This function will open an issue and return its number."""
        author = self.person("rao")
        return issues.open_issue(
            self.hub.store, self.repository, title=title, body=None, author=author
        ).number

    def branch(self, name: str, *, at: str) -> None:
        """This function will make a branch of a commit."""
        self.repository.branches[name] = at

    def tag(self, name: str, sha: str = "") -> None:
        """This function will tag a commit, or the newest of the default branch."""
        at = sha or self.repository.branches["main"]
        git.set_tag(self.hub.store, self.repository, name, at, self.repository.owner)

    def asked(
        self, version: str, *, branch: str = "main", tag: str = "v{version}", paths: tuple[str, ...] = ()
    ) -> Asked:
        """This function will ask for a version of the newest commit of a branch."""
        sha = Sha(self.repository.branches[branch])
        return Asked(version=version, tag=tag, branch=branch, sha=sha, paths=paths)

    def comments(self, number: int) -> list[str]:
        """This function will list what the bot has written on an issue or pull request."""
        found = self.repository.issues[number].comments
        return [one.body for one in found if one.app is self.hub.app]


@pytest.fixture
async def log(hub: LocalHub) -> AsyncIterator[Log]:
    """A repository of which nothing was released yet."""
    async with _log(hub) as made:
        yield made


@asynccontextmanager
async def _log(hub: LocalHub) -> AsyncIterator[Log]:
    repository = accounts.create_repository(hub.store, "acme/rocket", files={"README.md": "rocket\n"})
    installation = accounts.install(hub.store, hub.app, repository)
    accounts.set_role(repository, hub.store.user("ada"), "write")
    ref = RepositoryRef(
        installation_id=InstallationId(installation.id), id=repository.id, full_name="acme/rocket"
    )
    calls: list[Call] = []
    tuning = Tuning(pace=None, attempts=2, sleep=no_pause, observe=calls.append)
    client = GitHub(hub.client_id, hub.private_key_pem, clock=wall_clock, api_url=hub.url, tuning=tuning)
    async with client as github:
        yield Log(hub, repository, github.repository(ref), calls)
