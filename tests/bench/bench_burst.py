"""Everybody commands at once: all answered, none twice, drained as fast as the calls themselves allow."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvloop

from bot.localhub.faults import Fault
from tests.bench.figures import Figure
from tests.bench.product import running_product
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.bench.product import Product

_RECEIPT = "pilothouse:receipt"


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
    """This function will command in a burst, on a calm GitHub and on a troubled one."""
    number = 40 if short else 2000
    calm = uvloop.run(_burst(number, []))
    latency = 0.05 if short else 0.2
    limit = Fault(kind="secondary", path="/repos/owner0/", count=1, lasts=5, retry_after=5)
    trouble = [
        Fault(kind="latency", seconds=latency),
        limit,
        Fault(kind="status", status=502, probability=0.05),
        Fault(kind="status", status=502, probability=0.05, after=True),
    ]
    troubled = uvloop.run(_burst(number // 4, trouble))
    # As fast as on the calm day, and the wait that the limit asks for.
    ideal = troubled.number * calm.most_seconds / calm.number + limit.lasts
    name = f"{1000 * latency:.0f} ms, 10 % 502, a limit"
    return [
        *_figures("calm", calm),
        *_figures(name, troubled),
        Figure(
            name=f"{name}: calls into the limit",
            value=limit.hits,
            unit="calls",
            floor=f"{troubled.most_in_flight} in flight at most",
            goal="≤ in flight",
            met=limit.hits <= troubled.most_in_flight,
        ),
        Figure(
            name=f"{name}: 99 in 100 answered after",
            value=troubled.most_seconds,
            unit="s",
            floor=f"calm rate and the limit's wait: {ideal:.1f} s",
            goal="≤ 1.2 x that",
            met=None if short else troubled.most_seconds <= 1.2 * ideal,
        ),
    ]


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


async def _burst(number: int, faults: list[Fault]) -> Burst:
    async with running_product() as product:
        product.seed(repositories=8, pulls_each=25)
        product.hub.faults.add(*faults)
        gateway = product.hub.gateway
        gateway.clear()
        began = time.perf_counter()
        for turn in range(number):
            product.comment(turn)
            if turn % 50 == 0:
                await asyncio.sleep(0)
        most_seconds = float("inf")
        try:
            await until(lambda: len(_receipts(product)) >= 0.99 * number, within=600)
            most_seconds = time.perf_counter() - began
            await until(lambda: len(_receipts(product)) >= number, within=600)
        except TimeoutError:
            print(product.process.tail())
        seconds = time.perf_counter() - began
        await product.hub.settle()
        receipts = _receipts(product)
        return Burst(
            number=number,
            answered=len(receipts),
            doubled=sum(count - 1 for count in receipts.values()),
            seconds=seconds,
            most_seconds=most_seconds,
            most_in_flight=gateway.most_in_flight,
        )


def _receipts(product: Product) -> Counter[str]:
    """How often each command was answered, by the hidden marker of its receipt."""
    return Counter(
        comment.body.partition(_RECEIPT)[2].partition("-->")[0].strip()
        for repository in product.repositories
        for pull in repository.pulls.values()
        for comment in pull.issue.comments
        if comment.app is product.hub.app and _RECEIPT in comment.body
    )


if __name__ == "__main__":
    import sys

    from tests.bench.figures import show

    show("bench_burst", measure(short="--short" in sys.argv))
