"""Everybody commands at once: all answered, none twice, drained as fast as the calls themselves allow."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil
import uvloop

from bot.localhub.faults import Fault
from tests.bench.figures import Figure
from tests.bench.product import running_product
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.bench.product import Product

NUMBER = 2000
TROUBLE = "slow, 10 % 502, a limit"


@dataclass(frozen=True, slots=True)
class Burst:
    """How a burst went."""

    number: int
    answered: int
    doubled: int
    seconds: float  # until the last
    most_seconds: float  # until 99 in 100
    most_in_flight: int


def measure(*, short: bool) -> list[Figure]:
    """This function will command in a burst: on a calm GitHub, on a troubled one, and killed in the midst of it."""
    if short:  # each costs a start of the product
        return _figures(
            "all killed in the middle", uvloop.run(_burst(30, trouble(short=True)[0], is_killed=True))
        )
    calm = uvloop.run(_burst(NUMBER, []))
    faults, limit = trouble(short=False)
    troubled = uvloop.run(_burst(NUMBER, faults))
    killed = uvloop.run(_burst(NUMBER, trouble(short=False)[0], is_killed=True))
    # As fast as on the calm day, and the wait that the limit asks for.
    ideal = calm.most_seconds + limit.lasts
    return [
        *_figures("calm", calm),
        *_figures(TROUBLE, troubled),
        Figure(
            name=f"{TROUBLE}: calls into the limit",
            value=limit.hits,
            unit="calls",
            floor=f"{troubled.most_in_flight} in flight at most",
            goal="≤ in flight",
            met=limit.hits <= troubled.most_in_flight,
        ),
        Figure(
            name=f"{TROUBLE}: 99 in 100 answered after",
            value=troubled.most_seconds,
            unit="s",
            floor=f"calm rate and the limit's wait: {ideal:.1f} s",
            goal="≤ 1.2 x that",
            met=troubled.most_seconds <= 1.2 * ideal,
        ),
        *_figures(f"{TROUBLE}, all killed in the middle", killed),
    ]


def trouble(*, short: bool) -> tuple[list[Fault], Fault]:
    """This function will make GitHub's bad day, and give the limit of it apart."""
    limit = Fault(kind="secondary", path="/repos/owner0/", count=1, lasts=5, retry_after=5)
    slow = Fault(kind="latency", seconds=0.05 if short else 0.2)
    before = Fault(kind="status", status=502, probability=0.05)
    after = Fault(kind="status", status=502, probability=0.05, after=True)
    return [slow, limit, before, after], limit


def _figures(name: str, burst: Burst) -> list[Figure]:
    return [
        Figure(
            name=f"{burst.number:,} commands, {name}: answered",
            value=burst.answered,
            unit="once",
            floor=f"drained in {burst.seconds:.1f} s, {burst.number / burst.seconds:.0f}/s",
            goal="all",
            met=burst.answered == burst.number,
        ),
        Figure(
            name=f"{burst.number:,} commands, {name}: doubled",
            value=burst.doubled,
            unit="",
            goal="none",
            met=burst.doubled == 0,
        ),
    ]


async def _burst(number: int, faults: list[Fault], *, is_killed: bool = False) -> Burst:
    async with running_product() as product:
        product.seed(repositories=8, pulls_each=25)
        product.hub.faults.add(*faults)
        gateway = product.hub.gateway
        gateway.clear()
        began = time.perf_counter()
        await command(product, number)
        most_seconds = float("inf")
        try:
            if is_killed:
                await until(lambda: len(product.receipts()) >= number / 2, within=600)
                await _kill(product)
            await until(lambda: len(product.receipts()) >= 0.99 * number, within=600)
            most_seconds = time.perf_counter() - began
            await until(lambda: len(product.receipts()) >= number, within=600)
        except TimeoutError:
            print(product.process.tail())
        seconds = time.perf_counter() - began
        await product.hub.settle()
        told = product.receipts()
        return Burst(
            number=number,
            answered=len(told),
            doubled=sum(count - 1 for count in told.values()),
            seconds=seconds,
            most_seconds=most_seconds,
            most_in_flight=gateway.most_in_flight,
        )


async def command(product: Product, number: int) -> None:
    """This function will write so many commands as fast as GitHub could."""
    for turn in range(number):
        product.comment(turn)
        if turn % 50 == 0:
            await asyncio.sleep(0)


async def _kill(product: Product) -> None:
    """Kill the web process and the worker as the kernel does, and start them again."""
    for each in product.family():
        with suppress(psutil.NoSuchProcess):
            each.send_signal(signal.SIGKILL)
    await product.process.ended()
    await product.process.start(seconds=60)


if __name__ == "__main__":
    import sys

    from tests.bench.figures import show

    show("bench_burst", measure(short="--short" in sys.argv))
