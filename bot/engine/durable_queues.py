"""The engine library's queue threads, woken at once where it would poll."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from dbos._queue import queue_worker_thread

from bot.engine.model import Start

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dbos import DBOS, Queue

    from bot.engine.model import Intent


# A look walks every partition where a run waits. Where many runs end, one look serves all of a moment; the first look
# after a rest comes at once.
_BETWEEN_LOOKS = 0.05


class Wake(threading.Event):
    """The stop event of one queue thread, whose waits also end when there is work."""

    def __init__(self) -> None:
        super().__init__()
        self._work = threading.Event()
        self._looked = -_BETWEEN_LOOKS

    def work(self) -> None:
        """This function will end the thread's present or next wait."""
        self._work.set()

    def set(self) -> None:
        """This function will stop the thread."""
        super().set()
        self._work.set()

    def wait(self, timeout: float | None = None) -> bool:
        """This function will wait for work or the stop, and say whether it was the stop."""
        self._work.wait(timeout)
        rest = self._looked + _BETWEEN_LOOKS - time.monotonic()
        if rest > 0:
            super().wait(rest)
        self._work.clear()
        self._looked = time.monotonic()
        return self.is_set()


class QueueThreads:
    """One thread for each queue that takes what is due and runs it.

    The library's own threads sleep through their poll interval: an idle start waits half of it, and a short one
    costs CPU all day. They take their stop event as an argument, so ours are started with one that also wakes.
    """

    def __init__(self, library: DBOS, queues: Iterable[Queue]) -> None:
        self._wakes: dict[str, Wake] = {}
        self._threads: list[threading.Thread] = []
        self._queues_of: defaultdict[str, set[str]] = defaultdict(set)  # by flow, as far as seen
        for queue in queues:
            wake = self._wakes[queue.name] = Wake()
            thread = threading.Thread(
                target=queue_worker_thread,
                args=(wake, library, queue),
                name=f"queue {queue.name}",
                daemon=True,
            )
            self._threads.append(thread)

    def start(self) -> None:
        """This function will begin to take runs from the queues."""
        for thread in self._threads:
            thread.start()
        self._wake(self._wakes)

    def wake_started(self, intents: Iterable[Intent]) -> None:
        """This function will make those queues look for work now that it was put into.

        A look costs as much as a step: where nothing can have changed there is none.
        """
        starts = [intent for intent in intents if isinstance(intent, Start)]
        for start in starts:
            self._queues_of[start.flow].add(start.queue)
        self._wake({start.queue for start in starts})

    def wake_ended(self, flow: str) -> None:
        """This function will make those queues look for work now in which a run of the flow has freed its partition."""
        self._wake(self._queues_of.get(flow, self._wakes))

    def _wake(self, names: Iterable[str]) -> None:
        for name in names:
            self._wakes[name].work()

    def stop(self) -> None:
        """This function will take no more runs."""
        for wake in self._wakes.values():
            wake.set()
        for thread in self._threads:
            thread.join(timeout=5)


def wake_waiting(library: DBOS, run_id: str, topic: str) -> None:
    """This function will let a run that waits on the topic look at once for the signal just stored.

    On SQLite the library asks the database for each waiting run in turn; we know which one it is.
    """
    waiting = library._sys_db.notifications_map.get(f"{run_id}::{topic}")  # noqa: SLF001 - guarded by a test
    if waiting is not None:
        waiting.set()
