"""A release on its way: every move goes into its row, its timeline, the journal and the receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.audit.model import Entry
from bot.audit.model import Kind as EntryKind
from bot.audit.store import append
from bot.commands.model import Reason, Receipt, Status
from bot.commands.receipts import try_receipt
from bot.gates.model import NEWS, About, News
from bot.github.errors import Unavailable, Uncertain
from bot.page_links import Kind
from bot.releases.model import End, ReleaseEvent, Stage
from bot.releases.render import render_aborted, render_with_page
from bot.releases.states import may_move
from bot.releases.store import keep, save, tell

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection
    from typing_extensions import TypeForm

    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.releases.model import Document, ReleaseRequest, ReleaseRow

T = TypeVar("T")

# While GitHub is not there; the client has retried for some minutes each time.
_PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))
_log = structlog.get_logger()


class IllegalMoveError(Exception):
    """The story wanted to go from one stage to another that the table does not allow."""


@dataclass(slots=True)
class Underway:
    """One release while its run makes it; replayed, it comes to the same."""

    run: Run
    request: ReleaseRequest
    services: Services
    row: ReleaseRow
    files: str = ""  # safe Markdown: those that were verified
    told: int = 0
    said: tuple[str, ...] = ()

    async def enter(self, stage: Stage, text: str, *, reason: Reason, url: str = "") -> None:
        """This function will go to the stage, or say more about the present one, and let everyone see it.

        Raises:
            IllegalMoveError: the table of moves does not allow it.
        """
        if stage is not self.row.stage and not may_move(self.row.stage, stage):
            raise IllegalMoveError(f"{self.row.stage} does not go to {stage}")
        now = await self.run.now()
        self.row = replace(self.row, stage=stage, reason=reason, text=text, updated_at=now)
        event = ReleaseEvent(
            repository_id=self.row.repository_id,
            tag=self.row.tag,
            key=f"{self.row.attempt:04}-{self.told:03}-{stage}",
            at=now,
            stage=stage,
            text=text,
            url=url,
        )
        self.told += 1
        write = partial(_write, row=self.row, event=event, entry=self._entry(event))
        database = self.services.database
        await self.run.step(f"record {stage}", lambda: database.write(write), returns=None)

    async def keep(self, document: Document, text: str) -> None:
        """This function will keep a document for the page of the release."""
        event = ReleaseEvent(
            repository_id=self.row.repository_id,
            tag=self.row.tag,
            key=document.value,
            at=await self.run.now(),
            stage=self.row.stage,
            text=text,
        )
        write, database = partial(keep, event=event, document=document), self.services.database
        await self.run.step(f"keep {document}", lambda: database.write(write), returns=None)

    async def say(self, status: Status, text: str) -> None:
        """This function will put how it stands into the receipt, where that is not there already."""
        if (status, self.row.reason, text) == self.said:
            return
        self.said = (status, self.row.reason, text)
        receipt = self.receipt(status, self.row.reason, text)
        repo = self.services.repository(self.request.repository)
        await try_receipt(self.run, receipt, repo=repo, effects=self.services.effects)

    def receipt(self, status: Status, reason: Reason, text: str) -> Receipt:
        """This function will make the receipt of the command that asked for the release."""
        request = self.request
        return Receipt(
            number=request.number,
            key=request.receipt,
            line=request.line,
            author=request.author.login,
            status=status,
            reason=reason,
            text=render_with_page(text, self.page),
        )

    @property
    def page(self) -> str:
        """The address of the release's page, or "" where the bot has no pages."""
        links, row = self.services.links, self.row
        if links is None:
            return ""
        return links.address(row.repository_id, Kind.RELEASE, page_subject(row.tag), now=row.created_at)

    async def rest(self, timeout: timedelta) -> End | None:  # noqa: ASYNC109 - a durable deadline
        """This function will wait for news, at most so long, and return the end where a person aborted the release."""
        news = await self.run.wait(NEWS, timeout=timeout, returns=News)
        if news is not None and news.about is About.CANCEL:
            text = render_aborted(self.row.tag, by=news.by, why=news.text)
            return End(stage=Stage.ABORTED, status=Status.FAILED, reason=Reason.RELEASE_ABORTED, text=text)
        return None

    async def persist(self, name: str, action: Callable[[], Awaitable[T]], returns: TypeForm[T]) -> T | End:
        """This function will do the step, and do it again for a while where GitHub is not there.

        Raises:
            GitHubError: GitHub refuses it, or was not there for too long.
        """
        for patience in _PATIENCE:
            try:
                return await self.run.step(name, action, returns)
            except (Unavailable, Uncertain) as error:
                _log.warning("step_tried_again", step=name, error=str(error))
            aborted = await self.rest(patience)
            if aborted is not None:
                return aborted
        return await self.run.step(name, action, returns)

    def _entry(self, event: ReleaseEvent) -> Entry:
        row, request = self.row, self.request
        return Entry(
            key=f"release/{row.tag}/{event.key}",
            repository_id=row.repository_id,
            kind=EntryKind.EFFECT,
            at=event.at,
            actor=request.author.login,
            actor_id=request.author.id,
            what=f"release {row.stage}",
            subject=f"#{row.number} {row.tag} {row.sha[:7]}",
            result=row.reason,
            evidence=event.url or row.url,
            detail={"release": str(row.release_id), "workflow_run": str(row.workflow_run_id)},
        )


def page_subject(tag: str) -> str:
    """This function will make the part of a page's address that names the tag, whatever it is made of."""
    return tag.encode().hex()


def _write(connection: Connection, *, row: ReleaseRow, event: ReleaseEvent, entry: Entry) -> None:
    save(connection, row)
    tell(connection, event)
    append(connection, entry)
