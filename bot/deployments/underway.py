"""A deployment on its way: every move goes into its row, its timeline, the journal, GitHub's status and the receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.audit.model import Entry
from bot.audit.model import Kind as EntryKind
from bot.audit.store import append
from bot.commands.model import Reason, Status
from bot.commands.receipts import try_receipt
from bot.config.policy import parse_duration
from bot.deployments.effects import report
from bot.deployments.health.verification import Beat, Stopped
from bot.deployments.leases.leasing import keep_alive
from bot.deployments.model import Stage, TimelineEvent
from bot.deployments.render import describe_status, render_cancelled, render_lost, render_with_page
from bot.deployments.states import may_move, may_show, shown_as
from bot.deployments.store import save
from bot.deployments.timeline import tell
from bot.gates.model import NEWS, About, News
from bot.github.errors import GitHubError, Unavailable, Uncertain
from bot.page_links import Kind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from sqlalchemy import Connection
    from typing_extensions import TypeForm

    from bot.deployments.effects import Deploying
    from bot.deployments.leases.model import Lease
    from bot.deployments.model import DeploymentRow, End
    from bot.engine.model import Run
    from bot.github.models import DeploymentState
    from bot.github.run_models import WorkflowRun

T = TypeVar("T")

# However short the policy's lease is, it must outlast the longest time between two signs of life.
SHORTEST_LEASE = timedelta(minutes=5)
_RENEW = timedelta(seconds=45)
_PATIENCE = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 120))
_log = structlog.get_logger()


class IllegalMoveError(Exception):
    """The story wanted to go from one stage to another that the table does not allow."""


def lease_length(written: str) -> timedelta:
    """This function will say how long a lease lasts without a sign of life, for the length that the policy gives."""
    return max(parse_duration(written), SHORTEST_LEASE)


@dataclass(slots=True)
class Underway:
    """One deployment while its run carries it out; replayed, it comes to the same."""

    run: Run
    work: Deploying
    lease: Lease
    renewed_at: datetime
    row: DeploymentRow
    prefix: str = ""  # of its timeline's keys: a rollback within the run has a line of its own
    shown: DeploymentState | None = None  # what GitHub was told last
    told: int = 0
    said: tuple[str, ...] = ()
    is_loose: bool = False  # its workflow run may still change the environment, although it has ended

    async def enter(
        self, stage: Stage, text: str, *, seen: WorkflowRun | None = None, reason: str = ""
    ) -> None:
        """This function will go to the stage, or say more about the present one, and let everyone see it.

        Raises:
            IllegalMoveError: the table of moves does not allow it.
        """
        if stage is not self.row.stage and not may_move(self.row.stage, stage):
            raise IllegalMoveError(f"{self.row.stage} does not go to {stage}")
        self.row = replace(
            self.row,
            stage=stage,
            state=shown_as(stage, seen),
            reason=reason,
            log_url=seen.html_url if seen is not None else self.row.log_url,
        )
        await self._record(text)
        await self.show(seen)

    async def show(self, seen: WorkflowRun | None = None) -> None:
        """This function will give the GitHub Deployment its state, where that has changed."""
        stage, state = self.row.stage, shown_as(self.row.stage, seen)
        is_early = stage is Stage.CREATED or (stage is Stage.APPLYING and seen is None)
        if self.row.deployment_id <= 0 or is_early or not may_show(self.shown, state):
            return
        self.shown = state
        deployment_id, url = self.row.deployment_id, self.row.log_url
        try:
            await self.run.step(
                f"status {state}",
                lambda: report(self.work, deployment_id, state, text=describe_status(self.row), log_url=url),
                returns=None,
            )
        except GitHubError as error:
            _log.warning("deployment_status_not_written", deployment_id=deployment_id, error=str(error))

    async def keep(self, row: DeploymentRow) -> None:
        """This function will remember more about the deployment without another stage."""
        self.row = replace(row, updated_at=await self.run.now())
        kept = self.row
        if kept.deployment_id:
            database = self.work.services.database
            await self.run.step("row", lambda: database.write(partial(save, row=kept)), returns=None)

    async def say(self, status: Status, reason: Reason, text: str) -> None:
        """This function will put how it stands into the receipt, where that is not there already."""
        if (status, reason, text) == self.said:
            return
        self.said = (status, reason, text)
        text = render_with_page(text, self.page)
        receipt = replace(self.work.request.receipt, status=status, reason=reason, text=text)
        await try_receipt(self.run, receipt, repo=self.work.repo, effects=self.work.services.effects)

    @property
    def page(self) -> str:
        """The address of the deployment's page, or "" where the bot has no pages or GitHub no deployment."""
        links, row = self.work.services.links, self.row
        if links is None or row.deployment_id <= 0 or row.created_at is None:
            return ""
        return links.address(row.repository_id, Kind.DEPLOYMENT, str(row.deployment_id), now=row.created_at)

    async def pulse(self, beat: Beat) -> Stopped | None:
        """This function will keep the lease alive and heed a cancellation; what it returns must stop the deployment."""
        news, name = beat.news, self.row.environment
        if news is not None and news.about is About.CANCEL:
            return Stopped(reason=Reason.CANCELLED, text=render_cancelled(name, news.by, news.text))
        if await self.run.now() - self.renewed_at >= _RENEW and not await self.renew():
            return Stopped(reason=Reason.LEASE_LOST, text=render_lost(name))
        if beat.text:
            await self.say(Status.RUNNING, Reason.WORKFLOW_RUNNING, beat.text)
        return None

    async def renew(self, workflow_run_id: int | None = None) -> bool:
        """This function will keep the lease alive, and say whether it still is the deployment's."""
        kept = await keep_alive(
            self.run,
            self.lease,
            length=lease_length(self.work.rollout.config.lease),
            services=self.work.services,
            workflow_run_id=workflow_run_id,
        )
        if kept is None:
            return False
        self.lease, self.renewed_at = kept, kept.heartbeat_at
        return True

    async def rest(self, timeout: timedelta) -> News | Stopped | None:  # noqa: ASYNC109 - a durable deadline
        """This function will wait for news, at most so long, and return why the deployment must stop, if it must."""
        news = await self.run.wait(NEWS, timeout=timeout, returns=News)
        return await self.pulse(Beat(news=news)) or news

    async def persist(
        self, name: str, action: Callable[[], Awaitable[T]], returns: TypeForm[T]
    ) -> T | Stopped:
        """This function will do the step, and do it again for some minutes while GitHub is not there.

        Raises:
            GitHubError: GitHub refuses it, or was not there for too long.
        """
        for patience in _PATIENCE:
            try:
                return await self.run.step(name, action, returns)
            except (Unavailable, Uncertain) as error:
                _log.warning("step_tried_again", step=name, error=str(error))
            heard = await self.rest(patience)
            if isinstance(heard, Stopped):
                return heard
        return await self.run.step(name, action, returns)

    async def finish(self, end: End, seen: WorkflowRun | None = None) -> End:
        """This function will end the deployment as it is said, and return that."""
        await self.enter(end.stage, end.text, seen=seen, reason=end.reason)
        return end

    async def _record(self, text: str) -> None:
        now = await self.run.now()
        self.row = replace(self.row, updated_at=now)
        event = TimelineEvent(
            run_id=self.run.id,
            key=f"{self.prefix}{self.told:04}",
            repository_id=self.row.repository_id,
            at=now,
            stage=self.row.stage,
            text=text,
            url=self.row.log_url,
        )
        self.told += 1
        write = partial(_write, row=self.row, event=event, entry=self._entry(event))
        database = self.work.services.database
        await self.run.step(f"record {self.row.stage}", lambda: database.write(write), returns=None)

    def _entry(self, event: TimelineEvent) -> Entry:
        request, row = self.work.request, self.row
        return Entry(
            key=f"deployment/{event.run_id}/{event.key}",
            repository_id=row.repository_id,
            kind=EntryKind.EFFECT,
            at=event.at,
            actor=request.author.login,
            actor_id=request.author.id,
            what=f"{request.task} {row.stage}",
            subject=f"#{row.number} {row.environment} {row.sha[:7]}",
            result=row.reason,
            evidence=row.log_url,
            detail={"deployment": str(row.deployment_id), "token": str(row.lease_token)},
        )


def _write(connection: Connection, *, row: DeploymentRow, event: TimelineEvent, entry: Entry) -> None:
    if row.deployment_id:
        save(connection, row)
    tell(connection, event)
    append(connection, entry)
