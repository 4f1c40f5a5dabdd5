"""A load generator: so many connections, each sending its next signed delivery as soon as the last is answered.

As a program of its own, so that it does not share the server's loop: `python -m tests.bench.load` reads one JSON
order from standard input and prints one JSON result.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
import time
import uuid
from dataclasses import asdict, dataclass
from typing import cast

import msgspec
import uvloop

from tests.bench.crowd import Crowd, turn_of
from tests.bench.figures import percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to send."""

    port: int
    connections: int
    seconds: float
    event: str
    body: str
    secret: str
    rate: float = 0.0  # deliveries a second over all connections; 0: as fast as it goes
    most: int = 0  # stop after so many; 0: at the end of the time
    crowd: Crowd | None = None  # who sends what, instead of the one event and body
    first: int = 0  # the crowd's first turn
    prefix: str = ""  # of the GUIDs; one of its own where none is given


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came back."""

    answered: int
    refused: int
    seconds: float
    p50_ms: float
    p99_ms: float


class Sender(asyncio.Protocol):
    """One connection."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._transport: asyncio.Transport | None = None
        self._began = 0.0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """This function will send the first delivery."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by its methods only
        self._next()

    def data_received(self, data: bytes) -> None:
        """This function will count the answer and send the next delivery."""
        self._buffer += data
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end or len(rest) < _length(head):
            return
        self._buffer = b""
        self._run.count(head, time.perf_counter() - self._began)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """This function will end the run: a server that closes is broken."""
        self._run.end(exc)

    def _next(self) -> None:
        request = self._run.request()
        if request is None or self._transport is None:
            return
        delay = self._run.delay()
        if delay > 0:
            asyncio.get_running_loop().call_later(delay, self._send, request)
        else:
            self._send(request)

    def _send(self, request: bytes) -> None:
        assert self._transport is not None
        self._began = time.perf_counter()
        self._transport.write(request)


class Run:
    """One load."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._same = None if order.crowd else _request(order, order.event, order.body.encode())
        self._prefix = order.prefix or uuid.uuid4().hex[:20]
        self._sent = 0
        self._times: list[float] = []
        self._refused = 0
        self._began = time.perf_counter()
        self.over = asyncio.Event()

    def request(self) -> bytes | None:
        """This function will make the next delivery, or None when it is over."""
        elapsed = time.perf_counter() - self._began
        if elapsed > self._order.seconds or (self._order.most and self._sent >= self._order.most):
            if self._order.most == 0 or len(self._times) + self._refused >= self._sent:
                self.over.set()
            return None
        self._sent += 1
        turn = turn_of(self._order.first + self._sent) if self._order.crowd else self._sent
        if self._order.crowd:
            head, body = _request(self._order, *self._order.crowd.written(turn))
        else:
            assert self._same is not None
            head, body = self._same
        return head + f"{self._prefix}{turn}\r\n\r\n".encode() + body

    def delay(self) -> float:
        """This function will say how long to wait before the next sending."""
        if not self._order.rate:
            return 0.0
        return self._began + self._sent / self._order.rate - time.perf_counter()

    def count(self, head: bytes, seconds: float) -> None:
        """This function will note an answer."""
        if head.startswith(b"HTTP/1.1 20"):  # Probot says 200
            self._times.append(seconds)
        else:
            self._refused += 1

    def end(self, error: Exception | None) -> None:
        """This function will stop."""
        if error is not None:
            self._refused += 1
        self.over.set()

    def result(self) -> Result:
        """This function will sum up."""
        return Result(
            answered=len(self._times),
            refused=self._refused,
            seconds=time.perf_counter() - self._began,
            p50_ms=1000 * percentile(self._times, 50),
            p99_ms=1000 * percentile(self._times, 99),
        )


async def send(order: Order) -> Result:
    """This function will send the load and sum up the answers."""
    run = Run(order)
    loop = asyncio.get_running_loop()
    connections = [
        await loop.create_connection(lambda: Sender(run), "127.0.0.1", order.port)
        for _ in range(order.connections)
    ]
    async with asyncio.timeout(order.seconds + 30):
        await run.over.wait()
    result = run.result()
    for transport, _ in connections:
        transport.abort()
    return result


async def sent(order: Order) -> Result:
    """This function will send the load from a process of its own, beside whatever this one does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.load",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(asdict(order)).encode())
    assert process.returncode == 0
    return Result(**json.loads(output))


def _request(order: Order, event: str, body: bytes) -> tuple[bytes, bytes]:
    """The head up to the GUID, and the body."""
    signature = hmac.new(order.secret.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST /webhook HTTP/1.1\r\nHost: 127.0.0.1:{order.port}\r\nUser-Agent: GitHub-Hookshot/0\r\n"
        f"Accept: */*\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-GitHub-Event: {event}\r\nX-Hub-Signature-256: sha256={signature}\r\nX-GitHub-Delivery: "
    )
    return head.encode(), body


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


if __name__ == "__main__":
    ordered = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    print(json.dumps(asdict(uvloop.run(send(ordered)))))
