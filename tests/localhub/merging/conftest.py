"""What the tests of merging on the local GitHub share: a repository in which people push and ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.state import checks, git, pulls
from bot.localhub.state.protections import Rule, Ruleset

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from bot.localhub.state.nouns import Commit, Pull, Repository
    from tests.localhub.conftest import Seeded
    from tests.support.hub_client import Answer, Caller

R = "/repos/acme/rocket"


@dataclass(frozen=True)
class Yard:
    """The seeded repository, with a caller who may do what the App may."""

    hub: LocalHub
    seeded: Seeded
    call: Caller

    @property
    def repository(self) -> Repository:
        """The repository."""
        return self.seeded.repository

    @property
    def pull(self) -> Pull:
        """The pull request that was there first, from `topic`."""
        return self.seeded.pull

    def push(self, branch: str, files: dict[str, str | None], message: str = "Change") -> Commit:
        """This function will push as ada."""
        store = self.hub.store
        return git.push(
            store, self.repository, branch, files=dict(files), message=message, author=store.user("ada")
        )

    def open(self, branch: str, files: dict[str, str | None], *, base: str = "main", body: str = "") -> Pull:
        """This function will push a branch and open a pull request from it."""
        if base != "main":
            tip = self.repository.branches[base]
            git.move_branch(self.hub.store, self.repository, branch, tip, self.hub.store.user("ada"))
        self.push(branch, files, f"Change {branch}")
        return pulls.open_pull(
            self.hub.store,
            self.repository,
            title=f"Add {branch}",
            head=branch,
            base=base,
            author=self.hub.store.user("ada"),
            body=body,
        )

    def check(self, sha: str, conclusion: str | None, name: str = "test") -> None:
        """This function will let the Actions App report a check on a commit, or start one."""
        store = self.hub.store
        suite = checks.suite_for(store, self.repository, store.actions_app, sha)
        run = checks.add_run(store, self.repository, suite, name=name)
        status = "in_progress" if conclusion is None else "completed"
        checks.settle(store, self.repository, run, status=status, conclusion=conclusion)

    def rule(self, *rules: Rule, **ruleset: Any) -> Ruleset:
        """This function will put a ruleset in force, by default on the default branch."""
        made = Ruleset(id=self.hub.store.next_id(), rules=rules, **ruleset)
        self.repository.rulesets.append(made)
        return made

    async def merge(self, pull: Pull | None = None, **body: Any) -> Answer:
        """This function will ask for a merge of a pull request at its head."""
        which = pull or self.pull
        sent = {"sha": which.head_sha, **body}
        return await self.call("PUT", f"{R}/pulls/{which.number}/merge", sent)

    async def read(self, path: str) -> Any:
        """This function will read something of the repository."""
        answer = await self.call("GET", f"{R}/{path}".rstrip("/"))
        assert answer.status == 200, answer.body
        return answer.body

    def files(self, ref: str = "main") -> dict[str, bytes]:
        """This function will give the files of a branch."""
        return self.hub.store.commits[self.repository.branches[ref]].files

    def tip(self, ref: str = "main") -> Commit:
        """This function will give the commit of a branch."""
        return self.hub.store.commits[self.repository.branches[ref]]


@pytest.fixture
async def yard(hub: LocalHub, seeded: Seeded, as_installation: Caller) -> Yard:
    """The repository, recorded and held against GitHub's description."""
    return Yard(hub, seeded, as_installation)
