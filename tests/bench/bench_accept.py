"""How many deliveries a second are acknowledged, ignored and durable, beside bare aiohttp and a plain inbox."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.bench.figures import Figure
from tests.bench.load import Order, Result
from tests.bench.receivers import EVENT, SECRET
from tests.support.webhook_samples import webhook_samples

if TYPE_CHECKING:
    from collections.abc import Iterator

# Measured on one machine in one run (docs/architecture.md): what a bare receiver and Probot 14 without throttling do.
# Their ratio carries over to this machine, their figures do not.
REFERENCE_BARE = 12_854
REFERENCE_PROBOT = {"ignored": 4_620, "handled 16": 470, "handled 64": 821}


@dataclass(frozen=True, slots=True)
class Measured:
    """One load on one receiver."""

    rate: float
    cpu_ms: float  # of the receiver, for each delivery
    p50_ms: float
    p99_ms: float


def measure(*, short: bool) -> list[Figure]:
    """This function will load the three receivers in turn."""
    seconds = 0.5 if short else 5.0
    bare = load("bare", event="star", connections=64, seconds=seconds)
    ignored = load("pilothouse", event="star", connections=64, seconds=seconds)
    figures = [
        Figure(name="bare aiohttp, 64 connections", value=bare.rate, unit="req/s"),
        _against_probot("ignored, 64 connections", ignored, bare, REFERENCE_PROBOT["ignored"], times=1.0),
        Figure(
            name="ignored: CPU of the web process",
            value=ignored.cpu_ms,
            unit="ms",
            floor=f"bare aiohttp {bare.cpu_ms:.3f} ms",
            goal="≤ 0.20 ms",
            met=ignored.cpu_ms <= 0.20,
        ),
    ]
    for connections, times in ((16, 3.0), (64, 2.0)):
        plain = load("plain", event=EVENT, connections=connections, seconds=seconds)
        durable = load("pilothouse", event=EVENT, connections=connections, seconds=seconds)
        name = f"durable, {connections} connections"
        ratio = durable.rate / plain.rate
        figures += [
            _against_probot(name, durable, bare, REFERENCE_PROBOT[f"handled {connections}"], times=times),
            Figure(
                name=f"{name}: beside a plain inbox",
                value=ratio,
                unit="x",
                floor=f"plain inbox {plain.rate:,.0f} req/s",
                goal="≥ 0.8 x",
                met=ratio >= 0.8,
            ),
            Figure(
                name=f"{name}: p50 / p99",
                value=durable.p50_ms,
                unit="ms",
                floor=f"p99 {durable.p99_ms:.1f} ms; plain inbox {plain.p50_ms:.1f} / {plain.p99_ms:.1f} ms",
            ),
        ]
    return figures


def load(kind: str, *, event: str, connections: int, seconds: float) -> Measured:
    """This function will load one receiver in a process of its own."""
    with receiver(kind) as (port, process):
        send(
            Order(
                port=port,
                connections=connections,
                seconds=seconds / 5,
                event=event,
                body=body(),
                secret=SECRET,
            )
        )
        before = process.cpu_times()
        result = send(
            Order(
                port=port, connections=connections, seconds=seconds, event=event, body=body(), secret=SECRET
            )
        )
        after = process.cpu_times()
    if result.refused or not result.answered:
        raise RuntimeError(f"{kind}: {result.refused} of {result.answered + result.refused} were refused")
    cpu = after.user + after.system - before.user - before.system
    return Measured(
        result.answered / result.seconds, 1000 * cpu / result.answered, result.p50_ms, result.p99_ms
    )


@contextmanager
def receiver(kind: str) -> Iterator[tuple[int, psutil.Process]]:
    """This function will run a receiver and give its port."""
    with tempfile.TemporaryDirectory() as folder:
        running = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.receivers", kind, folder], stdout=subprocess.PIPE
        )
        try:
            assert running.stdout is not None
            yield int(running.stdout.readline()), psutil.Process(running.pid)
        finally:
            running.kill()
            running.communicate()


def send(order: Order) -> Result:
    """This function will run the load generator."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(asdict(order)).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Result(**json.loads(done.stdout))


def body() -> str:
    """This function will give a real comment's payload, of 7 to 25 KB as they are."""
    (sample,) = [each for each in webhook_samples() if each.file == "issue_comment/created.1.json"]
    text = json.dumps(sample.payload)
    padding = max(0, 8000 - len(text))
    return json.dumps({**sample.payload, "padding": "x" * padding})


def _against_probot(name: str, measured: Measured, bare: Measured, probot: int, *, times: float) -> Figure:
    scaled = probot * bare.rate / REFERENCE_BARE
    return Figure(
        name=name,
        value=measured.rate,
        unit="req/s",
        floor=f"{measured.rate / bare.rate:.2f} x bare; Probot here about {scaled:,.0f}",
        goal=f"≥ {times:.0f} x Probot",
        met=measured.rate >= times * scaled,
    )


if __name__ == "__main__":
    from tests.bench.figures import show

    show(str(Path(__file__).stem), measure(short="--short" in sys.argv))
