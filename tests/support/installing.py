"""`pilothouse init` in this process: against a repository of the local GitHub, or a folder."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.cli.installing.errand import Errand
from bot.cli.installing.proposal import into_repository
from bot.cli.installing.tree import into_folder
from bot.config.app_settings import AppAccess
from bot.localhub.server import AppSettings, LocalHub
from bot.localhub.state import accounts, git, pulls
from bot.pack.installing.deciding.wishing import Wishes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.localhub.state.nouns import Pull, Repository
    from bot.pack.installing.model import Wish

FULL_NAME = "acme/breakwater"
CI = ".github/workflows/ci-build.yml"
TESTS = ".github/workflows/tests-all.yml"
PERMISSIONS = {"metadata": "read", "contents": "write", "pull_requests": "write", "workflows": "write"}
CRATE = {
    "Cargo.toml": b'[workspace]\nmembers = ["store", "wire"]\n',
    "store/Cargo.toml": b'[package]\nname = "breakwater-store"\nversion = "0.1.0"\n',
    "store/src/lib.rs": b"",
    "wire/Cargo.toml": b'[package]\nname = "breakwater-wire"\nversion = "0.1.0"\n',
    "wire/src/lib.rs": b"",
}
THIRD = {
    "Cargo.toml": b'[workspace]\nmembers = ["store", "wire", "gate"]\n',
    "gate/Cargo.toml": b'[package]\nname = "breakwater-gate"\nversion = "0.1.0"\n',
    "gate/src/lib.rs": b"",
}
NO_WISHES = Wishes()


def errand(
    *,
    full_name: str = FULL_NAME,
    wishes: Wishes = NO_WISHES,
    files: Mapping[str, Wish] | None = None,
    source: Path | None = None,
    is_dry: bool = False,
) -> Errand:
    """This function will make an errand on which nothing is asked."""
    return Errand(
        full_name=full_name,
        login="",
        source=source,
        wishes=wishes,
        files=files or {},
        is_dry=is_dry,
        is_sure=True,
        shows_diff=False,
        may_ask=False,
    )


async def write_into(folder: Path, what: Errand) -> str:
    """This function will write into a folder, and return what was said."""
    said = io.StringIO()
    with redirect_stdout(said):
        await into_folder(what, folder)
    return said.getvalue()


@dataclass
class Site:
    """A repository of the local GitHub that is brought its pipeline."""

    hub: LocalHub
    repository: Repository
    writes: list[str] = field(default_factory=list)  # of the latest run: METHOD PATH

    async def bring(self, what: Errand | None = None) -> str:
        """This function will open or update the pull request, and return what was said."""
        said = io.StringIO()
        self.hub.gateway.clear()
        try:
            with redirect_stdout(said):
                await into_repository(what or errand(), self.access)
        finally:
            self.writes = [
                one.operation
                for one in self.hub.gateway.seen
                if one.method != "GET" and one.operation != "apps/create-installation-access-token"
            ]
        return said.getvalue()

    @property
    def access(self) -> AppAccess:
        """What it takes to speak as the App."""
        key = self.hub.private_key_pem
        return AppAccess(app_id=self.hub.client_id, private_key=key, github_api_url=self.hub.url)

    @property
    def pulls(self) -> list[Pull]:
        """Every pull request, oldest first."""
        return list(self.repository.pulls.values())

    def merge(self) -> None:
        """This function will have a person squash the latest pull request."""
        pulls.merge(
            self.hub.store, self.repository, self.pulls[-1], sender=self.repository.owner, method="squash"
        )

    def file(self, path: str, *, branch: str = "main") -> str | None:
        """This function will read a file of a branch; None where it is not there."""
        content = self.hub.store.commits[self.repository.branches[branch]].files.get(path)
        return None if content is None else content.decode()

    def push(self, files: Mapping[str, bytes | str | None], *, branch: str = "main") -> None:
        """This function will have a person push."""
        author = self.hub.store.user("wren")
        git.push(self.hub.store, self.repository, branch, files=files, message="Change it", author=author)


def open_site(hub: LocalHub, files: Mapping[str, bytes] | None = None, *, full_name: str = FULL_NAME) -> Site:
    """This function will make a repository that the App is installed on."""
    repository = accounts.create_repository(hub.store, full_name, files=CRATE if files is None else files)
    accounts.set_role(repository, hub.store.user("wren"), "write")
    accounts.install(hub.store, hub.app, repository)
    return Site(hub=hub, repository=repository)


def app_that_may(permissions: Mapping[str, str] | None = None) -> AppSettings:
    """This function will describe an App that was granted what `init` needs, or something else."""
    return AppSettings(permissions=dict(permissions or PERMISSIONS))
