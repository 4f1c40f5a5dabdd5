"""Keeps the issues about sessions in trouble: opened once, edited when they stand otherwise, closed when it is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.github.errors import GitHubError, NotFound
from bot.github.issues import create_issue, find_issue, get_issue, update_issue
from bot.github.limits import Priority
from bot.page_links import Kind
from bot.supervision.hosts.model import Host
from bot.supervision.sessions.gathering import machines_of
from bot.supervision.sessions.model import Session  # noqa: TC001 - msgspec reads the annotations at run time
from bot.supervision.sessions.orders import Place
from bot.supervision.sessions.store import change_session, sessions_of
from bot.supervision.sessions.telling.render import (
    TroubleFacts,
    render_trouble,
    trouble_marker,
    trouble_title,
)
from bot.supervision.sessions.telling.rules import Trouble, is_over, trouble_of, untold_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient
    from bot.supervision.sessions.plan import Watch

# The last lines of an agent's terminal without secrets; nothing where they cannot be read.
ReadTerminal = Callable[[Host, Place], Awaitable[str]]
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A session whose issue does not say how it stands."""

    session: Session
    trouble: Trouble | None  # None where it is over
    others: tuple[str, ...] = ()  # whom the same trouble is told of with it


async def tell_troubles(run: Run, watch: Watch, services: CostServices, read_terminal: ReadTerminal) -> None:
    """This function will open, edit and close issues; where GitHub is away, the next look does."""
    teller = _Teller(watch=watch, services=services, read_terminal=read_terminal)
    for told in await run.step("troubles", teller.due, returns=tuple[Told, ...]):
        try:
            await run.step(f"tell of {told.session.name}", partial(teller.tell, told), returns=None)
        except GitHubError as error:
            _log.warning("session_issue_not_written", session=told.session.name, error=str(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    watch: Watch
    services: CostServices
    read_terminal: ReadTerminal

    async def due(self) -> tuple[Told, ...]:
        """Those whose trouble is new, has changed, or is over."""
        repository_id = self.watch.repository.id
        rows = await self.services.services.database.read(lambda rows: sessions_of(rows, repository_id))
        return tuple(self._due(rows, self.watch.known))

    def _due(self, rows: tuple[Session, ...], before: Mapping[str, Session]) -> Iterator[Told]:
        untold = untold_of(rows, now=self.watch.now)
        for row in rows:
            if row.name not in self.watch.plan.supervised.agents:
                if row.issue is not None:
                    yield Told(session=row, trouble=None)
                continue
            trouble = trouble_of(row, self.watch.terms(row.name))
            known = before.get(row.name)
            if trouble is not None and (row.issue is None or known is None or known.state is not row.state):
                yield Told(session=row, trouble=trouble)
            elif row.name in untold and row.issue is None:
                yield Told(session=row, trouble=Trouble.UNTOLD, others=untold[row.name])
            elif row.issue is not None and is_over(row):
                yield Told(session=row, trouble=None)

    async def tell(self, told: Told) -> None:
        """Make the issue say how the session stands; done twice it is as done once."""
        session, number = told.session, told.session.issue
        if told.trouble is None:
            if number is not None:
                await self._edit(
                    number, TroubleFacts(session=session, trouble=None, marker=trouble_marker(session))
                )
            await self._keep(session, None)
            return
        facts = TroubleFacts(
            session=session,
            trouble=told.trouble,
            marker=trouble_marker(session),
            tail=await self._tail(session) if told.trouble is not Trouble.UNTOLD else "",
            url=self._url(session.name),
            others=told.others,
        )
        if number is None or not await self._edit(number, facts):
            number = await self._open(facts, told.trouble)
        await self._keep(session, number)

    async def _open(self, facts: TroubleFacts, trouble: Trouble) -> int:
        title = trouble_title(facts.session, trouble)

        async def act() -> int:
            return (await create_issue(self._repo, title=title, body=render_trouble(facts))).number

        async def find() -> int | None:
            found = await find_issue(self._repo, marker=facts.marker, state="all")
            return None if found is None else found.number

        key = (
            f"session_issue/{self.watch.repository.id}/{facts.session.name}/{facts.session.since.isoformat()}"
        )
        return await self.services.services.effects.once(key, act, read_back=find, returns=int)

    async def _edit(self, number: int, facts: TroubleFacts) -> bool:
        """Whether it was there and open: one that somebody closed or deleted tells nobody of new trouble."""
        try:
            issue = await get_issue(self._repo, number)
            if issue is None or issue.state != "open":
                return False
            title = issue.title if facts.trouble is None else trouble_title(facts.session, facts.trouble)
            body = render_trouble(facts)
            await update_issue(self._repo, number, title=title, body=body, is_closed=facts.trouble is None)
        except NotFound:
            return False
        return True

    async def _tail(self, session: Session) -> str:
        place = self.watch.place(session.name, session.process)
        machines = machines_of(self.watch.repository, self.watch.plan.supervised, self.services)
        host = machines.reach(place.agent.host)
        return "" if isinstance(host, str) else await self.read_terminal(host, place)

    async def _keep(self, session: Session, number: int | None) -> None:
        change = partial(replace, issue=number)
        await self.services.services.database.write(
            lambda rows: change_session(rows, session.repository_id, session.name, change)
        )

    def _url(self, name: str) -> str:
        links = self.services.services.links
        if links is None:
            return ""
        return links.address(self.watch.repository.id, Kind.AGENTS, name, now=self.watch.now)

    @property
    def _repo(self) -> RepositoryClient:
        return self.services.services.github.repository(self.watch.repository, priority=Priority.SUMMARY)
