"""The same burst of commands with Probot, which answers in memory: its speed, and what becomes of it on a bad day."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from bot.demo.process import BotProcess
from bot.localhub.server import LocalHub
from tests.bench.bench_burst import NUMBER, TROUBLE, command, trouble
from tests.bench.figures import Figure
from tests.bench.peer import App, probot, probot_is_there
from tests.bench.product import Product

if TYPE_CHECKING:
    from bot.localhub.faults import Fault

_SILENCE = 15.0  # seconds without another answer: no more will come


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a burst."""

    number: int
    answered: int
    doubled: int
    seconds: float
    megabytes: float

    def figures(self, name: str) -> list[Figure]:
        """This function will tell it; a peer has no goals."""
        lost = self.number - self.answered
        return [
            Figure(
                name=f"Probot, {self.number:,} commands, {name}: lost",
                value=lost,
                unit="",
                floor=f"the last answer after {self.seconds:.1f} s, {self.answered / self.seconds:.0f}/s",
            ),
            Figure(
                name=f"Probot, {self.number:,} commands, {name}: doubled",
                value=self.doubled,
                unit="",
                floor=f"{self.megabytes:.0f} MB resident",
            ),
        ]


def measure(*, short: bool) -> list[Figure]:
    """This function will play the burst on the calm day, on the bad one, and with a kill in the middle."""
    if not probot_is_there():
        return [Figure(name="Probot is not installed here", value=0, unit="")]
    if short:
        return uvloop.run(_burst(30, [], within=1.0, is_killed=True)).figures("killed in the middle")
    return [
        *uvloop.run(_burst(NUMBER, [])).figures("calm"),
        *uvloop.run(_burst(NUMBER, trouble(short=False)[0])).figures(TROUBLE),
        *uvloop.run(_burst(NUMBER, [], is_killed=True)).figures("killed in the middle"),
    ]


async def _burst(
    number: int, faults: list[Fault], *, within: float = _SILENCE, is_killed: bool = False
) -> Ended:
    hub = await LocalHub.start(clock=lambda: datetime.now(UTC))
    hub.deliveries._gate = asyncio.Semaphore(number)  # noqa: SLF001 - Probot answers only when it is done: nobody shall wait for it
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        product = Product(hub, BotProcess(hub, folder))  # whose repositories; its processes are Probot
        product.seed(repositories=8, pulls_each=25)
        hub.faults.add(*faults)
        app = App(api=hub.url, secret=hub.webhook_secret, app_id=hub.app.id, private_key=hub.private_key_pem)
        port, process = stack.enter_context(probot(app, folder, mode="command"))
        hub.set_webhook(f"http://127.0.0.1:{port}/webhook")
        began = time.perf_counter()
        await command(product, number)
        if is_killed:
            await _reached(product, number / 2)
            stack.close()
            port, process = stack.enter_context(probot(app, folder, mode="command"))
            hub.set_webhook(f"http://127.0.0.1:{port}/webhook")
        last = await _silent(product, number, within=within)
        told = product.receipts()
        memory = process.memory_info().rss / 1e6
        hub.set_webhook(None)
    await hub.close()
    return Ended(
        number, len(told), sum(count - 1 for count in told.values()), max(0.001, last - began), memory
    )


async def _reached(product: Product, number: float) -> None:
    deadline = time.perf_counter() + _SILENCE
    while len(product.receipts()) < number and time.perf_counter() < deadline:  # noqa: ASYNC110 - the local GitHub tells nobody
        await asyncio.sleep(0.02)


async def _silent(product: Product, number: int, *, within: float) -> float:
    """When the last answer came."""
    count, last = 0, time.perf_counter()
    while count < number and time.perf_counter() - last < within:
        await asyncio.sleep(0.05)
        now = len(product.receipts())
        if now > count:
            count, last = now, time.perf_counter()
    return last


if __name__ == "__main__":
    import sys

    from tests.bench.figures import show

    show("bench_peer", measure(short="--short" in sys.argv))
