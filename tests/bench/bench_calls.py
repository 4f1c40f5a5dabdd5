"""How many API calls the product makes for what it handles, beyond the installation tokens."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from bot.localhub.state import issues
from tests.bench.figures import Figure
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

RUST = "pr-rust-test-petgraph-uf"
_LOG = "actions/download-job-logs-for-workflow-run"
_TOKEN = "apps/create-installation-access-token"


def measure(*, short: bool) -> list[Figure]:
    """This function will count the calls of a command, of red runs and of noise."""
    jobs = 3 if short else 11
    ping = asyncio.run(_counted(_ping))
    red = asyncio.run(_counted(lambda bot: _red(bot, jobs)))
    green = asyncio.run(_counted(_green))
    logs = red.pop(_LOG)
    return [
        Figure(
            name="/ping",
            value=ping.total(),
            unit="calls",
            floor="reaction, permission, receipt",
            goal="≤ 3",
            met=ping.total() <= 3,
        ),
        Figure(
            name=f"a red run with {jobs} failed jobs",
            value=red.total(),
            unit="calls",
            floor=f"beside {logs} log downloads",
            goal=f"≤ {jobs} downloads + 10",
            met=red.total() <= 10 and logs <= jobs,
        ),
        Figure(name="a green run of a quiet pull request", value=green.total(), unit="calls"),
    ]


async def _counted(happen: Callable[[Bot], Awaitable[None]]) -> Counter[str]:
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder)) as bot:
            await bot.github.identity()  # once in a process's life
            bot.calls.clear()
            await happen(bot)
            await bot.settle()
            return Counter(call.operation for call in bot.calls if call.operation != _TOKEN)


async def _ping(bot: Bot) -> None:
    issues.write_comment(bot.hub.store, bot.repository, bot.pull.number, body="/ping", author=bot.ada)


async def _red(bot: Bot, jobs: int) -> None:
    bot.ci({f"test {number}": RUST for number in range(jobs)}, event="pull_request")


async def _green(bot: Bot) -> None:
    bot.ci({"test": None}, event="pull_request")


if __name__ == "__main__":
    from tests.bench.figures import show

    show("bench_calls", measure(short="--short" in sys.argv))
