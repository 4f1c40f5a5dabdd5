"""Resident memory of both processes, idle and after many deliveries."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import uvloop

from tests.bench.figures import Figure
from tests.bench.installed import PYTHON
from tests.bench.load import Order, sent
from tests.bench.product import running_product
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.bench.product import Memory, Product

_BARE = "import aiohttp.web, sqlalchemy; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def measure(*, short: bool) -> list[Figure]:
    """This function will run the product and send it deliveries of every kind that costs memory."""
    return uvloop.run(_measure(deliveries=200 if short else 20_000, short=short))


async def _measure(*, deliveries: int, short: bool) -> list[Figure]:
    floor = float(await _output(["-c", _BARE])) / 1000
    async with running_product() as product:
        product.seed(repositories=4, pulls_each=5)
        # What is loaded and allocated once belongs to the idle state.
        for turn in range(20):
            product.comment(turn)
        await until(lambda: product.answered() == 20, within=60)
        await asyncio.sleep(1 if short else 5)
        idle = product.memory()
        await _send(product, deliveries)
        after = product.memory()
    growth = sum(after.resident) - sum(idle.resident)
    return [
        Figure(
            name="memory, idle: web + worker",
            value=idle.shared_once,
            unit="MB",
            floor=f"resident {_sum(idle)}; aiohttp and SQLAlchemy {floor:.0f}",
            goal="≤ 160 MB",
            met=None if short else idle.shared_once <= 160,
        ),
        Figure(
            name=f"growth after {deliveries:,} deliveries",
            value=growth,
            unit="MB",
            floor=f"resident {_sum(after)}",
            goal="≤ 10 MB",
            met=None if short else growth <= 10,
        ),
    ]


def _sum(memory: Memory) -> str:
    return " + ".join(f"{each:.0f}" for each in memory.resident) + " MB"


async def _send(product: Product, number: int) -> None:
    """Comments that start nothing, as nearly all comments do: stored, decoded, marked as done."""
    comment = product.comment(0, "What a fine day.")
    await product.hub.settle()
    body = product.hub.deliveries.listed[0].payload
    assert str(comment.id).encode() in body
    order = Order(
        port=int(product.process.url.rpartition(":")[2]),
        connections=16,
        seconds=120,
        most=number,
        event="issue_comment",
        body=body.decode(),
        secret=product.hub.webhook_secret,
    )
    result = await sent(order)
    assert result.refused == 0, result
    await until(product.drained, within=300)
    await asyncio.sleep(1)


async def _output(arguments: list[str]) -> bytes:
    process = await asyncio.create_subprocess_exec(PYTHON, *arguments, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output


if __name__ == "__main__":
    from tests.bench.figures import show

    show("bench_memory", measure(short="--short" in sys.argv))
