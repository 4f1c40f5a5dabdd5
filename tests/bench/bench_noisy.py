"""One installation commands a thousand times at once: how long the quiet ones wait, beside a day without it."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import uvloop

from tests.bench.bench_wakeup import first_calls
from tests.bench.crowd import Crowd, Place, commands
from tests.bench.figures import Figure, percentile
from tests.bench.load import Order, sent
from tests.bench.product import running_product
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.bench.product import Product

_QUIET = 8  # repositories, each an installation of its own, beside the noisy one
_TIMES = 2.0


def measure(*, short: bool) -> list[Figure]:
    """This function will measure the quiet ones alone, and then beside the noisy one."""
    return uvloop.run(_measure(noise=60 if short else 1000, number=5 if short else 100, short=short))


async def _measure(*, noise: int, number: int, short: bool) -> list[Figure]:
    async with running_product() as product:
        product.seed(repositories=_QUIET + 1, pulls_each=10)
        noisy = product.repositories.pop()
        product.comment(0)
        await until(lambda: product.answered() > 0)
        alone = await first_calls(product, number=number, rate=4)
        began = time.perf_counter()
        places = [
            Place(
                installation_id=next(
                    each.id
                    for each in product.hub.store.installations.values()
                    if noisy.id in each.repository_ids
                ),
                repository_id=noisy.id,
                full_name=noisy.full_name,
                number=pull,
            )
            for pull in noisy.pulls
        ]
        refused = await _shout(product, Crowd(letters=commands("ada"), places=places), noise)
        beside = await first_calls(product, number=number, rate=4)
        still = (await product.health())["waiting"]
        took = time.perf_counter() - began
        assert not refused
    ratio = percentile(beside, 95) / percentile(alone, 95)
    return [
        Figure(
            name=f"quiet, while one commands {noise:,} times: p95",
            value=percentile(beside, 95),
            unit="ms",
            floor=f"{ratio:.2f} x alone: {percentile(alone, 95):.0f} ms",
            goal=f"≤ {_TIMES:.0f} x alone",
            met=None if short else ratio <= _TIMES,
        ),
        Figure(
            name="quiet, beside it: p50",
            value=percentile(beside, 50),
            unit="ms",
            floor=f"alone {percentile(alone, 50):.0f} ms",
        ),
        Figure(
            name="of the noisy one still waiting at the end",
            value=still,
            unit="",
            floor=f"after {took:.0f} s, its own answers among them: it was noisy all the time",
        ),
    ]


async def _shout(product: Product, crowd: Crowd, number: int) -> int:
    """Deliver all of it at once, and say how many were refused."""
    order = Order(
        port=int(product.process.url.rpartition(":")[2]),
        connections=16,
        seconds=120,
        event="",
        body="",
        secret=product.hub.webhook_secret,
        most=number,
        crowd=crowd,
    )
    return (await sent(order)).refused


if __name__ == "__main__":
    from tests.bench.figures import show

    show("bench_noisy", measure(short="--short" in sys.argv))
