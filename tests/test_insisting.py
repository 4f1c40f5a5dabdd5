"""A server that is away for a moment fails nothing; one that stays away is told of."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.insisting import Insisting


def away() -> OperationalError:
    return OperationalError("select 1", {}, Exception("server closed the connection\nunexpectedly"))


def test_what_was_lost_is_done_again() -> None:
    failures = [away(), away()]

    def work() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert Insisting(10, OperationalError).do(work) == "done"


def test_patience_ends_and_other_errors_are_not_repeated() -> None:
    tries = []

    def work(error: Exception) -> None:
        tries.append(error)
        raise error

    with pytest.raises(OperationalError):
        Insisting(0, OperationalError).do(lambda: work(away()))
    with pytest.raises(IntegrityError):
        Insisting(10, OperationalError).do(
            lambda: work(IntegrityError("insert", {}, Exception("there already")))
        )
    assert len(tries) == 2


def test_a_process_that_ends_waits_for_nobody() -> None:
    insisting = Insisting(600, OperationalError)
    begun = threading.Event()

    def work() -> None:
        begun.set()
        raise away()

    ended: list[float] = []

    def run() -> None:
        with pytest.raises(OperationalError):
            insisting.do(work)
        ended.append(time.monotonic())

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait(5)
    stopped = time.monotonic()
    insisting.stop()
    thread.join(5)
    assert ended
    assert ended[0] - stopped < 2
