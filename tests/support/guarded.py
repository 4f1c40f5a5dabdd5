"""A repository whose production is guarded by two pairs of eyes, the people around it, and a runner that obeys."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.config.parameter_values import RESERVED
from bot.localhub.state import accounts, checks, git, issues, pulls, runs
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Comment, Pull, User
    from bot.localhub.state.reports import CheckRun

WORKFLOW = "on:\n  workflow_dispatch:\n    inputs:\n" + "".join(
    f"      {name}:\n" for name in (*RESERVED, "region")
)
POLICY = """\
environments:
  staging:
    workflow: deploy.yml
    checks: [test]
  production:
    workflow: deploy.yml
    checks: [test]
    parameters: [region]
    approvals: {from: {users: [amara, bo]}}
"""
_REASON = re.compile(r"\*\*(?P<status>[a-z]+)\*\* · `(?P<reason>[a-z_]+)`")


@dataclass
class Guarded:
    """The bot, its repository and everyone who has to do with it.

    `wren` may write and asks; `amara` and `bo` may approve; `ada` may write and wrote the pull request; `mallory` may
    write and should not get further than that.
    """

    bot: Bot
    pull: Pull
    holds: set[str] = field(default_factory=set)  # workflow files whose runs are not finished by themselves
    begun: list[WorkflowRun] = field(default_factory=list)

    def user(self, login: str) -> User:
        """This function will give a person."""
        return self.bot.hub.store.user(login)

    async def says(self, login: str, body: str, *, number: int | None = None) -> Comment:
        """This function will have a person comment, and everything happen that follows."""
        comment = self.writes(login, body, number=number)
        await self.settle()
        return comment

    def writes(self, login: str, body: str, *, number: int | None = None) -> Comment:
        """This function will have a person comment, and nothing happen yet."""
        store, repository = self.bot.hub.store, self.bot.repository
        on = number or self.pull.number
        return issues.write_comment(store, repository, on, body=body, author=self.user(login))

    async def presses(self, login: str, label: str) -> None:
        """This function will have a person press a button of the newest gate."""
        store, repository, check = self.bot.hub.store, self.bot.repository, self.gate()
        identifier = next(one["identifier"] for one in check.actions if one["label"] == label)
        checks.request_action(store, repository, check, identifier=identifier, user=self.user(login))
        await self.settle()

    def gate(self, environment: str = "production") -> CheckRun:
        """This function will give the newest check run of an environment's gate."""
        name = f"pilothouse / {environment}"
        return [one for one in self.bot.repository.check_runs.values() if one.name == name][-1]

    def push(self, login: str = "ada", *, message: str = "More", content: str = "2") -> str:
        """This function will push a commit onto the pull request's branch and pass its checks."""
        store, repository = self.bot.hub.store, self.bot.repository
        made = git.push(
            store,
            repository,
            self.pull.head_ref,
            files={"basin.txt": content},
            message=message,
            author=self.user(login),
        )
        self.passes(made.sha)
        return made.sha

    def passes(self, sha: str) -> None:
        """This function will pass the checks of a commit."""
        store, repository = self.bot.hub.store, self.bot.repository
        workflow = runs.workflow_of(store, repository, "ci.yml", name="CI", dispatchable=False)
        new = runs.NewRun(head_sha=sha, head_branch=self.pull.head_ref, actor=self.user("ada"), event="push")
        run = runs.start_run(store, repository, workflow, new, jobs=["test"])
        for job in run.latest.jobs:
            runs.finish_job(store, job, "success", log=b"fine\n")
        runs.finish_run(store, run)

    def starts(self, run: WorkflowRun) -> None:
        """This function will take a dispatched workflow run, and pass it unless its file is held."""
        self.begun.append(run)
        if run.workflow.path.rpartition("/")[2] not in self.holds:
            self.finishes(run)

    def finishes(self, run: WorkflowRun, conclusion: str = "success") -> None:
        """This function will end a dispatched workflow run."""
        store = self.bot.hub.store
        for job in run.latest.jobs or [runs.add_job(store, run, "apply")]:
            runs.finish_job(store, job, conclusion)
        runs.finish_run(store, run)

    async def settle(self) -> None:
        """This function will let everything happen that follows from what has happened."""
        await self.bot.settle()

    def deployed(self, environment: str = "production") -> list[str]:
        """This function will list the commits with which a deployment of the environment was dispatched."""
        return [run.inputs["sha"] for run in self.begun if run.inputs.get("environment") == environment]

    def answer(self, comment: Comment) -> tuple[str, str]:
        """This function will give status and reason code of a command's receipt; both empty without an answer."""
        start = f"<!-- pilothouse:receipt {comment.id}/"
        for one in self.bot.repository.issues[comment.number].comments:
            if one.app is self.bot.hub.app and one.body.startswith(start):
                found = _REASON.search(one.body)
                assert found, one.body
                return found["status"], found["reason"]
        return "", ""


@asynccontextmanager
async def guarded(folder: Path, *, policy: str = POLICY) -> AsyncIterator[Guarded]:
    """This function will open a guarded repository with one green pull request."""
    async with serving(folder) as bot:
        store, repository = bot.hub.store, bot.repository
        files = {".github/pilothouse.yml": policy, ".github/workflows/deploy.yml": WORKFLOW}
        git.push(store, repository, "main", files=files, message="Guard", author=bot.ada)
        for login, role in (("wren", "write"), ("amara", "write"), ("bo", "write"), ("mallory", "write")):
            accounts.set_role(repository, store.user(login), role)
        runs.workflow_of(store, repository, "deploy.yml")
        git.push(store, repository, "guarded", files={"basin.txt": "1"}, message="Dredge", author=bot.ada)
        pull = pulls.open_pull(store, repository, title="Dredge", head="guarded", author=bot.ada)
        made = Guarded(bot, pull)
        made.passes(pull.head_sha)
        store.player = made.starts
        await made.settle()
        yield made
