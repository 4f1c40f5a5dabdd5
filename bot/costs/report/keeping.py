"""Keeps the report at what is known: the running day, the days that are settled since, the month, the week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.costs.notices.model import Gravity, Notice
from bot.costs.notices.notifying import notify
from bot.costs.report.gathering import day_facts, month_facts, week_facts, with_written
from bot.costs.report.publishing import CommentText, IssueText, Publisher
from bot.costs.report.saying.day import day_marker, render_day
from bot.costs.report.saying.month import month_marker, month_title, render_month
from bot.costs.report.saying.week import render_week, week_marker, week_of, week_summary, week_title
from bot.costs.store.reports import Written, month_of, newly_settled, written
from bot.github.errors import GitHubError
from bot.github.limits import Priority
from bot.page_links import TODAY, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config.costing import CostConfig
    from bot.costs.model import Reading
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef
    from bot.page_links import PageLinks

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_SETTLES = timedelta(days=8)  # for which Cost Explorer may still tell something new of a day
_MONDAY = 0

_log = structlog.get_logger()


async def keep_report(
    run: Run, reading: Reading, config: CostConfig, services: CostServices, repository: RepositoryRef
) -> None:
    """This function will make the month's issue and its comments say what is known now.

    Where GitHub does not take it, the next look writes it: a report never stops the meter.
    """
    if not config.report.issue:
        return
    now = await run.now()
    world = services.services
    keeper = _Keeper(
        publisher=Publisher(
            repo=world.github.repository(repository, priority=Priority.SUMMARY),
            effects=world.effects,
            database=world.database,
            now=now,
        ),
        reading=reading,
        config=config,
        links=world.links,
    )
    try:
        week = await run.step("report", keeper.keep, returns=WeekTold | None)
    except GitHubError as error:
        _log.warning("cost_report_not_written", repository=repository.full_name, error=str(error))
        return
    if week is not None:
        await notify(run, _notice(week, repository, now), config=config)


def _notice(week: WeekTold, repository: RepositoryRef, now: datetime) -> Notice:
    return Notice(
        repository=repository,
        key=week.period,
        gravity=Gravity.INFO,
        title=week.title,
        text=week.text,
        at=now,
        url=week.url,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekTold:
    """The summary of a week, as a notice tells it."""

    period: str
    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keeper:
    """Writes what is to be written; it may be done twice."""

    publisher: Publisher
    reading: Reading
    config: CostConfig
    links: PageLinks | None

    @property
    def today(self) -> date:
        return self.reading.day

    @property
    def first(self) -> date:
        """Of the running month."""
        return self.today.replace(day=1)

    async def keep(self) -> WeekTold | None:
        """This function will write everything: first what is over, so that a month that ends is whole.

        Returns:
            The week that was summed up.
        """
        known = dict(await self._known())
        earlier = (self.first - _DAY).replace(day=1)
        for before in await self._outdated(known):
            await self._day(date.fromisoformat(before.period), before.issue_number, known)
            if known[before.period] is before:
                await self.publisher.confirm(before)
        if month_of(earlier) in known and self.today - self.first < _SETTLES:
            await self._month(earlier, known)
        issue = await self._month(self.first, known)
        week = None
        if self.config.report.weekly and self.today.weekday() == _MONDAY:
            week = await self._week(issue.issue_number, known)
        await self._day(self.today, issue.issue_number, known)
        return week

    async def _known(self) -> dict[str, Written]:
        repository_id = self.reading.repository_id
        return await self.publisher.database.read(lambda connection: written(connection, repository_id))

    async def _outdated(self, known: dict[str, Written]) -> tuple[Written, ...]:
        """The comments of days that ended since they were written, or settled anew, the oldest first."""
        days = [self.today - _DAY * back for back in range(int(_SETTLES / _DAY), 0, -1)]
        told = await self.publisher.database.read(
            lambda connection: newly_settled(connection, self.reading.repository_id, days)
        )
        parts = ((day, part) for day in days if (part := known.get(str(day))) is not None)
        return tuple(
            part
            for day, part in parts
            if part.written_at.date() <= day or told.get(day, part.written_at) > part.written_at
        )

    async def _month(self, first: date, known: dict[str, Written]) -> Written:
        facts = await self.publisher.database.read(
            lambda connection: month_facts(
                connection,
                self.reading.repository_id,
                first,
                today=self.today,
                reconciliation=self.reading.reconciliation,
            )
        )
        facts = replace(with_written(facts, known), url=self._url(facts.last if facts.is_over else None))
        text = IssueText(
            period=month_of(first),
            marker=month_marker(first),
            title=month_title(first),
            body=render_month(facts),
            labels=self.config.report.labels,
            is_closed=facts.is_over,
        )
        part = await self.publisher.issue(text, known.get(text.period))
        known[text.period] = part
        return part

    async def _day(self, day: date, number: int, known: dict[str, Written]) -> None:
        now = self.publisher.now
        facts = await self.publisher.database.read(
            lambda connection: day_facts(connection, self.reading.repository_id, day, now=now)
        )
        if facts is None:
            return
        body = render_day(replace(facts, url=self._url(day)))
        text = CommentText(period=str(day), marker=day_marker(day), body=body)
        known[text.period] = await self.publisher.comment(text, number, known.get(text.period))

    async def _week(self, number: int, known: dict[str, Written]) -> WeekTold | None:
        monday = self.today - _WEEK
        facts = await self.publisher.database.read(
            lambda connection: week_facts(connection, self.reading.repository_id, monday)
        )
        if all(day.total is None for day in facts.days):
            return None
        url = self._url(facts.days[-1].day)
        body = render_week(replace(facts, url=url))
        text = CommentText(period=week_of(monday), marker=week_marker(monday), body=body)
        known[text.period] = await self.publisher.comment(text, number, known.get(text.period))
        return WeekTold(period=text.period, title=week_title(facts), text=week_summary(facts), url=url)

    def _url(self, day: date | None) -> str:
        if self.links is None:
            return ""
        subject = TODAY if day is None else str(day)
        return self.links.address(self.reading.repository_id, Kind.COSTS, subject, now=self.publisher.now)
