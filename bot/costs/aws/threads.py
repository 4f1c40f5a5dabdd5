"""Carries blocking requests to AWS in threads of their own, so that a dead service holds up nothing else."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Threads:
    """A few threads that end with the process, whatever they wait for, and serve any event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._begun = 0
        self._busy = 0

    async def run(self, act: Callable[[], T]) -> T:
        """This function will do the act in a thread and return what it returns, or raise what it raises."""
        done: Future[T] = Future()

        def do() -> None:
            if not done.set_running_or_notify_cancel():
                return  # nobody waits any more: what comes next is not kept waiting for it
            try:
                done.set_result(act())
            except Exception as error:  # noqa: BLE001 - whoever waits for it shall have it
                done.set_exception(error)

        self._begin()
        self._work.put(do)
        return await asyncio.wrap_future(done)

    def _begin(self) -> None:
        with self._lock:
            self._busy += 1
            if self._busy > self._begun < self._most:
                self._begun += 1
                threading.Thread(target=self._serve, name=f"aws-{self._begun}", daemon=True).start()

    def _serve(self) -> None:
        while True:
            self._work.get()()
            with self._lock:
                self._busy -= 1
