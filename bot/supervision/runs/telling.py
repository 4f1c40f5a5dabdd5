"""Keeps the one issue that tells of workflow runs that hang: opened for a person, closed when none is needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.github.issues import create_issue, find_issue, get_issue, update_issue
from bot.supervision.runs.render import TITLE, issue_marker, render_issue
from bot.supervision.runs.states import is_trouble
from bot.supervision.runs.store import hung_runs_of, save_hung_run

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.github.client import RepositoryClient
    from bot.github.models import Issue
    from bot.supervision.runs.model import HungRun

_TOLD = timedelta(days=7)


async def tell(repo: RepositoryClient, services: Services, *, now: datetime) -> None:
    """This function will make the issue say how the runs that hang stand; it may be done twice.

    A person who closes it is heard: it tells nothing more of the runs that it told of.
    """
    rows = await services.database.read(
        lambda connection: hung_runs_of(connection, repo.ref.id, since=now - _TOLD)
    )
    trouble = tuple(row for row in rows if is_trouble(row, now))
    teller = _Teller(repo=repo, services=services, now=now)
    issue = await teller.newest(rows)
    if issue is not None and issue.state == "open":
        await teller.edit(issue, rows, is_closed=not trouble)
        await teller.note(trouble, issue.number)
        return
    untold = tuple(row for row in trouble if row.issue is None)
    if untold:
        await teller.note(untold, await teller.open(rows, untold[-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    repo: RepositoryClient
    services: Services
    now: datetime

    async def newest(self, rows: tuple[HungRun, ...]) -> Issue | None:
        """The issue that told of these runs last; None where there is none any more."""
        numbers = [row.issue for row in rows if row.issue is not None]
        if not numbers:
            return None
        return await get_issue(self.repo, max(numbers))

    async def edit(self, issue: Issue, rows: tuple[HungRun, ...], *, is_closed: bool) -> None:
        body = render_issue(rows, now=self.now)
        if is_closed or issue.body.replace("\r\n", "\n").strip() != body.strip():
            await update_issue(self.repo, issue.number, title=issue.title, body=body, is_closed=is_closed)

    async def open(self, rows: tuple[HungRun, ...], first: HungRun) -> int:
        async def act() -> int:
            body = render_issue(rows, now=self.now)
            return (await create_issue(self.repo, title=TITLE, body=body)).number

        async def find() -> int | None:
            found = await find_issue(self.repo, marker=issue_marker())
            return None if found is None else found.number

        place = f"{first.run_id}/{first.attempt}/{first.found_at:%Y%m%dT%H%M%S}"
        key = f"hung_runs/{self.repo.ref.id}/{place}"
        return await self.services.effects.once(key, act, read_back=find, returns=int)

    async def note(self, rows: tuple[HungRun, ...], number: int) -> None:
        def store(connection: Connection) -> None:
            for row in rows:
                if row.issue != number:
                    save_hung_run(connection, replace(row, issue=number))

        await self.services.database.write(store)
