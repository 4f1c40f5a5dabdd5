"""From a comment on GitHub to the first API call about it, idle and at a rate, and what idling costs."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from typing import TYPE_CHECKING

import uvloop

from tests.bench.figures import Figure, percentile
from tests.bench.product import running_product
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.bench.product import Product


def measure(*, short: bool) -> list[Figure]:
    """This function will run the product and comment."""
    return uvloop.run(_measure(short=short))


async def _measure(*, short: bool) -> list[Figure]:
    async with running_product() as product:
        product.seed(repositories=4, pulls_each=20)
        product.comment(0)
        await until(lambda: product.answered() > 0)  # tokens are made, connections are open
        await asyncio.sleep(0.5 if short else 3)
        began, spent = time.perf_counter(), product.cpu_seconds()
        await asyncio.sleep(1 if short else 20)
        idle = 100 * (product.cpu_seconds() - spent) / (time.perf_counter() - began)
        quiet = await first_calls(product, number=5 if short else 40, rate=2.5)
        disk = await asyncio.to_thread(_paced_sync, 0.5 if short else 10.0)
        busy = await first_calls(product, number=20 if short else 300, rate=20)
    bound = 3 * disk + 300
    return [
        Figure(
            name="idle CPU, both processes",
            value=idle,
            unit="% core",
            goal="≤ 3 %",
            met=_judged(idle <= 3, short),
        ),
        Figure(
            name="comment to first API call, idle, p50",
            value=percentile(quiet, 50),
            unit="ms",
            floor=f"p99 {percentile(quiet, 99):.0f} ms",
            goal="≤ 100 ms",
            met=_judged(percentile(quiet, 50) <= 100, short),
        ),
        Figure(
            name="comment to first API call, at 20/s, p99",
            value=percentile(busy, 99),
            unit="ms",
            floor=f"p50 {percentile(busy, 50):.0f} ms; paced fdatasync p99 {disk:.1f} ms",
            goal=f"≤ 3 x that + 300 = {bound:.0f} ms",
            met=_judged(percentile(busy, 99) <= bound, short),
        ),
    ]


async def first_calls(product: Product, *, number: int, rate: float) -> list[float]:
    """This function will comment at a rate and give for each the milliseconds until the first call about it."""
    written: dict[str, float] = {}
    before = len(product.hub.gateway.seen)
    began = time.monotonic()
    for turn in range(number):
        await asyncio.sleep(max(0.0, began + turn / rate - time.monotonic()))
        at = time.monotonic()
        written[f"/issues/comments/{product.comment(turn).id}/reactions"] = at

    def calls() -> dict[str, float]:
        firsts: dict[str, float] = {}
        for seen in product.hub.gateway.seen[before:]:
            for about, at in written.items():
                if seen.path.endswith(about) and about not in firsts:
                    firsts[about] = 1000 * (seen.at - at)
        return firsts

    await until(
        lambda: len(product.hub.gateway.seen) - before >= number and len(calls()) == number, within=60
    )
    return list(calls().values())


def _paced_sync(seconds: float) -> float:
    """What the disk itself does: the p99 in milliseconds of a small write made durable 20 times a second."""
    times = []
    with tempfile.NamedTemporaryFile() as file:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fdatasync(file.fileno())
            times.append(1000 * (time.perf_counter() - began))
            time.sleep(0.05)
    return percentile(times, 99)


def _judged(met: bool, short: bool) -> bool | None:  # noqa: FBT001 - two facts
    """A short run shows that it works, not how fast it is."""
    return None if short else met


if __name__ == "__main__":
    import sys

    from tests.bench.figures import show

    show("bench_wakeup", measure(short="--short" in sys.argv))
