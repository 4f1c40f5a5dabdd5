"""From the inbox to the engine."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.engine.dispatcher import Dispatcher
from bot.engine.model import Intent, Queue, Signal, Start
from bot.github.events import Unreadable
from bot.storage.deliveries.model import Decision, DeliveryQuery
from bot.storage.inbox import Delivery, State
from bot.storage.inbox_sqlite import SqliteInbox
from tests.support.clock import Clock
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import pytest


@dataclass
class RecordingEngine:
    """An engine that only remembers, and refuses what it is told to refuse."""

    refused: dict[str, Exception] = field(default_factory=dict)
    batches: list[list[tuple[int, list[str]]]] = field(default_factory=list)
    running: set[str] = field(default_factory=set)
    callbacks: list[Callable[[], None]] = field(default_factory=list)

    async def submit_batch(self, batch: Sequence[tuple[int, Sequence[Intent]]]) -> None:
        """This function will remember the batch, or raise."""
        named = [(priority, [each.run_id for each in intents]) for priority, intents in batch]
        for _, run_ids in named:
            for run_id in run_ids:
                if run_id in self.refused:
                    raise self.refused[run_id]
        self.batches.append(named)
        self.running.update(run_id for _, run_ids in named for run_id in run_ids)

    async def unfinished(self, run_ids: Iterable[str]) -> set[str]:
        """This function will say what was not ended by the test."""
        return self.running & set(run_ids)

    def watch(self, callback: Callable[[], None]) -> None:
        """This function will remember whom to call."""
        self.callbacks.append(callback)

    def end(self, *run_ids: str) -> None:
        """This function will end runs."""
        self.running -= set(run_ids)
        for callback in self.callbacks:
            callback()

    @property
    def submitted(self) -> list[str]:
        """Every run id submitted, in order."""
        return [run_id for batch in self.batches for _, run_ids in batch for run_id in run_ids]


def decode(event: str, payload: Any, guid: str) -> tuple[Intent, ...] | Unreadable:
    if payload == "unreadable":
        return Unreadable(event=event, reason="no repository")
    if payload == "bug":
        raise KeyError("a handler's mistake")
    if payload == "nothing":
        return ()
    if payload == "told":
        return (Signal(run_id=f"run-{guid}", topic="news", message="x", key=guid),)
    queue = Queue.DEPLOYMENTS if payload == "deploy" else Queue.EVENTS
    return (Start(flow="f", run_id=f"run-{guid}", request=payload, partition="p", queue=queue),)


async def opened(tmp_path: Path, *deliveries: tuple[str, int, bytes]) -> SqliteInbox:
    inbox = SqliteInbox(tmp_path / "inbox.db", clock=Clock(), on_commit=lambda: None)
    inbox.open()
    for guid, installation_id, body in deliveries:
        await inbox.put(Delivery(guid=guid, event="e", action="", installation_id=installation_id, body=body))
    return inbox


async def test_each_delivery_becomes_runs_with_its_place_in_the_order(tmp_path: Path) -> None:
    inbox, engine = (
        await opened(tmp_path, ("a", 1, b"1"), ("b", 1, b"2"), ("n", 1, b'"nothing"')),
        RecordingEngine(),
    )
    assert await Dispatcher(inbox, engine, decode).dispatch() == 3
    assert engine.batches == [[(1, ["run-a"]), (2, ["run-b"]), (3, [])]]
    assert await inbox.states(["a", "b", "n"]) == dict.fromkeys(["a", "b", "n"], State.DONE)
    inbox.close()


async def test_unreadable_and_mishandled_ones_fail_alone_and_are_not_retried_for_ever(tmp_path: Path) -> None:
    inbox = await opened(
        tmp_path, ("u", 1, b'"unreadable"'), ("j", 1, b"{"), ("b", 1, b'"bug"'), ("ok", 1, b"1")
    )
    engine = RecordingEngine()
    dispatcher = Dispatcher(inbox, engine, decode)
    assert await dispatcher.dispatch() == 4
    assert await dispatcher.dispatch() == 0
    states = await inbox.states(["u", "j", "b", "ok"])
    assert states == {"u": State.FAILED, "j": State.FAILED, "b": State.FAILED, "ok": State.DONE}
    assert dispatcher.counts == {"done": 1, "unreadable": 2, "bug": 1}
    await inbox.put(Delivery(guid="b", event="e", action="", installation_id=1, body=b"1"))
    assert await dispatcher.dispatch() == 1
    assert engine.submitted == ["run-ok", "run-b"]
    inbox.close()


async def test_what_came_of_each_delivery_is_remembered_with_what_it_said(tmp_path: Path) -> None:
    inbox = await opened(
        tmp_path, ("a", 1, b"1"), ("told", 1, b'"told"'), ("none", 1, b'"nothing"'), ("b", 1, b'"bug"')
    )
    await Dispatcher(inbox, RecordingEngine(), decode).dispatch()
    found = {one.guid: one for one in await inbox.deliveries(DeliveryQuery(repositories=None))}
    assert {guid: one.decisions for guid, one in found.items()} == {
        "a": (Decision("f", "run-a"),),
        "told": (Decision("", "run-told", "news"),),
        "none": (),
        "b": (),
    }
    assert found["b"].error == 'KeyError: "a handler\'s mistake"'
    assert await inbox.payload_of(found["b"].sequence) == b'"bug"'
    inbox.close()


async def test_an_intent_that_the_engine_refuses_fails_alone(tmp_path: Path) -> None:
    inbox = await opened(tmp_path, ("a", 1, b"1"), ("bad", 1, b"2"), ("c", 2, b"3"))
    engine = RecordingEngine(refused={"run-bad": LookupError("no flow is named 'f'")})
    await Dispatcher(inbox, engine, decode).dispatch()
    assert await inbox.states(["a", "bad", "c"]) == {"a": State.DONE, "bad": State.FAILED, "c": State.DONE}
    inbox.close()


async def test_a_database_that_is_away_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = await opened(tmp_path, ("a", 1, b"1"))
    engine = RecordingEngine(refused={"run-a": ConnectionError("away")})
    dispatcher = Dispatcher(inbox, engine, decode)
    monkeypatch.setattr("bot.engine.dispatcher._FIRST_PAUSE", 0.01)
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(0.05)
    assert await inbox.states(["a"]) == {"a": State.WAITING}
    engine.refused.clear()
    await until(lambda: engine.submitted == ["run-a"])
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    inbox.close()


async def test_an_installation_with_many_unfinished_runs_waits_and_others_do_not(tmp_path: Path) -> None:
    flood = [(f"f{number:02}", 1, b"1") for number in range(40)]
    inbox, engine = await opened(tmp_path, *flood, ("q", 2, b"1")), RecordingEngine()
    dispatcher = Dispatcher(inbox, engine, decode, poll_seconds=60)
    running = asyncio.create_task(dispatcher.run())
    await until(lambda: len(engine.submitted) >= 17 and dispatcher.rounds >= 2)
    assert len(engine.submitted) == 17
    assert "run-q" in engine.submitted
    engine.end("run-f00", "run-f01", "run-f02")
    await until(lambda: len(engine.submitted) == 20)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    inbox.close()


async def test_deployments_that_wait_for_days_do_not_count(tmp_path: Path) -> None:
    deployments = [(f"d{number:02}", 1, b'"deploy"') for number in range(40)]
    inbox, engine = await opened(tmp_path, *deployments), RecordingEngine()
    dispatcher = Dispatcher(inbox, engine, decode)
    while await dispatcher.dispatch():
        pass
    assert len(engine.submitted) == 40
    inbox.close()


async def test_a_wake_up_beats_the_poll(tmp_path: Path) -> None:
    inbox, engine = await opened(tmp_path), RecordingEngine()
    dispatcher = Dispatcher(inbox, engine, decode, poll_seconds=60)
    running = asyncio.create_task(dispatcher.run())
    await until(lambda: dispatcher.rounds == 1)
    await inbox.put(Delivery(guid="a", event="e", action="", installation_id=1, body=b"1"))
    dispatcher.wake()
    await until(lambda: engine.submitted == ["run-a"], within=5)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    inbox.close()


async def test_a_worker_that_is_not_elected_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def other(_inbox: SqliteInbox) -> bool:
        return False

    inbox, engine = await opened(tmp_path, ("a", 1, b"1")), RecordingEngine()
    monkeypatch.setattr(SqliteInbox, "is_elected", other)
    assert await Dispatcher(inbox, engine, decode).dispatch() == 0
    assert engine.submitted == []
    inbox.close()
