"""A repository that deploys for real: a policy, workflows that plan and apply, people who approve, a health check."""

from __future__ import annotations

import hashlib
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.deployments.store import row_of_run, rows_of
from bot.deployments.timeline import timeline_of
from bot.localhub.state import accounts, artifacts, git, issues, protection, runs
from tests.support.bot import Bot, serving
from tests.support.guarded import WORKFLOW
from tests.support.health import Endpoint, endpoint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.deployments.model import DeploymentRow, TimelineEvent
    from bot.localhub.state.actions import Job, WorkflowRun
    from bot.localhub.state.nouns import Comment
    from bot.localhub.state.reports import Deployment

FILES = ("deploy.yml", "plan.yml", "apply.yml", "production.yml", "teardown.yml")
APPROVALS = "    approvals: {count: 1, from: {users: [bob, cy]}, request: false}\n"


@dataclass
class Production:
    """The whole bot, and what happens around it."""

    bot: Bot
    health: Endpoint

    def __post_init__(self) -> None:
        store, repository = self.bot.hub.store, self.bot.repository
        for login in ("bob", "cy"):
            accounts.set_role(repository, store.user(login), "write")
        files = {f".github/workflows/{name}": f"name: {name}\n{WORKFLOW}" for name in FILES}
        for branch in ("main", "feature"):
            git.push(store, repository, branch, files=files, message="Workflows", author=self.bot.ada)
        for name in FILES:
            runs.workflow_of(store, repository, name, name=name)
        self.bot.ci({"test": None})

    def policy(self, text: str) -> None:
        """This function will put environments into the configuration on the default branch."""
        files = {".github/pilothouse.yml": f"environments:\n{text}"}
        git.push(
            self.bot.hub.store,
            self.bot.repository,
            "main",
            files=files,
            message="Configure",
            author=self.bot.ada,
        )

    def verify(self) -> str:
        """This function will return the part of a policy that watches the health check."""
        http = f"http: [{{url: '{self.health.url}'}}]"
        return f"    verify: {{{http}, for: 20s, every: 10s, grace: 5s, failures: 2}}\n"

    def protect(self, environment: str) -> None:
        """This function will have the bot asked before a job enters the environment."""
        protection.enable(self.bot.hub.store, self.bot.repository, environment, self.bot.hub.app)

    async def say(self, text: str, *, by: str = "ada") -> Comment:
        """This function will comment on the pull request and let everything happen that follows."""
        hub = self.bot.hub
        number, author = self.bot.pull.number, hub.store.user(by)
        comment = issues.write_comment(hub.store, self.bot.repository, number, body=text, author=author)
        await self.bot.settle()
        return comment

    async def pass_time(self, seconds: float = 15, *, times: int = 1) -> None:
        """This function will let time pass, and everything happen that was waiting for it."""
        for _ in range(times):
            self.bot.clock.advance(timedelta(seconds=seconds))
            await self.bot.settle()

    async def job(
        self,
        run: WorkflowRun,
        name: str,
        conclusion: str | None = "success",
        *,
        environment: str | None = None,
    ) -> Job:
        """This function will let a job of a workflow run happen; one that waits for its environment only begins."""
        store = self.bot.hub.store
        job = next((one for one in run.latest.jobs if one.name == name), None)
        if job is None:
            job = runs.add_job(store, run, name, environment=environment)
        if job.approved_by or not protection.hold(store, job):
            runs.start_job(store, job)
            if conclusion is not None:
                runs.finish_job(store, job, conclusion)
        await self.pass_time()
        return job

    async def finish(self, run: WorkflowRun, conclusion: str | None = None) -> None:
        """This function will end a workflow run."""
        runs.finish_run(self.bot.hub.store, run, conclusion)
        await self.bot.settle()

    def upload_plan(self, run: WorkflowRun, plan: str = "plan 1", *, name: str = "pilothouse-plan") -> str:
        """This function will leave a plan behind and return its digest."""
        digest = hashlib.sha256(plan.encode()).hexdigest()
        summary = {
            "version": 1,
            "sha256": digest,
            "adds": 1,
            "changes": 0,
            "destroys": 0,
            "monthly_cost": "+$12.30",
            "resources": [{"address": "aws_x.y", "action": "create"}],
        }
        content = artifacts.packed({"summary.json": json.dumps(summary).encode()})
        artifacts.upload(self.bot.hub.store, run, name, content)
        return digest

    async def plan(self, run: WorkflowRun, plan: str = "plan 1") -> str:
        """This function will let a run of the planning workflow succeed and return the digest of its plan."""
        digest = self.upload_plan(run, plan)
        await self.job(run, "plan")
        await self.finish(run, "success")
        return digest

    @property
    def dispatched(self) -> list[WorkflowRun]:
        """The workflow runs that were dispatched."""
        return [run for run in self.bot.repository.runs.values() if run.event == "workflow_dispatch"]

    @property
    def deployments(self) -> list[Deployment]:
        """The GitHub Deployments that the bot made."""
        return [one for one in self.bot.repository.deployments.values() if one.app is self.bot.hub.app]

    @property
    def receipts(self) -> list[str]:
        """What the bot has answered on the pull request."""
        comments = self.bot.repository.issues[self.bot.pull.number].comments
        return [
            one.body for one in comments if one.app is self.bot.hub.app and "pilothouse:receipt" in one.body
        ]

    async def rows(self, environment: str = "production") -> tuple[DeploymentRow, ...]:
        """This function will read the rows of an environment's deployments, newest first."""
        number = self.bot.repository.id
        return await self.bot.database.read(
            lambda connection: rows_of(connection, number, environment, most=20)
        )

    async def timeline(self, comment: Comment) -> tuple[TimelineEvent, ...]:
        """This function will read what happened to the deployment that the comment asked for."""
        number, run_id = self.bot.repository.id, self.run_of(comment)
        return await self.bot.database.read(lambda connection: timeline_of(connection, number, run_id))

    async def row(self, comment: Comment) -> DeploymentRow | None:
        """This function will read the row of the deployment that the comment asked for."""
        run_id = self.run_of(comment)
        return await self.bot.database.read(lambda connection: row_of_run(connection, run_id))

    def run_of(self, comment: Comment) -> str:
        """This function will name the run of the deployment that the comment asked for."""
        return f"deploy-{self.bot.repository.id}-{comment.id}-0"


@asynccontextmanager
async def production(folder: Path, *, repeat_every_step: bool = False) -> AsyncIterator[Production]:
    """This function will open a repository that deploys for real, and its bot."""
    async with endpoint() as health, serving(folder, repeat_every_step=repeat_every_step) as bot:
        yield Production(bot, health)
