"""A repository on a local GitHub that is examined, and what is found there."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.config.cost_settings import CostSettings
from bot.config.manifest import Manifest
from bot.costs.aws.accounts import Aws
from bot.doctor.examining import checks, examine
from bot.doctor.seeing.reaching import Means
from bot.github.app import GitHub
from bot.github.person import as_person
from bot.github.tuning import Tuning
from bot.localhub.server import AppSettings, LocalHub
from bot.localhub.state import accounts, git
from tests.support.clock import Clock
from tests.support.hub import assert_true_to_github

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from bot.doctor.model import Finding, Grade, Report
    from bot.localhub.state.nouns import Installation, Repository

PERMISSIONS = {"actions": "write", "checks": "write", "contents": "write", "issues": "write"}
EVENTS = ("push", "workflow_run")
NAME = "acme/breakwater"


@dataclass
class Patient:
    """A repository before it is examined."""

    hub: LocalHub
    repository: Repository
    installation: Installation
    clock: Clock
    manifest: Manifest = field(
        default_factory=lambda: Manifest(name="Pilothouse", permissions=PERMISSIONS, events=EVENTS)
    )
    token: str = ""
    aws_url: str = "http://127.0.0.1:9"  # where nothing answers
    app_id: str = ""  # where not the App's

    async def examined(self, *only: str, name: str = NAME) -> Report:
        """This function will examine the repository, with these checks alone where any are named."""
        tuning = Tuning(pace=None, attempts=2, patience=1.0, timeout=5.0)
        async with AsyncExitStack() as stack:
            github = GitHub(
                self.app_id or self.hub.client_id,
                self.hub.private_key_pem,
                clock=self.clock,
                api_url=self.hub.url,
                tuning=tuning,
            )
            person = None
            if self.token:
                opened = as_person(self.token, api_url=self.hub.url, clock=self.clock, tuning=tuning)
                person = await stack.enter_async_context(opened)
            means = Means(
                github=await stack.enter_async_context(github),
                aws=Aws(CostSettings(aws_endpoint_url=self.aws_url)),
                manifest=self.manifest,
                clock=self.clock,
                person=person,
            )
            wanted = tuple(check for check in checks() if not only or check.name in only)
            return await examine(means, name, wanted)

    async def found(self, check: str) -> Mapping[str, Finding]:
        """This function will examine one thing, and return its findings by what they are about."""
        (result,) = (await self.examined(check)).results
        return {finding.subject: finding for finding in result.findings}

    async def grades(self, check: str) -> dict[str, Grade]:
        """This function will examine one thing, and return how each part of it came out."""
        return {subject: finding.grade for subject, finding in (await self.found(check)).items()}

    def write(self, files: Mapping[str, bytes | None]) -> None:
        """This function will commit files to the default branch; None deletes one."""
        author = self.hub.store.user("ada")
        git.push(self.hub.store, self.repository, "main", files=dict(files), message="Edit", author=author)

    def with_person(self, role: str) -> None:
        """This function will give the token of a person who has the role."""
        person = self.hub.store.user("ada")
        accounts.set_role(self.repository, person, role)
        self.token = self.hub.access.personal_token(person)


@asynccontextmanager
async def examined_patient(
    record: Path,
    *,
    files: Mapping[str, bytes | str] | None = None,
    clock: Callable[[], datetime] | None = None,
) -> AsyncIterator[Patient]:
    """This function will make a repository on a local GitHub whose traffic must be as GitHub describes it."""
    chosen = Clock()
    settings = AppSettings(permissions=dict(PERMISSIONS), events=EVENTS)
    hub = await LocalHub.start(clock=clock or chosen, settings=settings, record=record)
    try:
        repository = accounts.create_repository(hub.store, NAME, files=files)
        installation = accounts.install(hub.store, hub.app, repository)
        yield Patient(hub=hub, repository=repository, installation=installation, clock=chosen)
    finally:
        await hub.close()
    assert_true_to_github(record)
