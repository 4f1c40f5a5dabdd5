"""What tests of the local GitHub share: a seeded repository and callers with each kind of credential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, git, pulls, runs
from tests.support.clock import Clock
from tests.support.hub import wall_clock
from tests.support.hub_client import Caller, Receiver, app_jwt, calling, receiving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Installation, Pull, Repository


@dataclass(frozen=True)
class Seeded:
    """A private repository with a pull request whose workflow run failed."""

    repository: Repository
    installation: Installation
    pull: Pull
    run: WorkflowRun


def seed(hub: LocalHub, name: str = "acme/rocket") -> Seeded:
    """This function will seed a repository with one red pull request."""
    store = hub.store
    repository = accounts.create_repository(store, name, files={"src/lib.rs": "fn main() {}\n"})
    installation = accounts.install(store, hub.app, repository)
    ada = store.user("ada")
    accounts.set_role(repository, ada, "write")
    git.push(store, repository, "topic", files={"src/lib.rs": "fn main() { }\n"}, message="Fix", author=ada)
    pull = pulls.open_pull(store, repository, title="Fix it", head="topic", author=ada, body="Please")
    workflow = runs.workflow_of(store, repository, "ci.yml", name="CI")
    new = runs.NewRun(head_sha=pull.head_sha, head_branch="topic", actor=ada)
    run = runs.start_run(store, repository, workflow, new, jobs=("test", "lint"))
    runs.finish_job(store, run.latest.jobs[0], "failure", log=b"error: it broke\n")
    runs.finish_job(store, run.latest.jobs[1], "success", log=b"fine\n")
    runs.finish_run(store, run)
    return Seeded(repository=repository, installation=installation, pull=pull, run=run)


@pytest.fixture
async def seeded(hub: LocalHub) -> Seeded:
    """The recorded hub, seeded; async because what happens is delivered by the running loop."""
    return seed(hub)


@pytest.fixture
async def as_app(hub: LocalHub) -> AsyncIterator[Caller]:
    """A caller with the App's JWT."""
    async with calling(hub, app_jwt(hub, wall_clock())) as caller:
        yield caller


@pytest.fixture
async def as_installation(hub: LocalHub, seeded: Seeded) -> AsyncIterator[Caller]:
    """A caller with an installation token."""
    token = hub.access.issue(seeded.installation, permissions=None, repository_ids=None)
    async with calling(hub, token.text) as caller:
        yield caller


@pytest.fixture
async def receiver(hub: LocalHub) -> AsyncIterator[Receiver]:
    """A receiver of the hub's deliveries."""
    async with receiving(hub) as taking:
        yield taking


@pytest.fixture
def clock() -> Clock:
    """A clock that the test sets."""
    return Clock()


@pytest.fixture
async def wild_hub(clock: Clock) -> AsyncIterator[LocalHub]:
    """A hub that is not recorded, for requests that GitHub's description does not know."""
    started = await LocalHub.start(clock=clock)
    yield started
    await started.close()
