"""The whole bot beside an AWS of its own: people steer a cluster by comments, and its machines can be looked at."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bot.budget.model import Mode, Stage
from bot.config.cost_settings import CostSettings
from bot.config.costing import CostConfig
from bot.costs.cluster.store import cluster_of
from bot.costs.model import CLUSTER, METER, MeterCosts
from bot.costs.standing import Budget
from bot.costs.store.budgets import keep_budget, save_budget
from bot.engine.model import Flow
from bot.localhub.state import accounts, git, issues, runs
from handlers.schedule import SCHEDULES
from tests.support.bot import REPOSITORY, Bot, serving
from tests.support.clock import Clock
from tests.support.cloud.aws import HOME, Cloud, cloud

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.costs.cluster.model import Cluster
    from bot.engine.model import Run
    from bot.localhub.state.actions import WorkflowRun

BEGIN = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
GROUPS = """\
    groups:
      storage: {type: i4i.2xlarge, count: 5, scales: true}
      client: {type: c7a.xlarge, count: 1}
      conduit: {type: t3.medium, count: 1}
"""
HEAD = f"""\
costs:
  limit: 100
  actions: false
  report: {{issue: false}}
  tags: {{team: harbour}}
  accounts: [{{id: "{HOME}"}}]
  enforce: {{cluster: harbour-test, at_most: 4}}
  cluster:
"""
BY_WORKFLOW = HEAD + GROUPS
WORKFLOW = """\
name: Cluster
on:
  workflow_dispatch:
    inputs:
      action:
      nodes:
"""


@dataclass
class Yard:
    """A repository with a cluster, and the world that it stands in."""

    bot: Bot
    world: Cloud
    template: str = "pilothouse-cluster"
    subnet: str = ""

    @property
    def by_fleet(self) -> str:
        """A configuration that has EC2 make the cluster."""
        fleet = f"    fleet: {{launch_template: {self.template}, subnets: [{self.subnet}]}}\n"
        return HEAD + GROUPS + fleet

    def configure(self, text: str) -> None:
        """This function will push another configuration."""
        store, author = self.bot.hub.store, self.bot.ada
        files = {".github/pilothouse.yml": text, ".github/workflows/cluster.yml": WORKFLOW}
        git.push(store, self.bot.repository, "main", files=files, message="Costs", author=author)
        runs.workflow_of(store, self.bot.repository, "cluster.yml", name="Cluster")

    async def say(self, text: str, *, by: str = "ada", number: int | None = None) -> str:
        """This function will write a comment, let all happen that follows, and return the newest receipt."""
        author = self.bot.hub.store.user(by)
        where = number or self.bot.pull.number
        issues.write_comment(self.bot.hub.store, self.bot.repository, where, body=text, author=author)
        await self.bot.settle()
        return self.receipts(where)[-1]

    async def say_and_die(self, text: str, *, after: str) -> str:
        """This function will write a comment, kill the process after a step, and return the receipt in the end."""
        self.bot.engine.crash_in(after)
        issues.write_comment(
            self.bot.hub.store,
            self.bot.repository,
            self.bot.pull.number,
            body=text,
            author=self.bot.ada,
        )
        await self.bot.settle()
        await self.bot.engine.restart()
        await self.bot.settle()
        return self.receipts()[-1]

    def receipts(self, number: int | None = None) -> list[str]:
        """This function will list the receipts on the pull request, or on an issue, as they stand."""
        return [one for one in self.said(number) if "pilothouse:receipt" in one]

    def said(self, number: int | None = None) -> list[str]:
        """This function will list all that the bot has written there."""
        comments = self.bot.repository.issues[number or self.bot.pull.number].comments
        return [one.body for one in comments if one.app is self.bot.hub.app]

    def running(self) -> list[str]:
        """This function will list the machines that cost."""
        return [name for name, state in self.world.make.states().items() if state in {"pending", "running"}]

    async def cluster(self) -> Cluster:
        """This function will read how the cluster stands."""
        found: Cluster = await self.bot.database.read(
            lambda rows: cluster_of(rows, self.bot.ref.id, now=self.bot.clock.now)
        )
        return found

    @property
    def dispatched(self) -> list[WorkflowRun]:
        """The runs of the cluster's workflow, oldest first."""
        found = self.bot.repository.runs.values()
        return sorted((run for run in found if run.event == "workflow_dispatch"), key=lambda run: run.id)

    async def end_run(self, run: WorkflowRun, conclusion: str = "success") -> None:
        """This function will let a workflow run end, and the bot see it at its next look."""
        runs.finish_run(self.bot.hub.store, run, conclusion)
        await self.live(timedelta(minutes=1))

    async def live(self, duration: timedelta) -> None:
        """This function will let time pass, and what waits for a time before it wake at its time."""
        end = self.bot.clock.now + duration
        while (due := self.bot.engine.next_deadline()) is not None and due <= end:
            self.bot.clock.advance(max(due - self.bot.clock.now, timedelta()))
            await self.bot.settle()
        self.bot.clock.advance(end - self.bot.clock.now)
        await self.bot.settle()

    async def sweep(self, after: timedelta = timedelta()) -> None:
        """This function will let time pass, and the clock look at clusters."""
        await self.live(after)
        (schedule,) = (one for one in SCHEDULES if one.name == "sweep_clusters")
        await self.bot.engine.submit([schedule.start(self.bot.clock.now)])
        await self.bot.settle()

    async def budget(
        self, spent: str, *, stage: Stage = Stage.UNDER, mode: Mode = Mode.ENFORCE, forecast: str = ""
    ) -> None:
        """This function will let the day's costs stand so."""
        now, day = self.bot.clock.now, date.fromisoformat(f"{self.bot.clock.now:%Y-%m-%d}")
        budget = Budget(
            repository=self.bot.ref,
            config=CostConfig(),
            day=day,
            read_at=now,
            updated_at=now,
            limit=Decimal(100),
            mode=mode,
            stage=stage,
            spent=Decimal(spent),
            forecast=Decimal(forecast or spent),
            is_sure=True,
            reading_id="reading-1",
        )
        await self.bot.database.write(lambda rows: keep_budget(rows, self.bot.ref, CostConfig(), now=now))
        await self.bot.database.write(lambda rows: save_budget(rows, budget))


