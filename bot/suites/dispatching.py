"""Has GitHub run what is wanted: each workflow run is dispatched once, at the commit that the person saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.deployments.store import dispatched
from bot.forms import decode
from bot.github.actions import dispatch_workflow, list_dispatched_runs
from bot.github.errors import Conflict
from bot.storage.tables import effects

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.github.client import RepositoryClient
    from bot.github.run_models import WorkflowRun
    from bot.suites.model import RunSuites, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """Dispatches what one command wants."""

    request: RunSuites
    services: Services
    since: datetime

    @property
    def repo(self) -> RepositoryClient:
        """The client for the repository."""
        return self.services.repository(self.request.repository)

    async def dispatch(self, target: Target) -> int:
        """This function will dispatch the workflow once and return the id of its workflow run.

        Raises:
            GitHubError: it could not be dispatched, or nobody knows which run it is.
        """

        async def act() -> int:
            inputs = {"sha": self.request.head.sha, "suite": target.suite}
            return await dispatch_workflow(
                self.repo, workflow=target.workflow, ref=self.request.head.ref, inputs=inputs
            )

        async def find() -> int | None:
            return await self._found(target)

        key = f"{self._prefix}{self.request.key}/{target.key}"
        return await self.services.effects.once(key, act, read_back=find, returns=int)

    @property
    def _prefix(self) -> str:
        return f"dispatch/{self.request.repository.id}/"

    async def _found(self, target: Target) -> int | None:
        """The workflow run of a dispatch whose answer was lost."""
        found = await list_dispatched_runs(
            self.repo, branch=self.request.head.ref, workflow=target.workflow, since=self.since
        )
        known = await self.services.database.read(lambda connection: dispatched(connection, self._prefix))
        free = [one for one in found if one.id not in known]
        ours = [one for one in free if _is_titled(one, target)] or free
        if len(ours) > 1:
            raise Conflict(
                "GitHub's answer to the dispatch was lost, and it cannot be told which workflow run it began: "
                + ", ".join(str(one.id) for one in ours)
            )
        return ours[0].id if ours else None


def _is_titled(found: WorkflowRun, target: Target) -> bool:
    """Whether the run's title, which the workflow makes of its inputs, names the suite."""
    return bool(target.suite) and target.suite in found.display_title


def follower_key(repository_id: int, workflow_run_id: int) -> str:
    """This function will name the effect that remembers which run of ours follows a workflow run."""
    return f"follows/{repository_id}/{workflow_run_id}"


def followers_of(
    connection: Connection, repository_id: int, workflow_run_ids: Iterable[int]
) -> dict[int, str]:
    """This function will return which runs of ours follow these workflow runs; those that none follows are left out."""
    keys = {follower_key(repository_id, each): each for each in workflow_run_ids}
    query = select(effects.c.key, effects.c.result).where(
        effects.c.key.in_(keys), effects.c.result.is_not(None)
    )
    return {keys[row.key]: decode(row.result, str) for row in connection.execute(query)}
