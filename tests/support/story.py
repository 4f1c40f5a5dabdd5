"""Slash commands played against the local GitHub: flows in memory, everything else real."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.flow import obey
from bot.commands.hear import hear
from bot.commands.model import ObeyRequest, Source
from bot.commands.spec import CommandSpec, Services
from bot.deployments.flow import Deployer, relay
from bot.deployments.model import DeployRequest, RelayRequest
from bot.deployments.rollback.freeze import REPORT_FREEZE, Freezing, report_freeze
from bot.engine.model import Flow
from bot.github.app import GitHub
from bot.github.models import Actor, InstallationId, RepositoryRef
from bot.github.tuning import Tuning
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, checks, deployments, git, issues, pulls, runs
from bot.plugins import load
from bot.storage.database import Database
from bot.storage.effects import Effects
from tests.support.clock import Clock
from tests.support.engine import InProcessEngine
from tests.support.health import LOOPBACK
from tests.support.hub import assert_true_to_github, record_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.github.tuning import Call
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import App, Comment
    from bot.localhub.state.reports import Deployment

BRANCH = "feature"
SPECS = load("handlers.commands", "COMMAND", CommandSpec)

# A workflow that takes whatever the bot may give, and one parameter.
DEPLOY_YML = """\
name: Deploy
on:
  workflow_dispatch:
    inputs:
      environment:
      sha:
      deployment_id:
      lease_token:
      plan_digest:
      plan_run_id:
      stage:
      canary:
      task:
      artifact_digest:
      region:
