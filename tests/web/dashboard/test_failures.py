"""What fails, since when and how often, and what is only flaky."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.storage.tables import failures, job_results, judgements
from tests.support.dashboard import HOME, Board, boarding
from tests.support.diagnosis import NOON, REPOSITORY
from tests.support.history import BROKEN, FLAKY, save_weeks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    async with boarding(tmp_path) as made:
        await save_weeks(made.database, NOON)
        yield made


async def test_failures_are_listed_once_the_newest_first(board: Board) -> None:
    text = await board.see(f"{HOME}/failures")
    newest, older = (f'href="{HOME}/failures/{one.fingerprint}"' for one in (BROKEN, FLAKY))
    assert text.index(newest) < text.index(older)
    assert text.count(older) == 1
    row = text[text.index(older) :]
    assert "2 times" in row
    assert "Flaky, proven" in row
    assert "Seen in each of 13 weeks, the oldest first: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1" in row
    assert "Flaky, proven" not in text[text.index(newest) : text.index(older)]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("branch=keel", {FLAKY.fingerprint}),
        ("branch=none", set()),
        ("cause=test", {FLAKY.fingerprint, BROKEN.fingerprint}),
        ("cause=lint", set()),
        ("cause=' or 1=1", set()),
        ("before=nonsense", {FLAKY.fingerprint, BROKEN.fingerprint}),
        ("before=2026-02-27T00:00:00%2B00:00~f", {FLAKY.fingerprint}),
        ("before=2026-02-27T00:00:00~f", {FLAKY.fingerprint, BROKEN.fingerprint}),
    ],
)
async def test_the_list_is_narrowed_by_what_is_asked(board: Board, asked: str, shown: set[str]) -> None:
    text = await board.see(f"{HOME}/failures?{asked}")
    assert {one.fingerprint for one in (FLAKY, BROKEN) if f"/failures/{one.fingerprint}" in text} == shown
    assert ("Nothing is like that" in text) == (not shown)


async def test_a_long_list_is_read_piece_by_piece_and_nothing_is_left_out(board: Board) -> None:
    """Two failures that were seen last at the same moment are both shown, one on each side of the cut."""
    await board.database.write(lambda connection: _many(connection, 70))
    found: list[str] = []
    address = f"{HOME}/failures"
    while address:
        text = await board.see(address)
        found += [part[:64] for part in text.split(f"{HOME}/failures/")[1:]]
        more = text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        address = more.replace("&amp;", "&") if 'rel="next"' in text else ""
    many = [one for one in found if one.startswith("e0")]
    assert (len(many), len(set(many))) == (70, 70)


async def test_one_failure_tells_when_it_was_seen_and_what_shows_that_it_is_flaky(board: Board) -> None:
    text = await board.see(f"{HOME}/failures/{FLAKY.fingerprint[:8]}")
    assert "called `Result::unwrap()` on an `Err` value: Timeout(5s)" in text
    assert "so it is flaky" in text
    assert "thread &#39;anchor::holds&#39; panicked" in text
    assert '/actions/runs/201/job/2010" rel="noreferrer">passed</a>' in text
    assert "did not pass" in text
    hostile = await board.see(f"{HOME}/failures/{BROKEN.fingerprint}")
    assert "sinks_&lt;b&gt;slowly&lt;/b&gt;" in hostile
    assert "in 30 days" in hostile


async def test_a_person_s_word_stands_beside_the_failure(board: Board) -> None:
    said = {
        "repository_id": REPOSITORY.id,
        "fingerprint": FLAKY.fingerprint,
        "judgement": "flaky",
        "login": "amara",
        "url": "https://github.com/octo/boat/pull/12#issuecomment-1",
        "said_at": NOON,
    }
    await board.database.write(lambda connection: connection.execute(judgements.insert().values(said)))
    for address in (f"{HOME}/failures", f"{HOME}/failures/{FLAKY.fingerprint}"):
        assert "Flaky, says amara" in await board.see(address)


@pytest.mark.parametrize("fingerprint", ["0" * 64, "abcdef", "0a1b2c3d4e5f" + "0" * 52])
async def test_a_failure_that_is_not_known_is_not_there(board: Board, fingerprint: str) -> None:
    assert (await board.get(f"{HOME}/failures/{fingerprint}")).status == 404


async def test_a_failure_of_long_ago_is_not_there(board: Board) -> None:
    old = {"seen_at": NOON - timedelta(days=100)}
    await board.database.write(lambda connection: connection.execute(failures.update().values(old)))
    assert (await board.get(f"{HOME}/failures/{FLAKY.fingerprint}")).status == 404
    assert "Nothing has failed" in await board.see(f"{HOME}/failures")


async def test_flaky_tests_come_first_with_how_often_they_pass(board: Board) -> None:
    text = await board.see(f"{HOME}/flaky")
    assert text.index("anchor::holds") < text.index("hull::tests::floats")
    row = text[text.index("anchor::holds") : text.index("hull::tests::floats")]
    assert "failed and passed at 1 commit" in row
    assert "2 of 32" in row
    assert f"{HOME}/failures/{FLAKY.fingerprint}" in text


async def test_jobs_that_were_cancelled_count_for_nothing(board: Board) -> None:
    cancelled = job_results.c.job == "test (ubuntu)"
    await board.database.write(
        lambda connection: connection.execute(
            job_results.update()
            .where(cancelled, job_results.c.passed)
            .values(conclusion="cancelled", passed=False)
        )
    )
    assert "2 of 3" in await board.see(f"{HOME}/flaky")


async def test_a_repository_without_failures_says_what_will_be_there(tmp_path: Path) -> None:
    async with boarding(tmp_path) as board:
        assert "Nothing has failed" in await board.see(f"{HOME}/failures")
        assert "No test has failed" in await board.see(f"{HOME}/flaky")


def _many(connection: Connection, count: int) -> None:
    row = connection.execute(failures.select().limit(1)).mappings().one()
    rows: list[dict[str, Any]] = [
        {**row, "job_id": 10**6 + number, "fingerprint": f"e0{number // 2:05d}{number:05d}" + "0" * 52}
        for number in range(count)
    ]
    for number, made in enumerate(rows):
        made["seen_at"] = NOON - timedelta(hours=number // 2)
    connection.execute(failures.insert(), rows)
