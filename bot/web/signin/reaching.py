"""What people can read: GitHub's word, kept for minutes, asked again behind the page, good for a while without it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.github.errors import GitHubError, Unauthorized, Unavailable
from bot.sign_ins.entries import Ending

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.github.readable import Kept, PeopleApi, Reach, ReadableRepository
    from bot.web.signin.sessions import Session
    from bot.web.signin.tokens import Renewing

_log = structlog.get_logger()

AGAIN_AFTER = timedelta(minutes=1)  # behind the page that is shown
HOLDS_FOR = timedelta(minutes=5)
HOLDS_WITHOUT_GITHUB = timedelta(minutes=15)
_PAUSE = timedelta(seconds=10)  # after GitHub did not answer
_LONGEST_SECONDS = 20.0  # that somebody waits for a first page
_MOST_PEOPLE = 1_000
_MOST_REPOSITORIES = 200_000  # of all people; 70 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What GitHub told of a person, and when it was asked."""

    login: str
    repositories: Mapping[int, ReadableRepository]
    is_whole: bool
    asked_at: datetime


@dataclass(slots=True)
class _Known:
    """What is known of one person."""

    told: Told | None = None
    failed_at: datetime | None = None
    kept: Kept = field(default_factory=dict)
    asking: asyncio.Task[Told] | None = None


@dataclass(slots=True, kw_only=True)
class Reaching:
    """Knows what people can read.

    Args:
        api: asks GitHub.
        renewing: keeps the tokens good that it is asked with.
        clock: the time in UTC.
        narrowed: since when people may read less than GitHub told before; what it told until then is asked anew.
    """

    api: PeopleApi
    renewing: Renewing
    clock: Callable[[], datetime]
    narrowed: Callable[[], Awaitable[datetime | None]]
    _people: OrderedDict[int, _Known] = field(default_factory=OrderedDict)
    _tasks: set[asyncio.Task[Told]] = field(default_factory=set)

    async def of(self, session: Session) -> Told:
        """This function will say what the person of a sign-in can read.

        Raises:
            Unauthorized: their token is worth nothing any more.
            GitHubError: GitHub does not tell, and what it told last is too old.
        """
        known = self._known(session.row.user_id)
        narrowed = await self.narrowed()
        if known.told is not None and narrowed is not None and known.told.asked_at <= narrowed:
            known.told = known.asking = None  # what is being asked may be answered with what was
        age = None if known.told is None else self.clock() - known.told.asked_at
        if known.told is not None and age is not None and age < HOLDS_FOR:
            if age >= AGAIN_AFTER and not self._has_just_failed(known):
                self._ask(session, known)
            return known.told
        return await self._asked(session, known)

    def learn(self, reach: Reach, kept: Kept) -> None:
        """This function will remember what GitHub has just told of somebody who signs in."""
        known = self._known(reach.user_id)
        known.told, known.kept = _told(reach, self.clock()), kept
        self._shrink()

    def forget(self, user_id: int) -> None:
        """This function will forget what a person can read: they are asked about anew."""
        self._people.pop(user_id, None)

    async def close(self) -> None:
        """This function will stop asking."""
        for one in self._tasks:
            one.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _known(self, user_id: int) -> _Known:
        known = self._people.setdefault(user_id, _Known())
        self._people.move_to_end(user_id)
        return known

    def _shrink(self) -> None:
        """Forget those who came longest ago, where that is more than memory should hold: they are asked about anew."""
        counts = [len(one.told.repositories) if one.told else 0 for one in self._people.values()]
        total = sum(counts)
        for user_id, count in zip(tuple(self._people), counts[:-1], strict=False):
            if total <= _MOST_REPOSITORIES and len(self._people) <= _MOST_PEOPLE:
                return
            self.forget(user_id)
            total -= count

    async def _asked(self, session: Session, known: _Known) -> Told:
        if known.told is not None and self._has_just_failed(known):
            return self._last(known, Unavailable("GitHub did not answer a moment ago"))
        task = self._ask(session, known)
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                return await asyncio.shield(task)
        except TimeoutError:
            return self._last(known, Unavailable("GitHub takes too long"))
        except Unauthorized:
            raise
        except GitHubError as error:
            return self._last(known, error)

    def _last(self, known: _Known, error: GitHubError) -> Told:
        if known.told is None or self.clock() - known.told.asked_at >= HOLDS_WITHOUT_GITHUB:
            raise error
        return known.told

    def _has_just_failed(self, known: _Known) -> bool:
        return known.failed_at is not None and self.clock() - known.failed_at < _PAUSE

    def _ask(self, session: Session, known: _Known) -> asyncio.Task[Told]:
        """One question at a time for a person, however many pages they open."""
        if known.asking is None or known.asking.done():
            known.asking = asyncio.create_task(self._answered(session, known))
            self._tasks.add(known.asking)
            known.asking.add_done_callback(self._tasks.discard)
            known.asking.add_done_callback(_noted)
        return known.asking

    async def _answered(self, session: Session, known: _Known) -> Told:
        now = self.clock()  # what GitHub told is as old as the question
        try:
            told = _told(await self._reached(session, known), now)
        except Unauthorized:
            known.told = None
            await self.renewing.sessions.end(session.key, Ending.NOT_ACCEPTED)
            raise
        except GitHubError:
            known.failed_at = self.clock()
            raise
        if told.login != session.row.login:
            await self.renewing.sessions.rename(session.row.user_id, told.login)
        known.told, known.failed_at = told, None
        self._shrink()
        return told

    async def _reached(self, session: Session, known: _Known) -> Reach:
        token = await self.renewing.good(session)
        try:
            return await self.api.reach(token, known.kept)
        except Unauthorized:
            return await self.api.reach(await self.renewing.after_refusal(session, token), known.kept)


def _told(reach: Reach, asked_at: datetime) -> Told:
    readable = {one.id: one for one in reach.repositories}
    return Told(login=reach.login, repositories=readable, is_whole=reach.is_whole, asked_at=asked_at)


def _noted(task: asyncio.Task[Told]) -> None:
    """What fails behind a page is told in the log: nobody may be waiting for it."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        _log.warning("readable_repositories_not_told", reason=str(error), kind=type(error).__name__)
