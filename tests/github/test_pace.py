"""How fast calls are let go, so that GitHub's limits stay far."""

from __future__ import annotations

import pytest

from bot.github.comments import create_comment, get_comment, react
from bot.github.limits import Priority
from bot.github.tuning import Pace, Tuning
from tests.support.raw_github import COMMENT, REPO, REPOSITORY, Answer, raw_bench

ONE = f"{REPO}/issues/comments/5"
ALL = f"{REPO}/issues/1/comments"


async def test_content_writes_keep_a_second_between_them_after_a_short_burst() -> None:
    pace = Pace(write_burst=3, summary_reserve=0)
    async with raw_bench(Tuning(pace=pace)) as bench:
        bench.server.answer("POST", ALL, Answer(COMMENT, 201))
        repo = bench.github.repository(REPOSITORY, Priority.ACKNOWLEDGEMENT)
        for _ in range(3):
            await create_comment(repo, 1, "hi")
        assert bench.time.monotonic() == 0
        for _ in range(5):
            await create_comment(repo, 1, "hi")
        assert bench.time.monotonic() == pytest.approx(5)


async def test_summaries_leave_room_for_an_acknowledgement() -> None:
    """However many summaries wait, an acknowledgement goes out at once."""
    async with raw_bench(Tuning(pace=Pace(write_burst=5, summary_reserve=2))) as bench:
        bench.server.answer("POST", ALL, Answer(COMMENT, 201))
        bench.server.answer("POST", f"{ONE}/reactions", Answer({"id": 1}, 201))
        github = bench.github
        for _ in range(3):
            await create_comment(github.repository(REPOSITORY), 1, "summary")
        await react(github.repository(REPOSITORY, Priority.ACKNOWLEDGEMENT), 5, "eyes")
        assert bench.time.monotonic() == 0
        await create_comment(github.repository(REPOSITORY), 1, "summary")
        assert bench.time.monotonic() == pytest.approx(2)


async def test_reads_are_not_held_up_by_waiting_writes() -> None:
    async with raw_bench(Tuning(pace=Pace(write_burst=1, summary_reserve=0))) as bench:
        bench.server.answer("POST", ALL, Answer(COMMENT, 201))
        bench.server.answer("GET", ONE, Answer(COMMENT))
        repo = bench.github.repository(REPOSITORY)
        await create_comment(repo, 1, "hi")
        await get_comment(repo, 5)
        assert bench.time.monotonic() == 0


async def test_points_are_kept_under_githubs_900_a_minute() -> None:
    async with raw_bench(Tuning()) as bench:
        bench.server.answer("GET", ONE, Answer(COMMENT))
        repo = bench.github.repository(REPOSITORY)
        for _ in range(400):
            await get_comment(repo, 5)
        pace = Pace()
        assert bench.time.monotonic() == pytest.approx(
            (400 - pace.point_burst) / pace.points_a_second, abs=0.2
        )
        assert pace.point_burst + 60 * pace.points_a_second <= 900
        assert pace.write_burst + 60 * pace.writes_a_second <= 80
