"""The report on GitHub: one issue a month, one comment a day, a summary on Mondays, whatever happens in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.config.costing import CostConfig, NoticesConfig, ReportConfig
from bot.costs.model import SettledLine
from bot.costs.notices.model import SEND_NOTICE
from bot.costs.store.reports import written
from bot.costs.store.settled import save_settled, settled_lines
from bot.localhub.faults import Fault
from bot.localhub.state import issues
from tests.support.bot import serving
from tests.support.clock import Clock
from tests.support.cost_report import ACCOUNT, EC2, save_month
from tests.support.costs import Teller, costing
from tests.support.reporting import keep

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.costs.model import Reading
    from bot.localhub.state.nouns import Issue
    from tests.support.bot import Bot

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # a Monday
TUESDAY = NOW + timedelta(days=1)
_WRITES = {"issues/create", "issues/update", "issues/create-comment", "issues/update-comment"}
DECEMBER = NOW.replace(month=12, day=1)


async def _read(bot: Bot) -> Reading:
    return await bot.database.write(lambda connection: save_month(connection, bot.ref, now=bot.clock.now))


def _reports(bot: Bot) -> list[Issue]:
    return [issue for issue in bot.repository.issues.values() if issue.title.startswith("Costs of")]


def _periods(issue: Issue) -> list[str]:
    return [comment.body.split("\n")[0].split()[2] for comment in issue.comments]


def _writes(bot: Bot) -> int:
    return sum(call.operation in _WRITES for call in bot.calls)


async def test_month_has_one_issue_and_each_day_one_comment(tmp_path: Path) -> None:
    """On a Monday the week before is summed up first; the issue bears the configured label."""
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        await keep(bot, await _read(bot), cause="1")

        (issue,) = _reports(bot)
        assert issue.title == "Costs of November 2026"
        assert [label.name for label in issue.labels] == ["cost"]
        assert _periods(issue) == ["week-2026-W47", "day-2026-11-23"]


async def test_same_words_are_not_written_again(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        reading = await _read(bot)
        await keep(bot, reading, cause="1")
        written = _writes(bot)

        await keep(bot, reading, cause="2")
        assert _writes(bot) == written + 1  # the issue now links its day
        await keep(bot, reading, cause="3")
        assert _writes(bot) == written + 1


async def test_a_crash_after_every_step_writes_nothing_twice(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW), repeat_every_step=True) as bot:
        await keep(bot, await _read(bot), cause="1")

        (issue,) = _reports(bot)
        assert len(issue.comments) == 2


async def test_a_killed_process_goes_on_with_what_stands(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        reading = await _read(bot)
        bot.engine.crash_in("report")
        await keep(bot, reading, cause="1")
        assert not bot.engine.dies_after("report"), "the process did not die"
        await bot.engine.restart()
        await bot.settle()

        (issue,) = _reports(bot)
        assert len(issue.comments) == 2


async def test_month_that_is_over_stays_closed_when_its_issue_was_deleted(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW.replace(day=30))) as bot:
        await keep(bot, await _read(bot), cause="1")
        bot.hub.faults.add(Fault(kind="status", path=r"/issues/\d+$", method="PATCH", status=410, count=1))
        bot.clock.now = DECEMBER
        await keep(bot, await _read(bot), cause="2")

        assert [issue.state for issue in _reports(bot)] == ["open", "closed", "open"]


async def test_what_a_person_deleted_is_written_anew(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        reading = await _read(bot)
        await keep(bot, reading, cause="1")
        (issue,) = _reports(bot)
        issues.delete_comment(bot.hub.store, bot.repository, issue.comments[1], deleter=bot.ada)
        bot.clock.advance(timedelta(minutes=15))

        await keep(bot, await _read(bot), cause="2")
        assert _periods(issue) == ["week-2026-W47", "day-2026-11-23"]


async def test_deleted_issue_is_opened_anew_with_its_comments(tmp_path: Path) -> None:
    """Its number, and its comments, are gone for good."""
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        reading = await _read(bot)
        await keep(bot, reading, cause="1")
        bot.hub.faults.add(Fault(kind="status", path=r"/issues/\d+$", method="PATCH", status=410))
        bot.clock.advance(timedelta(minutes=15))

        await keep(bot, reading, cause="2")
        gone, anew = _reports(bot)
        assert len(gone.comments) == len(anew.comments) == 2


async def test_issue_of_the_same_words_by_someone_else_is_not_taken(tmp_path: Path) -> None:
    """The marker alone can be copied by anyone."""
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        issues.open_issue(
            bot.hub.store,
            bot.repository,
            title="Costs of November 2026",
            body="<!-- pilothouse:costs month-2026-11 -->\nmine",
            author=bot.ada,
        )
        await keep(bot, await _read(bot), cause="1")

        theirs, ours = _reports(bot)
        assert theirs.comments == []
        assert len(ours.comments) == 2


async def test_database_that_was_lost_finds_what_stands(tmp_path: Path) -> None:
    async with serving(tmp_path / "one", clock=Clock(NOW)) as bot:
        await keep(bot, await _read(bot), cause="1")
        await bot.database.write(lambda connection: connection.exec_driver_sql("delete from cost_reports"))
        await bot.database.write(lambda connection: connection.exec_driver_sql("delete from effects"))

        await keep(bot, await _read(bot), cause="2")
        (issue,) = _reports(bot)
        assert len(issue.comments) == 2


async def test_new_day_ends_the_day_before_and_the_new_month_closes_the_old_issue(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW.replace(day=30))) as bot:
        await keep(bot, await _read(bot), cause="1")
        bot.clock.now = DECEMBER
        reading = await _read(bot)
        await keep(bot, reading, cause="2")

        november, december = _reports(bot)
        assert (november.state, december.state) == ("closed", "open")
        assert "in all" in (november.body or "")
        assert f"The month before: #{november.number}." in (december.body or "")
        assert "Forecast" not in november.comments[-1].body


async def test_day_that_is_settled_is_told_again(tmp_path: Path) -> None:
    """Cost Explorer may change what it told for a week."""
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        await keep(bot, await _read(bot), cause="1")
        bot.clock.now = NOW + timedelta(days=3)
        reading = await _read(bot)
        day = NOW.date()

        def settle(connection: Connection) -> None:
            known = settled_lines(connection, bot.ref.id, since=day, until=day)
            lines = [replace(each.line, is_estimated=False) for each in known]
            save_settled(connection, bot.ref.id, lines, at=bot.clock.now)

        await bot.database.write(settle)
        await keep(bot, reading, cause="2")

        (issue,) = _reports(bot)
        told = next(one.body for one in issue.comments if "day-2026-11-23" in one.body)
        assert "Settled $" in told


async def test_meter_writes_the_report_from_day_to_day(tmp_path: Path) -> None:
    """The clock's ticks do it: a day is edited while it runs, ended after midnight, and its month closed with it."""
    begin = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    config = "costs:\n  limit: 100\n  actions: false\n"
    async with costing(tmp_path, Teller(hourly={"i-1": Decimal(4)}), config=config, begin=begin) as here:
        await here.tick_until(begin + timedelta(hours=1, minutes=30))

        november, december = _reports(here.bot)
        (last,) = [one.body for one in november.comments if "day-2026-11-30" in one.body]
        assert "Monday 30 November 2026: $96.00 of $100.00" in last
        assert "Forecast" not in last
        assert (november.state, december.state) == ("closed", "open")
        assert _periods(december) == ["day-2026-12-01"]
        assert "$2.00 of $100.00" in december.comments[0].body


