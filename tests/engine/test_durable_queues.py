"""When a queue's thread looks for work: at once after a rest, and otherwise once for all of a moment."""

from __future__ import annotations

import time

from bot.engine.durable_queues import Wake


def test_work_after_a_rest_is_looked_for_at_once() -> None:
    wake = Wake()
    wake.work()
    began = time.monotonic()
    assert wake.wait(60) is False
    assert time.monotonic() - began < 30


def test_all_the_work_of_a_moment_is_looked_for_once() -> None:
    wake = Wake()
    wake.work()
    wake.wait(60)
    began = time.monotonic()
    wake.work()
    wake.work()
    assert wake.wait(60) is False
    assert time.monotonic() - began >= 0.04
    assert wake.wait(0) is False  # both were served: there is no more


def test_a_stop_ends_the_wait_and_says_so() -> None:
    wake = Wake()
    wake.work()
    wake.wait(60)
    wake.set()
    began = time.monotonic()
    assert wake.wait(60) is True
    assert time.monotonic() - began < 30
