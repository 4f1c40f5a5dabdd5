"""A repository on the local GitHub and a client for it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github.app import GitHub
from bot.github.models import (
    Comment,
    InstallationId,
    RepositoryRef,
    Sha,
)
from bot.github.operations import LIST_COMMENTS
from bot.github.shapes import CommentShape
from bot.github.tuning import Tuning
from bot.localhub.state import accounts, git, pulls, runs
from tests.support.hub import wall_clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.github.client import RepositoryClient
    from bot.localhub.server import LocalHub
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Installation, Pull, Repository


async def no_pause(_: float) -> None:
    await asyncio.sleep(0)


@dataclass(frozen=True)
class World:
    """A private repository with a pull request whose workflow run failed, and a client for it."""

    hub: LocalHub
    github: GitHub
    repository: Repository
    installation: Installation
    pull: Pull
    run: WorkflowRun
    repo: RepositoryClient

    @property
    def head(self) -> Sha:
        """The head of the pull request."""
        return Sha(self.pull.head_sha)


async def list_comments(repo: RepositoryClient, number: int) -> tuple[Comment, ...]:
    """Read all comments of an issue or pull request, oldest first."""
    shapes = await repo.calls.list(LIST_COMMENTS, CommentShape, {"issue_number": number})
    return tuple(shape.to_comment() for shape in shapes)


def push(world: World, branch: str, **files: str) -> Sha:
    """Commit files onto a branch, made from main if new."""
    store = world.hub.store
    made = git.push(
        store, world.repository, branch, files=files, message=f"Push {branch}", author=store.user("ada")
    )
    return Sha(made.sha)


@asynccontextmanager
async def world_of(hub: LocalHub) -> AsyncIterator[World]:
    """This function will seed a repository and open a client for it."""
    store = hub.store
    files = {"src/lib.rs": "fn main() {}\n", ".github/workflows/deploy.yml": "on: workflow_dispatch\n"}
    repository = accounts.create_repository(store, "acme/rocket", files=files)
    installation = accounts.install(store, hub.app, repository)
    ada = store.user("ada")
    accounts.set_role(repository, ada, "write")
    git.push(store, repository, "topic", files={"src/lib.rs": "fn main() { }\n"}, message="Fix", author=ada)
    pull = pulls.open_pull(store, repository, title="Fix it", head="topic", author=ada, body="Please")
    workflow = runs.workflow_of(store, repository, "ci.yml", name="CI")
    runs.workflow_of(store, repository, "deploy.yml", name="Deploy")
    new = runs.NewRun(head_sha=pull.head_sha, head_branch="topic", actor=ada)
    run = runs.start_run(store, repository, workflow, new, jobs=("test", "lint"))
    runs.finish_job(store, run.latest.jobs[0], "failure", log=b"error: it broke\n")
    runs.finish_job(store, run.latest.jobs[1], "success", log=b"fine\n")
    runs.finish_run(store, run)
    ref = RepositoryRef(
        installation_id=InstallationId(installation.id), id=repository.id, full_name="acme/rocket"
    )
    tuning = Tuning(pace=None, attempts=4, sleep=no_pause)
    client = GitHub(hub.client_id, hub.private_key_pem, clock=wall_clock, api_url=hub.url, tuning=tuning)
    async with client as github:
        yield World(hub, github, repository, installation, pull, run, github.repository(ref))
