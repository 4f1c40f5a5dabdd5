"""The worker as a child of the web process: supervised, woken through a pipe, never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

log = structlog.get_logger()

_SHORTEST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_LONG_LIFE = 10.0  # it had started and worked: whatever ended it, the work that waits shall not wait longer
_STOP_SECONDS = 16.0  # of the 20 that a stop may take
_WAKE = b"\n"


class Child:
    """Runs a command as long as this process lives, again after every unexpected end."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        again: Sequence[str] = (),
        give_up_on: frozenset[int],
        give_up_at_first: frozenset[int] = frozenset(),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = tuple(command)
        self._again = tuple(again)  # more arguments for every start but the first
        self._give_up_on = give_up_on  # exit codes that no restart would change
        self._give_up_now = give_up_on | give_up_at_first  # or that an operator is to see at the first start
        self._environment = environment  # None: the same as ours
        self._pipe: int | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._stop = asyncio.Event()

    async def run(self) -> int:
        """This function will keep the command running and return its exit code once it is not started again."""
        pause = _SHORTEST_PAUSE
        while True:
            began = asyncio.get_running_loop().time()
            code = await (await self._start()).wait()
            self._close_pipe()
            if self._stop.is_set() or code in self._give_up_now:
                return code
            self._give_up_now = self._give_up_on
            lived = asyncio.get_running_loop().time() - began
            pause = _SHORTEST_PAUSE if lived > _LONG_LIFE else min(2 * pause, _LONGEST_PAUSE)
            log.error("worker_ended", code=code, lived=round(lived, 1), again_in=pause)
            self._command, self._again = self._command + self._again, ()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stop.wait()
                    return code

    def wake(self) -> None:
        """This function will let the child know that there is work."""
        if self._pipe is None:
            return
        # A full pipe wakes it as well, and a dead child finds its work when it is started again.
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            os.write(self._pipe, _WAKE)

    async def stop(self) -> None:
        """This function will ask the child to end, and end it when it does not."""
        self._stop.set()
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            log.error("worker_killed", reason="it did not end in time; its work goes on at the next start")  # noqa: TRY400 - the time-out says nothing more
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def _start(self) -> asyncio.subprocess.Process:
        reading, self._pipe = os.pipe()
        os.set_blocking(self._pipe, False)
        try:
            # A session of its own: Ctrl-C reaches us alone, and we stop it in order.
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=reading, env=self._environment, start_new_session=True
            )
        finally:
            os.close(reading)
        if self._stop.is_set():  # told while it was being started
            self._process.terminate()
        return self._process

    def _close_pipe(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None


def listen_to_parent(descriptor: int, *, on_wake: Callable[[], None], on_end: Callable[[], None]) -> None:
    """This function will call back on each wake-up from the parent, and once when the parent is gone.

    The parent's end of the pipe closes however it dies, so `kill -9` leaves no orphan.
    """
    loop = asyncio.get_running_loop()

    def read() -> None:
        if os.read(descriptor, 65536):
            on_wake()
        else:
            loop.remove_reader(descriptor)
            on_end()

    loop.add_reader(descriptor, read)


def stop_on_signals(stop: asyncio.Event) -> None:
    """This function will set the event at SIGTERM or Ctrl-C."""
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
