"""How many deliveries a second are acknowledged, ignored and durable, beside bare aiohttp, a plain inbox and Probot."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.bench.figures import Figure
from tests.bench.load import Order, Result
from tests.bench.peer import App, answering_github, probot, probot_is_there
from tests.bench.receivers import EVENT, SECRET
from tests.support.webhook_samples import webhook_samples

if TYPE_CHECKING:
    from collections.abc import Iterator

_IGNORED, _FEW, _MANY = ("star", 64), (EVENT, 16), (EVENT, 64)
_LOADS = (  # who is loaded with which event over how many connections
    ("bare", _IGNORED),
    ("pilothouse", _IGNORED),
    ("probot", _IGNORED),
    *((kind, load) for load in (_FEW, _MANY) for kind in ("plain", "pilothouse", "probot")),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One load on one receiver."""

    rate: float
    cpu_ms: float  # of the receiver, for each delivery
    p50_ms: float
    p99_ms: float


def measure(*, short: bool) -> list[Figure]:
    """This function will load the receivers in turn, several times over: the machine has better and worse moments."""
    rounds, seconds = (1, 0.3) if short else (5, 2.0)
    kinds = [each for each in _LOADS if each[0] != "probot" or probot_is_there()]
    taken = [{each: load(each[0], *each[1], seconds=seconds) for each in kinds} for _ in range(rounds)]
    middle = {each: _middle([one[each] for one in taken]) for each in kinds}
    bare, ignored = middle["bare", _IGNORED], middle["pilothouse", _IGNORED]
    figures = [
        Figure(
            name="bare aiohttp, 64 connections",
            value=bare.rate,
            unit="req/s",
            floor=f"CPU {bare.cpu_ms:.3f} ms",
        ),
        _against_probot("ignored, 64 connections", ignored, middle.get(("probot", _IGNORED)), times=1.0),
        Figure(
            name="ignored: CPU of the web process",
            value=ignored.cpu_ms,
            unit="ms",
            floor=f"bare aiohttp {bare.cpu_ms:.3f} ms",
            goal="≤ 0.20 ms",
            met=ignored.cpu_ms <= 0.20,
        ),
    ]
    for use, times in ((_FEW, 3.0), (_MANY, 2.0)):
        plain, durable = middle["plain", use], middle["pilothouse", use]
        name = f"durable, {use[1]} connections"
        figures += [
            _against_probot(name, durable, middle.get(("probot", use)), times=times),
            *_beside_plain(name, durable, plain),
        ]
    return figures


def _beside_plain(name: str, durable: Measured, plain: Measured) -> list[Figure]:
    ratio = durable.rate / plain.rate
    return [
        Figure(
            name=f"{name}: beside a plain inbox",
            value=ratio,
            unit="x",
            floor=f"plain inbox {plain.rate:,.0f} req/s, CPU {plain.cpu_ms:.3f} ms",
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


def _middle(measured: list[Measured]) -> Measured:
    """The median of each value."""
    return Measured(*(statistics.median(values) for values in zip(*map(astuple, measured), strict=True)))


def load(kind: str, event: str, connections: int, *, seconds: float) -> Measured:
    """This function will load one receiver in a process of its own."""
    given = body()
    with receiver(kind) as (port, process):

        def sent(duration: float) -> Result:
            return send(
                Order(
                    port=port,
                    connections=connections,
                    seconds=duration,
                    event=event,
                    body=given,
                    secret=SECRET,
                )
            )

        sent(seconds / 2)  # compiled, connected, its file made
        before = process.cpu_times()
        result = sent(seconds)
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
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if kind == "probot":
            api = stack.enter_context(answering_github())
            yield stack.enter_context(probot(App(api=api, secret=SECRET), Path(folder), mode="handled"))
            return
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


def _against_probot(name: str, ours: Measured, theirs: Measured | None, *, times: float) -> Figure:
    if theirs is None:
        return Figure(name=name, value=ours.rate, unit="req/s", floor="Probot is not installed here")
    ratio = ours.rate / theirs.rate
    return Figure(
        name=name,
        value=ours.rate,
        unit="req/s",
        floor=f"{ratio:.2f} x Probot: {theirs.rate:,.0f} req/s, CPU {theirs.cpu_ms:.3f} ms",
        goal=f"≥ {times:.0f} x Probot",
        met=ratio >= times,
    )


if __name__ == "__main__":
    from tests.bench.figures import show

    show(str(Path(__file__).stem), measure(short="--short" in sys.argv))
