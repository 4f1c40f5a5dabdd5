"""What goes wrong below whoever tells of it is counted, from whichever thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from bot.insisting import Insisting
from bot.troubles import TROUBLES, Trouble, Troubles


def test_each_is_told_before_it_is_met_and_none_is_lost() -> None:
    """Prometheus sees the first one as an increase only where there was a zero before."""
    troubles = Troubles()
    assert troubles.counts() == {(trouble.value,): 0.0 for trouble in Trouble}
    with ThreadPoolExecutor(8) as threads:
        for _ in range(800):
            threads.submit(troubles.add, Trouble.DATABASE_AWAY)
    assert troubles.counts()["database_away",] == 800


def test_a_transaction_that_is_tried_again_is_counted() -> None:
    before = TROUBLES.counts()["database_away",]
    failures = [OperationalError("select 1", {}, Exception("gone"))] * 2

    def work() -> None:
        if failures:
            raise failures.pop()

    Insisting(10, OperationalError).do(work)
    assert TROUBLES.counts()["database_away",] == before + 2
    with pytest.raises(OperationalError):  # what is given up is told by whoever wanted it
        Insisting(0, OperationalError).do(lambda: _raise(OperationalError("x", {}, Exception("gone"))))
    assert TROUBLES.counts()["database_away",] == before + 2


def _raise(error: Exception) -> None:
    raise error
