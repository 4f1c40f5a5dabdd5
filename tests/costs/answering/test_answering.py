"""`/cost`, asked on an issue or a pull request of a repository with a budget."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Stage
from bot.config.costing import AccountConfig
from bot.costs.answering.render import Foot, render_first, render_sources
from bot.localhub.state import git, issues
from tests.support.bot import serving
from tests.support.clock import Clock
from tests.support.cost_report import ACCOUNT, NOW, lines_on, reading_of, save_month
from tests.support.costs import PLAIN
from tests.support.reporting import keep

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.bot import Bot


def _configure(bot: Bot, text: str = PLAIN) -> None:
    files = {".github/pilothouse.yml": text}
    git.push(bot.hub.store, bot.repository, "main", files=files, message="Costs", author=bot.ada)


async def _ask(bot: Bot, *lines: str) -> list[str]:
    """The bodies of the receipts, one for each line."""
    number = bot.pull.number
    issue = bot.repository.issues[number]
    for line in lines:
        issues.write_comment(bot.hub.store, bot.repository, number, body=line, author=bot.ada)
    await bot.settle()
    return [one.body for one in issue.comments if one.app is bot.hub.app and "pilothouse:receipt" in one.body]


async def test_costs_are_answered_for_each_period_and_way(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW - timedelta(minutes=5))) as bot:
        _configure(bot)
        await bot.settle()
        bot.clock.now = NOW
        reading = await bot.database.write(lambda connection: save_month(connection, bot.ref))
        await keep(bot, reading, cause="1")
        (report,) = (one.number for one in bot.repository.issues.values() if one.title.startswith("Costs of"))

        today, by_agent, yesterday, week, month, sources = await _ask(
            bot,
            "/cost",
            "/cost by agent",
            "/cost yesterday",
            "/cost 7d",
            "/cost month by pr",
            "/cost sources",
        )

        assert "Monday 23 November 2026: $71.80 of $100.00" in today
        assert today.count("```mermaid") == 2
        assert f"Read 0 min ago. The report is #{report}." in today
        assert "| navigator | $20.11 | 28 % |" in by_agent
        assert "By environment" not in by_agent
        assert "Sunday 22 November 2026" in yesterday
        assert re.search(r"17 November to 23 November: \$5\d\d\.\d\d", week)
        assert "7 of 7 days are known, none went over its limit." in week
        assert week.count("#### By ") == 4
        assert "| #12 | " in month
        assert "#### By service" not in month
        assert f"`pilothouse:{bot.ref.id}`" not in sources  # no account is configured
        assert "### Sources" in sources
        assert "ec2:DescribeSnapshots" in sources


async def test_repository_without_a_budget_is_told_how_to_give_itself_one(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        (answer,) = await _ask(bot, "/cost")

        assert "no_budget" in answer
        assert "`costs:` in `.github/pilothouse.yml`" in answer


async def test_mistaken_configuration_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        _configure(bot, "costs: {limit: -5}\n")
        (answer,) = await _ask(bot, "/cost")

        assert "budget_unreadable" in answer
        assert "has mistakes" in answer


async def test_what_is_old_is_looked_at_again(tmp_path: Path) -> None:
    """The first answer is what was known; asked again, it is fresh."""
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        _configure(bot)
        await bot.settle()
        await bot.database.write(lambda connection: save_month(connection, bot.ref))
        bot.clock.advance(timedelta(hours=1))

        *_, old = await _ask(bot, "/cost")
        *_, fresh = await _ask(bot, "/cost")

        assert "Read 1 h 0 min ago; another is under way" in old
        assert "Read 0 min ago" in fresh


async def test_day_without_a_look_and_words_that_say_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        _configure(bot)
        await bot.settle()
        yesterday, wrong = await _ask(bot, "/cost yesterday", "/cost tomorrow")

        assert "Costs were not looked at on that day yet." in yesterday
        assert "unknown_topic" in wrong


@pytest.mark.parametrize("role", [None, "arn:aws:iam::123456789012:role/pilothouse"])
def test_accounts_are_shown_with_the_external_id(role: str | None) -> None:
    """Whoever makes the role's trust policy needs it."""
    lines = lines_on(NOW.date(), Decimal(1), seen_at=NOW)
    reading = replace(reading_of(lines, NOW, repository_id=1, stage=Stage.UNDER), gaps=(), calls={})
    account = AccountConfig(id=ACCOUNT, role=role)

    text = render_sources(reading, (account,), Foot(age=timedelta()), external_id="pilothouse:1", now=NOW)

    assert "`pilothouse:1`" in text
    assert "Nothing is missing in the sum." in text
    assert (role or "the process's own credentials") in text


def test_before_the_first_look_people_are_asked_to_wait() -> None:
    assert "for the first time; ask again in some minutes. The report is #4." in render_first(
        Foot(age=timedelta(), issue=4)
    )


async def test_day_without_a_look_names_the_report_where_there_is_one(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        _configure(bot, "costs: {limit: 100, actions: false}\n")
        await bot.settle()
        (yesterday,) = await _ask(bot, "/cost yesterday")

        assert "Costs were not looked at on that day yet. The report is #" in yesterday
