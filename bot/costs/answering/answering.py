"""Answers `/cost` from what is metered; where that is old, the question has costs looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Done, Reason, Refused
from bot.costs.answering.question import Period, Question, question_of
from bot.costs.answering.render import (
    Foot,
    render_day_answer,
    render_days_answer,
    render_first,
    render_sources,
)
from bot.costs.aws.accounts import external_id
from bot.costs.metering.discovery import find_budget
from bot.costs.metering.model import Found
from bot.costs.model import MeterCosts
from bot.costs.report.gathering import day_facts
from bot.costs.report.ledger import days_between, parts_between
from bot.costs.store.readings import newest_reading
from bot.costs.store.reports import month_of, written
from bot.page_links import TODAY, Kind

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.costs.standing import Budget
    from bot.engine.model import Run

_OLD = timedelta(minutes=20)  # the clock looks every fifteen
_DAY = timedelta(days=1)
_WEEK = timedelta(days=6)  # and today


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question, with what its answer needs beside the rows."""

    question: Question
    budget: Budget
    now: datetime
    age: timedelta | None  # of the newest look
    url: str
    external_id: str


async def cost(run: Run, call: Call, services: Services) -> Outcome:
    """This function will answer what was spent on what, as it was read last."""
    question = question_of(" ".join(call.command.arguments))
    if isinstance(question, Refused):
        return question
    now = await run.now()
    repo = services.repository(call.request.repository)
    found = await run.step(
        f"budget {call.command.index}",
        lambda: find_budget(repo, services.database, now=now),
        returns=Found,
    )
    if found.budget is None:
        return _without(found)
    age = now - found.budget.read_at if found.budget.reading_id else None
    if age is None or age > _OLD or found.budget.day != now.date():
        await run.send(MeterCosts(repository=found.budget.repository, cause=f"asked-{call.receipt}").start())
    asked = _Asked(
        question=question,
        budget=found.budget,
        now=now,
        age=age,
        url=_url(services, call.request.repository.id, question, now),
        external_id=external_id(call.request.repository.id),
    )
    text = await run.step(
        f"answer {call.command.index}",
        lambda: services.database.read(lambda connection: _text(connection, asked)),
        returns=str,
    )
    return Done(text=text)


def _without(found: Found) -> Refused:
    if found.gap is not None:
        return Refused(reason=Reason.BUDGET_UNREADABLE, text=found.gap.text)
    text = (
        "This repository has no budget, so nothing is metered; "
        "`costs:` in `.github/pilothouse.yml` on the default branch gives it one."
    )
    return Refused(reason=Reason.NO_BUDGET, text=text)


def _text(connection: Connection, asked: _Asked) -> str:
    repository_id, now = asked.budget.repository.id, asked.now
    issue = written(connection, repository_id).get(month_of(now.date()))
    foot = Foot(
        age=asked.age or timedelta(),
        is_looking=asked.age is not None and asked.age > _OLD,
        issue=issue.issue_number if issue else None,
        url=asked.url,
    )
    if asked.age is None:
        return render_first(foot)
    way, today = asked.question.way, now.date()
    match asked.question.period:
        case Period.TODAY:
            return _day(connection, asked, today, foot)
        case Period.YESTERDAY:
            return _day(connection, asked, today - _DAY, foot)
        case Period.WEEK | Period.MONTH as period:
            since = today - _WEEK if period is Period.WEEK else today.replace(day=1)
            days = days_between(connection, repository_id, since=since, until=today)
            parts = parts_between(connection, repository_id, since=since, until=today)
            return render_days_answer(days, parts, way, foot)
        case Period.SOURCES:
            reading = newest_reading(connection, repository_id)
            accounts = asked.budget.config.accounts
            if reading is None:
                return render_first(foot)
            return render_sources(reading, accounts, foot, external_id=asked.external_id, now=now)


def _day(connection: Connection, asked: _Asked, day: date, foot: Foot) -> str:
    facts = day_facts(connection, asked.budget.repository.id, day, now=asked.now)
    if facts is None:
        what = "today" if day == asked.now.date() else "on that day"
        return f"Costs were not looked at {what} yet." if foot.issue is None else _unread(what, foot.issue)
    return render_day_answer(facts, asked.question.way, foot)


def _unread(what: str, issue: int) -> str:
    return f"Costs were not looked at {what} yet. The report is #{issue}."


def _url(services: Services, repository_id: int, question: Question, now: datetime) -> str:
    if services.links is None:
        return ""
    subject = str(now.date() - _DAY) if question.period is Period.YESTERDAY else TODAY
    return services.links.address(repository_id, Kind.COSTS, subject, now=now)
