"""Everybody commands at once: all answered, none twice, drained as fast as the calls themselves allow."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING

import uvloop

from bot.localhub.faults import Fault
from tests.bench.figures import Figure
from tests.bench.product import running_product
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.bench.product import Product

_RECEIPT = "pilothouse:receipt"


def measure(*, short: bool) -> list[Figure]:
    """This function will command in a burst, on a calm GitHub and on a troubled one."""
    number = 40 if short else 2000
    calm = uvloop.run(_burst(number, []))
    trouble = [
        Fault(kind="latency", seconds=0.05 if short else 0.2),
        Fault(kind="status", status=502, probability=0.05),
        Fault(kind="status", status=502, probability=0.05, after=True),
    ]
    troubled = uvloop.run(_burst(number // 4, trouble))
    return [
        *_figures("calm", number, calm),
        *_figures("200 ms, 5 % 502 before and after", number // 4, troubled),
    ]


def _figures(name: str, number: int, burst: tuple[int, int, float]) -> list[Figure]:
    answered, doubled, seconds = burst
    return [
        Figure(
            name=f"{number:,} commands, {name}: answered",
            value=answered,
            unit="once",
            floor=f"drained in {seconds:.1f} s, {number / seconds:.0f}/s",
            goal="all",
            met=answered == number,
        ),
        Figure(
            name=f"{number:,} commands, {name}: doubled",
            value=doubled,
            unit="",
            goal="none",
            met=doubled == 0,
        ),
    ]


async def _burst(number: int, faults: list[Fault]) -> tuple[int, int, float]:
    async with running_product() as product:
        product.seed(repositories=8, pulls_each=25)
        product.hub.faults.add(*faults)
        began = time.perf_counter()
        for turn in range(number):
            product.comment(turn)
            if turn % 50 == 0:
                await asyncio.sleep(0)
        try:
            await until(lambda: len(_receipts(product)) >= number, within=600)
        except TimeoutError:
            print(product.process.tail())
        seconds = time.perf_counter() - began
        await product.hub.settle()
        receipts = _receipts(product)
    return len(receipts), sum(count - 1 for count in receipts.values()), seconds


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