"""


async def _no_pause(_: float) -> None:
    pass


class Story:
    """A repository with one pull request, `ada` who may write, and the bot's flows."""

    def __init__(self, hub: LocalHub, clock: Clock, github: GitHub, database: Database) -> None:
        self.hub = hub
        self.clock = clock
        self.calls: list[Call] = []
        self.ada = hub.store.user("ada")
        self.repository = accounts.create_repository(
            hub.store, "octo/harbour", files={".github/workflows/deploy.yml": DEPLOY_YML}
        )
        accounts.set_role(self.repository, self.ada, "write")
        self.installation = accounts.install(hub.store, hub.app, self.repository)
        git.push(
            hub.store, self.repository, BRANCH, files={"basin.txt": "1"}, message="Dredge", author=self.ada
        )
        self.pull = pulls.open_pull(hub.store, self.repository, title="Dredge", head=BRANCH, author=self.ada)
        runs.workflow_of(hub.store, self.repository, "ci.yml", name="CI", dispatchable=False)
        runs.workflow_of(hub.store, self.repository, "deploy.yml", name="Deploy")
        self.ref = RepositoryRef(
            installation_id=InstallationId(self.installation.id),
            id=self.repository.id,
            full_name=self.repository.full_name,
        )
        self.database = database
        self.effects = Effects(database, clock, pauses=(0.0,))
        self.services = Services(github=github, effects=self.effects, database=database, specs=SPECS)
        self.obeyed_apps: frozenset[int] = frozenset()
        self.engine = self.new_engine()

    def new_engine(self, *, repeat_every_step: bool = False) -> InProcessEngine:
        """This function will make an engine with the flows of commands and deployments."""
        obeying = partial(obey, services=self.services, obeyed_apps=self.obeyed_apps)
        deploying = Deployer(services=self.services, prober=LOOPBACK, settle=timedelta()).deploy
        reporting = partial(report_freeze, services=self.services)
        return InProcessEngine(
            [
                Flow(name="obey", request=ObeyRequest, story=obeying),
                Flow(name="deploy", request=DeployRequest, story=deploying),
                Flow(name=REPORT_FREEZE, request=Freezing, story=reporting),
                Flow(name="relay", request=RelayRequest, story=partial(relay, database=self.database)),
            ],
            clock=self.clock,
            repeat_every_step=repeat_every_step,
        )

    async def write(
        self, text: str, *, by: str = "ada", number: int | None = None, app: App | None = None
    ) -> Comment:
        """This function will comment on the pull request and let the bot hear it, without running anything yet."""
        where = number or self.pull.number
        author = app.bot if app else self.hub.store.user(by)
        comment = issues.write_comment(
            self.hub.store, self.repository, where, body=text, author=author, app=app
        )
        request = ObeyRequest(
            repository=self.ref,
            number=where,
            is_pull_request=where == self.pull.number,
            source=Source.COMMENT,
            source_id=comment.id,
            author=Actor(id=author.id, login=author.login, type=author.type),
            created_at=comment.created_at,
            commands=(),
            app_id=app.id if app else None,
        )
        await self.engine.submit(hear(request, text, self.services.grammars))
        return comment

    async def say(self, text: str, *, by: str = "ada") -> Comment:
        """This function will comment on the pull request and let everything happen that follows."""
        comment = await self.write(text, by=by)
        await self.engine.drain()
        return comment

    @property
    def receipts(self) -> list[str]:
        """What the bot has written on the pull request."""
        comments = self.repository.issues[self.pull.number].comments
        return [comment.body for comment in comments if comment.app is self.hub.app]

    @property
    def deployments(self) -> list[Deployment]:
        """The GitHub Deployments there are."""
        return list(self.repository.deployments.values())

    @property
    def dispatched(self) -> list[WorkflowRun]:
        """The workflow runs that were dispatched."""
        return [run for run in self.repository.runs.values() if run.event == "workflow_dispatch"]

    def states(self, deployment: Deployment) -> list[str]:
        """This function will list the states that the deployment has gone through."""
        return [status.state for status in deployment.statuses]

    def check(self, *conclusions: str | None, event: str = "push") -> WorkflowRun:
        """This function will run CI on the head, a job for each conclusion; None stays in progress."""
        workflow = runs.workflow_of(self.hub.store, self.repository, "ci.yml")
        new = runs.NewRun(head_sha=self.pull.head_sha, head_branch=BRANCH, actor=self.ada, event=event)
        names = [f"job {number}" for number in range(len(conclusions))]
        run = runs.start_run(self.hub.store, self.repository, workflow, new, jobs=names)
        for job, conclusion in zip(run.latest.jobs, conclusions, strict=True):
            if conclusion is None:
                runs.start_job(self.hub.store, job)
            else:
                runs.finish_job(self.hub.store, job, conclusion)
        if None not in conclusions:
            runs.finish_run(self.hub.store, run)
        return run

    def run(self, file: str, event: str, jobs: Mapping[str, str | None]) -> WorkflowRun:
        """This function will run a workflow on the head; a job without a conclusion goes on."""
        store = self.hub.store
        known = runs.workflow_of(store, self.repository, file, name=file)
        new = runs.NewRun(head_sha=self.pull.head_sha, head_branch=BRANCH, actor=self.ada, event=event)
        run = runs.start_run(store, self.repository, known, new, jobs=list(jobs))
        for job, conclusion in zip(run.latest.jobs, jobs.values(), strict=True):
            if conclusion is not None:
                runs.finish_job(store, job, conclusion)
        if None not in jobs.values():
            runs.finish_run(store, run)
        return run

    def push(self, content: str = "2") -> str:
        """This function will push another commit to the pull request's branch."""
        files = {"basin.txt": content}
        return git.push(
            self.hub.store, self.repository, BRANCH, files=files, message="More", author=self.ada
        ).sha

    def environment(self, *names: str) -> None:
        """This function will make environments as an administrator does in the settings."""
        for name in names:
            deployments.environment_of(self.hub.store, self.repository, name)

    def configure(self, text: str) -> None:
        """This function will put the configuration file on the default branch."""
        files = {".github/pilothouse.yml": text}
        git.push(self.hub.store, self.repository, "main", files=files, message="Configure", author=self.ada)

    async def play(self, run: WorkflowRun, action: str, conclusion: str = "success") -> None:
        """This function will move the deployment's workflow run and tell the bot about it."""
        if action == "in_progress":
            runs.start_job(self.hub.store, runs.add_job(self.hub.store, run, "deploy"))
        else:
            for job in run.latest.jobs or [runs.add_job(self.hub.store, run, "deploy")]:
                runs.finish_job(self.hub.store, job, conclusion)
            runs.finish_run(self.hub.store, run)
        await self.tell(run, action)

    async def tell(self, run: WorkflowRun, action: str) -> None:
        """This function will deliver news of a workflow run and let everything happen that follows."""
        news = RelayRequest(
            repository=self.ref, workflow_run_id=run.id, attempt=run.latest.number, action=action
        )
        await self.engine.submit([news.start()])
        await self.engine.drain()

    def suite(self, name: str, conclusion: str) -> None:
        """This function will let another App report a check on the head."""
        suite = checks.suite_for(
            self.hub.store, self.repository, self.hub.store.actions_app, self.pull.head_sha
        )
        run = checks.add_run(self.hub.store, self.repository, suite, name=name)
        checks.settle(self.hub.store, self.repository, run, status="completed", conclusion=conclusion)


@asynccontextmanager
async def told(folder: Path) -> AsyncIterator[Story]:
    """This function will open a story whose whole traffic must be as GitHub describes it."""
    record = record_file(folder)
    clock = Clock()
    hub = await LocalHub.start(clock=clock, record=record)
    database = Database(f"sqlite:///{folder / 'pilothouse.db'}")
    database.open()
    calls: list[Call] = []
    tuning = Tuning(pace=None, attempts=3, sleep=_no_pause, observe=calls.append)
    try:
        async with GitHub(
            str(hub.app_id), hub.private_key_pem, clock=clock, api_url=hub.url, tuning=tuning
        ) as github:
            story = Story(hub, clock, github, database)
            story.calls = calls
            yield story
            await story.engine.restart()
    finally:
        database.close()
        await hub.close()
    assert_true_to_github(record)
