"""The story's production: its policy, its health, its issues."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.deployments.leases.model import HoldKind, Place
from bot.deployments.leases.rows import lease_of

if TYPE_CHECKING:
    from tests.support.health import Endpoint
    from tests.support.story import Story

POLICY = """\
environments:
  production:
    verify:
      for: 20s
      every: 10s
      grace: 10s
      failures: 2
      http:
        - url: {url}
    rollback:
      automatic: {automatic}
"""


class Production:
    """The story's production, with a health endpoint."""

    def __init__(self, story: Story, served: Endpoint) -> None:
        self.story = story
        self.served = served
        self.configure()

    def configure(self, *, automatic: bool = True, more: str = "") -> None:
        """This function will put the policy on the default branch."""
        text = POLICY.format(url=self.served.url, automatic=str(automatic).lower())
        self.story.configure(text + more)

    async def deploy(self, content: str, *, status: int = 200) -> str:
        """This function will push a commit, deploy it, and let its health be as the status says."""
        sha = self.story.push(content)
        self.story.check("success")
        await self.story.say("/deploy production")
        await self.apply(status=status)
        return sha

    async def apply(self, *, status: int = 200, conclusion: str = "success") -> None:
        """This function will let the newest dispatched run do its work, and health be watched."""
        run = self.story.dispatched[-1]
        await self.story.play(run, "in_progress")
        self.served.status = status
        await self.story.play(run, "completed", conclusion)
        await self.pass_time()

    async def pass_time(self, *, rounds: int = 4) -> None:
        """This function will let rounds of requests happen."""
        for _ in range(rounds):
            self.story.clock.advance(timedelta(seconds=10))
            await self.story.engine.drain()

    async def pass_minutes(self, minutes: int) -> None:
        """This function will let minutes pass, one by one."""
        for _ in range(minutes):
            self.story.clock.advance(timedelta(minutes=1))
            await self.story.engine.drain()

    @property
    def issues(self) -> list[str]:
        """The issues that the bot has opened."""
        repository = self.story.repository
        return [
            issue.body or ""
            for issue in repository.issues.values()
            if issue.app is self.story.hub.app and issue.number not in repository.pulls
        ]

    async def hold(self) -> HoldKind | None:
        """This function will say what holds the environment."""
        place = Place(repository_id=self.story.repository.id, environment="production")
        lease = await self.story.database.read(lambda connection: lease_of(connection, place))
        return lease.holder.kind if lease else None
