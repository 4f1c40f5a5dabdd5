"""A plan is approved, changes, is approved anew, and exactly it is applied: by the real Terraform, state in S3."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import boto3
import pytest

from bot.localhub.state import accounts, git, issues, runs
from tests.support.aws import CREDENTIALS, moto
from tests.support.bot import REPOSITORY, Bot, serving
from tests.support.terraform import FILES, PLANS, STATE, Runner, terraform_command

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun

pytestmark = [pytest.mark.timeout(300), pytest.mark.no_cover]

POLICY = """\
environments:
  production:
    workflow: apply.yml
    plan: {workflow: plan.yml}
    parameters: [region]
    checks: []
    approvals: {count: 2, from: {users: [amara, bo]}}
"""


@asynccontextmanager
async def _place(folder: Path) -> AsyncIterator[tuple[Bot, Runner]]:
    """A repository with Terraform files, two approvers, and a runner."""
    terraform_command()
    async with moto() as aws, serving(folder) as bot:
        s3 = boto3.client(
            "s3",
            endpoint_url=aws,
            region_name="us-east-1",
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )
        for bucket in (STATE, PLANS):
            await asyncio.to_thread(s3.create_bucket, Bucket=bucket)
        runner = Runner(store=bot.hub.store, folder=folder / "runner", aws=aws, s3=s3)
        runner.folder.mkdir()
        bot.hub.store.player = runner.take
        _furnish(bot)
        yield bot, runner
        s3.close()


def _furnish(bot: Bot) -> None:
    files = FILES | {".github/pilothouse.yml": POLICY}
    for branch in ("main", "feature"):
        git.push(bot.hub.store, bot.repository, branch, files=files, message="Describe", author=bot.ada)
    berths = {"berths.txt": "eight\n"}
    git.push(bot.hub.store, bot.repository, "feature", files=berths, message="Dig a berth", author=bot.ada)
    for name in ("plan.yml", "apply.yml"):
        runs.workflow_of(bot.hub.store, bot.repository, name)
    for login in ("amara", "bo"):
        accounts.set_role(bot.repository, bot.hub.store.user(login), "maintain")


async def _says(bot: Bot, login: str, body: str) -> None:
    issues.write_comment(
        bot.hub.store, bot.repository, bot.pull.number, body=body, author=bot.hub.store.user(login)
    )
    await bot.settle()


async def _go_on(bot: Bot, runner: Runner) -> None:
    """Let the bot and the runner do all there is to do."""
    await bot.settle()
    while runner.waiting:
        await runner.work()
        await bot.settle()


def _receipt(bot: Bot) -> str:
    """The newest word on the deployment."""
    mine = [one.body for one in bot.repository.issues[bot.pull.number].comments if one.app is bot.hub.app]
    return next(body for body in mine if "/deploy production" in body)


def _runs(bot: Bot, name: str) -> list[WorkflowRun]:
    return [run for run in bot.repository.runs.values() if run.workflow.path.endswith(name)]


async def test_what_was_approved_is_what_is_applied(tmp_path: Path) -> None:
    """A plan made anew voids the approval of the old one; the second plan, approved by two, is applied as it is."""
    async with _place(tmp_path) as (bot, runner):
        await _says(bot, "ada", "/deploy production --param region=eu")
        await _go_on(bot, runner)
        assert "waiting" in _receipt(bot)
        (planned,) = _runs(bot, "plan.yml")
        await _says(bot, "amara", "/approve production")

        # somebody changes the environment by hand, so the plan is made anew: it is another one now
        await runner.apply_by_hand(FILES | {"berths.txt": "seven and a half\n"})
        runs.rerun(bot.hub.store, planned, actor=bot.ada, again=lambda _: True)
        await _go_on(bot, runner)
        assert runner.applied == []
        await _says(bot, "bo", "/approve production")
        await _go_on(bot, runner)
        assert runner.applied == []  # amara approved another plan: only one of two has approved this one

        await _says(bot, "amara", "/approve production")
        await _go_on(bot, runner)

        assert "**succeeded**" in _receipt(bot)
        (applied,) = _runs(bot, "apply.yml")
        assert runner.applied == [applied.inputs["plan_digest"]]
        assert await runner.berths() == "eu: eight"


async def test_a_plan_that_was_exchanged_in_its_bucket_is_not_applied(tmp_path: Path) -> None:
    async with _place(tmp_path) as (bot, runner):
        await _says(bot, "ada", "/deploy production")
        await _go_on(bot, runner)
        (planned,) = _runs(bot, "plan.yml")
        await asyncio.to_thread(runner.s3.put_object, Bucket=PLANS, Key=str(planned.id), Body=b"another plan")
        await _says(bot, "amara", "/approve production")
        await _says(bot, "bo", "/approve production")
        await _go_on(bot, runner)

        assert "**failed**" in _receipt(bot)
        assert runner.applied == []
        assert bot.repository.full_name == REPOSITORY
