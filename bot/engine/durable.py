"""The durable engine: flows survive crashes and restarts, on SQLite or PostgreSQL, by DBOS Transact."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar, assert_never

import structlog
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy.exc import OperationalError

from bot.engine.context import Teller, came_of_present, with_origin
from bot.engine.durable_keeper import Keeper, Upkeep
from bot.engine.durable_queues import QueueThreads, wake_waiting
from bot.engine.durable_run import DurableRun, Running
from bot.engine.durable_steps import Recorded
from bot.engine.durable_store import FAILED, UNFINISHED, DurableStore
from bot.engine.model import Flow, Intent, LateFlow, Queue, Signal, Start
from bot.engine.recording import stored
from bot.engine.repertoire import Repertoire
from bot.engine.spans import tell_nobody
from bot.insisting import Insisting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime
    from types import TracebackType

    from dbos import DBOSConfig
    from sqlalchemy import Connection

    from bot.engine.spans import Tell

log = structlog.get_logger()

T = TypeVar("T")

_NAME = "pilothouse"
# Pinned: by default it hashes the flows' source, and new code would leave old runs unfinished for ever.
_VERSION = "1"
_FOR_EVER = 1_000_000_000  # recoveries: a run that waits for days lives through many restarts
_HIGHEST_PRIORITY = 2**31 - 1
# Longer than GitHub's window for redeliveries; SQLite slows down beyond 100,000 runs.
_UPKEEP = Upkeep(lease=timedelta(seconds=20), age=timedelta(days=4), most=100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """How much one worker runs at once and how it keeps house."""

    events: int = 64
    deployments: int = 1000  # most of them wait for a person
    clock: int = 8
    upkeep: Upkeep = _UPKEEP
    stop_seconds: float = 10.0
    patience: float = 900.0  # seconds for a database server that is away (PostgreSQL)
    # On SQLite a fallback only, as signals of this process wake their run; each round asks once per waiting run.
    signal_poll_seconds: float = 2.0

    def of(self, queue: Queue) -> int:
        """This function will say how many runs of this queue one worker has at once."""
        return int(getattr(self, queue.value))  # a queue and its limit have one name


class Engine:
    """Starts, signals and runs flows durably.

    It is opened, one in a process, on the loop on which the flows shall run, after the HTTP sessions that they use.
    """

    def __init__(
        self,
        url: str,
        flows: Sequence[Flow | LateFlow],
        *,
        clock: Callable[[], datetime],
        limits: EngineLimits = EngineLimits(),
        tell: Tell = tell_nobody,
    ) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()  # (flow, started | done | failed)
        self._store = DurableStore(url)
        self._flows = Repertoire(flows)
        self._clock = clock
        self._teller = Teller(tell=tell, clock=clock)
        self._limits = limits
        self._executor_id = uuid.uuid4().hex
        self._running = Running()
        self._insisting = Insisting(0 if self._store.is_sqlite else limits.patience, OperationalError)
        self._recorded = Recorded(self._store.last_step)
        self._tasks: dict[asyncio.Task[Any], tuple[str, str]] = {}  # flow, run id
        self._watchers: list[Callable[[], None]] = []
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="engine")

    async def __aenter__(self) -> Self:
        self._store.open()
        self._library = self._configured_library()
        for name in self._flows:
            DBOS.workflow(name=name, max_recovery_attempts=_FOR_EVER)(self._durable(name))
        DBOS.launch()  # inside this loop: flows run on it
        self._recorded.install(self._library)
        self._client = DBOSClient(
            system_database_engine=self._store.database,
            serializer=DBOSPortableJSONSerializer(),
            application_name=_NAME,
        )
        self._keeper = Keeper(
            self._store,
            self._executor_id,
            upkeep=self._limits.upkeep,
            clock=self._clock,
            active=lambda: {run_id for _, run_id in self._tasks.values()},
        )
        await self._in_thread(self._keeper.start)
        self._queues = QueueThreads(self._library, [await self._registered(queue) for queue in Queue])
        self._queues.start()
        log.info("engine_started", executor=self._executor_id, database=self._store.url.get_backend_name())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._insisting.stop()
        await self._in_thread(self._queues.stop)
        await self._running.park(self._limits.stop_seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._in_thread(self._keeper.stop)
        await self._in_thread(self._close_library)
        # The library had put its own, now closed, threads behind `asyncio.to_thread`.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        self._threads.shutdown()
        self._store.close()
        log.info("engine_stopped", parked=len(self._tasks))

    async def submit(self, intents: Iterable[Intent], *, priority: int = 0) -> None:
        """This function will start and signal runs in one transaction; a repeat is a no-op.

        Within a partition, runs of a lower priority number go first.
        """
        await self.submit_batch([(priority, [came_of_present(each, at=self._clock()) for each in intents])])

    async def submit_batch(self, batch: Sequence[tuple[int, Sequence[Intent]]]) -> None:
        """This function will submit several causes, each with its priority, in one transaction."""
        await self._in_thread(lambda: self._insisting.do(lambda: self._write(batch)))
        self._queues.wake_started([intent for _, intents in batch for intent in intents])
        for _, intents in batch:
            for intent in intents:
                if isinstance(intent, Signal):
                    wake_waiting(self._library, intent.run_id, intent.topic)

    async def unfinished(self, run_ids: Iterable[str]) -> set[str]:
        """This function will say which of these runs exist and have not ended."""
        states = await self._in_thread(lambda: self._store.states(run_ids))
        return {run_id for run_id, state in states.items() if state in UNFINISHED}

    async def state_of(self, run_id: str) -> str:
        """This function will say how a run stands: queued, running, done, failed or unknown."""
        states = await self._in_thread(lambda: self._store.states([run_id]))
        names = {"ENQUEUED": "queued", "PENDING": "running", "SUCCESS": "done"}
        return names.get(states[run_id], "failed") if run_id in states else "unknown"

    async def forget_ended(self) -> int:
        """This function will delete the runs that ended before the retention time, and count them."""
        return await self._in_thread(self._keeper.forget)

    def watch(self, callback: Callable[[], None]) -> None:
        """This function will call back, on the loop, whenever a run of this worker has ended."""
        self._watchers.append(callback)

    def _configured_library(self) -> DBOS:
        # Its own console handler and warnings about our own shutdown would only confuse: failures are logged here.
        logging.getLogger("dbos").setLevel(logging.ERROR)
        config: DBOSConfig = {
            "name": _NAME,
            "system_database_url": self._store.url.render_as_string(hide_password=False),
            "executor_id": self._executor_id,
            "application_version": _VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "sys_db_pool_size": 10,
            "system_database_engine": self._store.database if self._store.is_sqlite else None,
            "notification_listener_polling_interval_sec": self._limits.signal_poll_seconds,
        }
        library = DBOS(config=config)
        DBOS.listen_queues([])  # our own threads listen
        return library

    async def _registered(self, queue: Queue) -> Any:
        return await DBOS.register_queue_async(
            queue.value,
            partition_concurrency=1,
            worker_concurrency=self._limits.of(queue),
            # A fallback: our own submits and ended runs wake the queues; on PostgreSQL others submit too.
            polling_interval_sec=5.0 if self._store.is_sqlite else 1.0,
            on_conflict="always_update",
        )

    def _durable(self, name: str) -> Callable[[Any, int], Awaitable[None]]:
        async def play(request: Any, priority: int) -> None:
            run_id = str(DBOS.workflow_id)
            self._count_in(name, run_id)
            run = DurableRun(
                run_id,
                running=self._running,
                submit=lambda intents: self.submit(intents, priority=priority),
                teller=self._teller,
            )
            with self._teller.run(name, run_id, request):
                try:
                    await self._flows.play(name, run, request)
                except Exception:
                    self.counts[name, "failed"] += 1
                    log.exception("run_failed")
                    raise
            self.counts[name, "done"] += 1

        return play

    def _count_in(self, flow: str, run_id: str) -> None:
        self.counts[flow, "started"] += 1
        self._recorded.begin(run_id)
        task = asyncio.current_task()
        if task is not None:
            self._tasks[task] = flow, run_id
            # The task ends after the library has recorded the end: only then is the partition free.
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        flow, run_id = self._tasks.pop(task)
        self._recorded.end(run_id)
        self._queues.wake_ended(flow)
        for callback in self._watchers:
            callback()

    def _write(self, batch: Sequence[tuple[int, Sequence[Intent]]]) -> None:
        starts = [intent for _, intents in batch for intent in intents if isinstance(intent, Start)]
        known = self._store.states({intent.run_id for _, intents in batch for intent in intents})
        again = {
            start.run_id
            for start in starts
            if known.get(start.run_id) in FAILED and start.queue is not Queue.DEPLOYMENTS
        }
        if again:
            self._client.delete_workflows(sorted(again))
        exist = (set(known) - again) | self._store.covered(starts)
        with self._store.database.begin() as connection:
            for priority, intents in batch:
                for intent in intents:
                    self._write_one(connection, intent, priority=priority, exist=exist)

    def _write_one(self, connection: Connection, intent: Intent, *, priority: int, exist: set[str]) -> None:
        match intent:
            case Start() if intent.run_id not in exist:
                self._enqueue(connection, intent, priority)
                exist.add(intent.run_id)
            case Start():
                pass
            case Signal() if intent.run_id in exist:
                self._client.send_in_transaction(
                    connection,
                    intent.run_id,
                    {"message": stored(intent.message)},
                    intent.topic,
                    f"{intent.topic}/{intent.key}",
                )
            case Signal():
                log.info("signal_dropped", run_id=intent.run_id, topic=intent.topic, reason="no such run")
            case _:
                assert_never(intent)

    def _enqueue(self, connection: Connection, start: Start, priority: int) -> None:
        if start.flow not in self._flows:
            raise LookupError(f"no flow is named {start.flow!r}")
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": start.flow,
                "queue_name": start.queue.value,
                "workflow_id": start.run_id,
                "app_version": _VERSION,
                "queue_partition_key": start.partition,
                "priority": priority % _HIGHEST_PRIORITY + 1,
            },
            with_origin(stored(start.request), start.origin),
            priority,
        )

    def _close_library(self) -> None:
        self._client.destroy()
        DBOS.destroy(destroy_registry=True)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