@asynccontextmanager
async def yard(
    folder: Path, *, repeat_every_step: bool = False, is_allowed: bool = True, is_metered: bool = False
) -> AsyncIterator[Yard]:
    """This function will open a bot whose repository may have a cluster, in an AWS with a launch template."""
    clock = Clock(BEGIN)
    async with cloud(clock) as world:
        settings = CostSettings(
            aws_repositories=frozenset({REPOSITORY} if is_allowed else ()), aws_endpoint_url=world.url
        )
        async with serving(folder, clock=clock, costs=settings, repeat_every_step=repeat_every_step) as bot:
            made = Yard(bot, world)
            made.subnet = _prepare(world, made.template)
            if not is_metered:
                bot.engine.flows[METER] = Flow(name=METER, request=MeterCosts, story=_unmetered)
            story: Any = bot.engine.flows[CLUSTER].story
            effects = story.__self__.services.services.effects
            effects._pauses = (0.0,)  # noqa: SLF001 - a lost answer is not worth real seconds
            accounts.set_role(bot.repository, bot.hub.store.user("eve"), "read")
            with patch("bot.costs.cluster.acting.ending.this_instance", _nowhere):
                yield made


async def _unmetered(_run: Run, _request: MeterCosts) -> None:
    """A look at costs asks AWS for much that has nothing to do with the cluster; it has tests of its own."""


async def _nowhere() -> str:
    return ""


def _prepare(world: Cloud, template: str) -> str:
    """What the operator has made: a launch template, and a subnet."""
    ec2 = world.make.ec2()
    ec2.create_launch_template(LaunchTemplateName=template, LaunchTemplateData={"ImageId": "ami-1e749f67"})
    subnets = ec2.describe_subnets()["Subnets"]
    return subnets[0]["SubnetId"]
