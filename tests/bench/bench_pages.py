"""How soon each page of the dashboard begins to come, and how much comes, with a thousand repositories on SQLite.

Then again, with one repository in which hundreds of workflow runs end a day.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from bot.storage.database import Database
from tests.bench.figures import Figure
from tests.support.busy import DAYS, save_busy
from tests.support.crawling import walk
from tests.support.dashboard import HOME, OPERATOR, board_over
from tests.support.diagnosis import NOON, REPOSITORY
from tests.support.thousand import save_thousand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.crawling import Walked
    from tests.support.dashboard import Board

_MOST_MILLISECONDS, _MOST_KILOBYTES = 50.0, 100.0
_BUSY_JOBS = 300_000


def measure(*, short: bool) -> list[Figure]:
    """This function will read every page again and again as somebody who sees all repositories."""
    return asyncio.run(_measure(times=1 if short else 21, short=short))


async def _measure(*, times: int, short: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bot.db")
        database.open()
        await save_thousand(database)
        async with board_over(database, Path(folder), viewer=OPERATOR) as board:
            walked = await walk(board)
            bare = median([await _first_byte(board, "/static/live.js") for _ in range(times)])
            taken = await _taken(board, walked.by_page, times)
            jobs = _BUSY_JOBS // (100 if short else 1)
            await save_busy(database, REPOSITORY.id, NOON, jobs=jobs)
            own = {name: address for name, address in walked.by_page.items() if address.startswith(HOME)}
            busy = await _taken(board, own, times)
        database.close()
    return [*_figures(taken, walked, bare=bare, short=short), *_busy_figures(busy, taken, jobs)]


async def _taken(board: Board, pages: Mapping[str, str], times: int) -> dict[str, float]:
    """Milliseconds of each page, by its name."""
    return {
        name: median([await _first_byte(board, address) for _ in range(times)])
        for name, address in pages.items()
    }


async def _first_byte(board: Board, address: str) -> float:
    """Milliseconds until the answer begins; the page is made whole before."""
    began = perf_counter()
    async with board.session.get(address) as response:
        await response.content.readany()
        return (perf_counter() - began) * 1000


def _figures(taken: dict[str, float], walked: Walked, *, bare: float, short: bool) -> list[Figure]:
    slowest = max(taken, key=taken.__getitem__)
    heaviest = max(walked.weights, key=walked.weights.__getitem__)
    kilobytes = walked.weights[heaviest] / 1000
    return [
        Figure(
            name=f"first byte of the slowest of {len(taken)} pages ({slowest})",
            value=taken[slowest],
            unit="ms",
            floor=f"a small file {bare:.1f} ms, the overview {taken['overview']:.1f} ms",
            goal=f"≤ {_MOST_MILLISECONDS:.0f} ms",
            met=None if short else taken[slowest] <= _MOST_MILLISECONDS,
        ),
        Figure(
            name="first byte of half of the pages",
            value=median(taken.values()),
            unit="ms",
            floor=f"a small file {bare:.1f} ms",
        ),
        Figure(
            name="the heaviest page with all it loads",
            value=kilobytes,
            unit="kB",
            floor=_named(walked, heaviest),
            goal=f"≤ {_MOST_KILOBYTES:.0f} kB",
            met=kilobytes <= _MOST_KILOBYTES,
        ),
    ]


def _busy_figures(busy: dict[str, float], taken: dict[str, float], jobs: int) -> list[Figure]:
    slowest = max(busy, key=busy.__getitem__)
    where = f"a repository with {jobs:,} jobs in {DAYS} days"
    return [
        Figure(
            name=f"first byte of {what} of {where}",
            value=busy[name],
            unit="ms",
            floor=f"with a few jobs {taken[name]:.1f} ms",
        )
        for what, name in (("the own page", "repository"), (f"the slowest page ({slowest})", slowest))
    ]


def _named(walked: Walked, address: str) -> str:
    """The page that an address belongs to."""
    return next((name for name, each in walked.by_page.items() if each == address), address)
