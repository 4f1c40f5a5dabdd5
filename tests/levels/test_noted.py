"""Where waits begin and end, as a whole bot plays them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.state import issues
from bot.storage.web_tables import service_levels
from tests.support.bot import serving
from tests.support.merging import QUIET, harbour

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.storage.database import Database

RUST = "pr-rust-test-petgraph-uf"


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