async def test_day_that_ended_while_the_bot_was_away_is_ended(tmp_path: Path) -> None:
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        await keep(bot, await _read(bot), cause="1")
        bot.clock.now = NOW + timedelta(days=4)
        await keep(bot, await _read(bot), cause="2")

        (issue,) = _reports(bot)
        (told,) = [one.body for one in issue.comments if "day-2026-11-23" in one.body]
        assert "Forecast" not in told


async def test_day_that_settled_as_before_is_looked_at_once(tmp_path: Path) -> None:
    """Cost Explorer tells a week anew each day."""
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        await keep(bot, await _read(bot), cause="1")
        bot.clock.now = TUESDAY
        await keep(bot, await _read(bot), cause="2")
        reading = await _read(bot)
        line = SettledLine(account=ACCOUNT, day=NOW.date(), service=EC2, amount=Decimal(9))
        for hours in (1, 2):
            bot.clock.now = TUESDAY + timedelta(hours=hours)
            await bot.database.write(
                lambda connection: save_settled(connection, bot.ref.id, [line], at=bot.clock.now)
            )
            await keep(bot, reading, cause=f"after {hours}")
            known = await bot.database.read(lambda connection: written(connection, bot.ref.id))
            assert known["2026-11-23"].written_at == bot.clock.now


async def test_report_that_is_not_wanted_is_not_written(tmp_path: Path) -> None:
    config = CostConfig(report=ReportConfig(issue=False))
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        await keep(bot, await _read(bot), cause="1", config=config)

        assert _reports(bot) == []


async def test_github_that_is_down_stops_nothing(tmp_path: Path) -> None:
    """The next look writes what this one could not."""
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        reading = await _read(bot)
        bot.hub.faults.add(Fault(kind="status", path="/issues$", method="POST", status=403))
        await keep(bot, reading, cause="1")
        assert _reports(bot) == []

        bot.hub.faults.clear()
        await keep(bot, reading, cause="2")
        assert len(_reports(bot)) == 1


async def test_weekly_summary_only_where_it_is_wanted_and_on_mondays(tmp_path: Path) -> None:
    config = CostConfig(report=ReportConfig(weekly=False))
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        await keep(bot, await _read(bot), cause="1", config=config)
        bot.clock.now = TUESDAY
        await keep(bot, await _read(bot), cause="2")

        (issue,) = _reports(bot)
        assert _periods(issue) == ["day-2026-11-23", "day-2026-11-24"]


async def test_week_is_also_sent_as_a_notice_once(tmp_path: Path) -> None:
    config = CostConfig(notices=NoticesConfig(chat="ops"))
    async with serving(tmp_path, clock=Clock(NOW)) as bot:
        reading = await _read(bot)
        await keep(bot, reading, cause="1", config=config)
        await keep(bot, reading, cause="2", config=config)

        (notice,) = [one.start.request for one in bot.engine.runs.values() if one.start.flow == SEND_NOTICE]
        assert notice.notice.title == "Week 47 cost $569.60"
        assert "than the $" in notice.notice.text
