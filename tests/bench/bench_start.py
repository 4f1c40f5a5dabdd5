"""How long the product takes from the command to the first sign of life of its worker."""

from __future__ import annotations

import subprocess
import sys
import time

import uvloop

from tests.bench.figures import Figure, percentile
from tests.bench.installed import PYTHON
from tests.bench.product import running_product


def measure(*, short: bool) -> list[Figure]:
    """This function will start the product a few times."""
    floor = _import_seconds()
    starts = [uvloop.run(_start()) for _ in range(1 if short else 5)]
    ready = percentile([start[0] for start in starts], 50)
    answering = percentile([start[1] for start in starts], 50)
    return [
        Figure(
            name="start until it answers",
            value=answering,
            unit="s",
            floor=f"importing the same modules {floor:.2f} s",
        ),
        Figure(
            name="start until the worker lives",
            value=ready,
            unit="s",
            floor=f"{ready / floor:.1f} x the imports",
            goal="≤ 1.5 s",
            met=None if short else ready <= 1.5,
        ),
    ]


async def _start() -> tuple[float, float]:
    async with running_product() as product:
        return product.started_seconds, product.answering_seconds


def _import_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([PYTHON, "-c", "import bot.app.worker, bot.app.processes"], check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    from tests.bench.figures import show

    show("bench_start", measure(short="--short" in sys.argv))
