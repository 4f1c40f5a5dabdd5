"""Where waits begin and end, as a whole bot plays them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.faults import DeliveryFault
from bot.localhub.state import issues
from bot.storage.web_tables import service_levels
from handlers.schedule import SCHEDULES
from tests.support.bot import serving
from tests.support.merging import QUIET, harbour
from tests.support.train import station

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.storage.database import Database

SWEEP = next(each for each in SCHEDULES if each.name == "sweep")
RUST = "pr-rust-test-petgraph-uf"


MERGES = ("merged", "merged_in_line")


async def _noted(database: Database) -> list[tuple[str, str, float]]:
    def read(rows: Connection) -> list[tuple[str, str, float]]:
        found = rows.execute(service_levels.select().order_by(service_levels.c.kind)).all()
        return [(row.kind, row.cause, row.seconds) for row in found]

    return await database.read(read)


async def test_commands_and_red_runs_are_waited_for_once_each(tmp_path: Path) -> None:
    """Every step is done twice here, as after a crash, and the summary is edited: the first time counts."""
    async with serving(tmp_path, repeat_every_step=True) as bot:
        run = bot.ci({"test": RUST})
        bot.clock.advance(timedelta(seconds=20))
        await bot.settle()
        comment = issues.write_comment(
            bot.hub.store, bot.repository, bot.pull.number, body="/ping", author=bot.ada
        )
        bot.clock.advance(timedelta(seconds=3))
        await bot.settle()
        bot.clock.advance(timedelta(minutes=5))
        bot.ci({"python": "pr-py-humanize-apnumber"}, workflow="Python")
        await bot.settle()
        acknowledged, *summarised = await _noted(bot.database)

    assert acknowledged == ("acknowledged", str(comment.id), 3.0)
    assert ("summarised", f"{run.id}-1", 20.0) in summarised
    assert len(summarised) == 2


async def test_what_was_red_before_the_installation_is_summed_up_and_not_counted(tmp_path: Path) -> None:
    """The first sweep finds it; what turns red from then on is waited for, whoever finds it."""
    async with serving(tmp_path) as bot:
        for minutes in (30, 2):
            bot.hub.faults.add(DeliveryFault(kind="lose", event="workflow_run"))
            bot.ci({"test": RUST}, workflow=f"After {minutes}")
            bot.clock.advance(timedelta(minutes=minutes))
            await bot.engine.submit([SWEEP.start(bot.clock())])
            await bot.settle()
        assert len(bot.summaries()) == 1
        noted = await _noted(bot.database)

    assert [(kind, seconds) for kind, _, seconds in noted] == [("summarised", 120.0)]


async def test_a_merge_is_waited_for_from_its_last_check_on(tmp_path: Path) -> None:
    """The quiet time after the check is the repository's wish, not a wait for us."""
    async with harbour(tmp_path) as here:
        run = here.begin()
        await here.say("/merge --when-green")
        here.end(run)
        await here.bot.settle()
        await here.later(QUIET + timedelta(seconds=40))
        assert here.pull.merged
        merged = [row for row in await _noted(here.bot.database) if row[0] == "merged"]

    ((_, cause, seconds),) = merged
    assert cause.endswith(f"-{here.pull.number}")
    assert 39 <= seconds <= 60


async def test_a_merge_that_waited_for_people_is_no_wait_for_us(tmp_path: Path) -> None:
    async with harbour(tmp_path) as here:
        here.green()
        await here.say("/merge --when-green")
        await here.say("/hold")
        await here.later(timedelta(hours=2))
        await here.say("/unhold", by="bob")
        await here.later()
        assert here.pull.merged
        noted = [row for row in await _noted(here.bot.database) if row[0] == "merged"]

    assert noted == []


async def test_what_a_train_merges_is_waited_for_from_when_it_was_ready(tmp_path: Path) -> None:
    """The batch's own run of CI is part of the wait; every step is done twice, and each merge counts once."""
    async with station(tmp_path, repeat_every_step=True) as here:
        numbers = [here.open(f"topic-{n}", {f"{n}.txt": "1"}).number for n in range(2)]
        await here.tick()
        ready_at = here.harbour.bot.clock()  # their checks have been green for the quiet time
        here.plays = lambda run: not (run.head_branch or "").startswith("pilothouse/")
        await here.ask(numbers)
        await here.tick()
        here.harbour.bot.clock.advance(timedelta(minutes=10))
        here.plays = lambda _: True
        for run in here.waiting:
            here.end(run)
        await here.arrive()
        assert [here.repository.pulls[number].merged for number in numbers] == [True, True]
        noted = [row for row in await _noted(here.harbour.bot.database) if row[0] in MERGES]
        longest = (here.harbour.bot.clock() - ready_at).total_seconds()

    assert [(kind, cause.rpartition("-")[2]) for kind, cause, _ in sorted(noted)] == [
        ("merged_in_line", str(number)) for number in numbers
    ]
    assert all(600 <= seconds <= longest for _, _, seconds in noted)


async def test_what_githubs_queue_merges_is_waited_for_from_when_it_was_ready(tmp_path: Path) -> None:
    async with harbour(tmp_path, repeat_every_step=True) as here:
        here.give_queue()
        run = here.begin()
        await here.say("/merge --when-green")
        here.end(run)
        await here.bot.settle()
        await here.later(QUIET + timedelta(seconds=5))
        here.bot.clock.advance(timedelta(minutes=7))
        here.answer_group()
        await here.bot.settle()
        assert here.pull.merged
        merged = [row for row in await _noted(here.bot.database) if row[0] in MERGES]

    ((kind, cause, seconds),) = merged
    assert (kind, cause.rpartition("-")[2]) == ("merged_in_line", str(here.pull.number))
    assert 425 <= seconds <= 450
