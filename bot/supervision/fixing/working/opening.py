"""Makes the bench of a try, sets it back, and keeps what its work tree holds at a moment."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.supervision.fixing.working.problems import Problem, not_fetched, not_kept, not_made, not_reset
from bot.supervision.fixing.working.running import Work, finish

if TYPE_CHECKING:
    from bot.engine.model import Run
    from bot.supervision.fixing.bench import Bench

_FETCHING = timedelta(minutes=15)
_FREE = 2 * 1024 * 1024  # KiB that have to be free before anything begins
_MOST_FILES, _MOST_KIB = (
    2_000,
    64 * 1024,
)  # that may differ at all, so that a host is not kept busy by nonsense


async def open_bench(run: Run, bench: Bench) -> Problem | None:
    """This function will make the work tree of a try, and return what kept it from being made."""
    problem = await run.step("make bench", partial(_make, bench), returns=Problem | None)
    if problem is not None:
        return problem
    arguments = (bench.kept, bench.place, bench.remote, bench.base_sha, bench.branch)
    argv = bench.order("bench-fetch", *arguments).argv
    return not_fetched(await finish(run, bench, Work(name="fetch", argv=argv, limit=_FETCHING)), bench.remote)


async def reset_bench(run: Run, bench: Bench, *, name: str, moment: str = "") -> Problem | None:
    """This function will give the work tree what the commit has, or what it had at a moment that was kept."""
    return await run.step(f"reset for {name}", partial(_reset, bench, moment), returns=Problem | None)


async def keep_tree(run: Run, bench: Bench, moment: str) -> Problem | None:
    """This function will keep what the work tree holds now, under the name of the moment."""
    return await run.step(f"keep {moment}", partial(_keep, bench, moment), returns=Problem | None)


async def _make(bench: Bench) -> Problem | None:
    return not_made(await bench.ask("bench-make", bench.kept, bench.place, str(_FREE)), bench.folder)


async def _reset(bench: Bench, moment: str) -> Problem | None:
    return not_reset(await bench.ask_git("bench-reset", bench.place, bench.base_sha, moment))


async def _keep(bench: Bench, moment: str) -> Problem | None:
    return not_kept(await bench.ask_git("snapshot", bench.place, moment, str(_MOST_FILES), str(_MOST_KIB)))
