"""Leases and queues in their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments.leases.model import HoldKind, Place, Queued
from bot.deployments.leases.rows import (
    LeaseUnreadableError,
    lease_of,
    line_of,
    lines_of,
    repositories_with_lines,
)
from bot.deployments.leases.rules import DISPATCHING
from bot.deployments.leases.store import (
    forget_dead,
    hold,
    keep,
    leave,
    release,
    renew,
    replace_expired,
    take,
)
from bot.deployments.model import Task
from bot.storage.trust_tables import leases
from tests.support.leases import LENGTH, NOW, PLACE, after, ask, granted, lock, position, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with transaction(tmp_path) as opened:
        yield opened


def test_one_holder_and_the_others_in_the_order_of_their_arrival(connection: Connection) -> None:
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    assert [position(take(connection, PLACE, ask(name), now=after(1))) for name in "bcd"] == [1, 2, 3]
    assert release(connection, first, now=after(2)) == ("b", "c", "d")
    late = take(connection, PLACE, ask("c"), now=after(2))
    assert position(late) == 2
    assert isinstance(late, Queued)
    assert late.lease is None  # free, and another's turn
    second = granted(take(connection, PLACE, ask("b"), now=after(2)))
    assert (first.token, second.token) == (1, 2)


def test_asking_again_is_no_second_asking(connection: Connection) -> None:
    lease = granted(take(connection, PLACE, ask("a"), now=NOW))
    take(connection, PLACE, ask("b"), now=NOW)
    again = granted(take(connection, PLACE, ask("a"), now=after(1)))
    assert (again.token, again.taken_at, again.heartbeat_at) == (lease.token, NOW, after(1))
    assert position(take(connection, PLACE, ask("b"), now=after(1))) == 1
    assert len(line_of(connection, PLACE).tickets) == 1


def test_upper_and_lower_case_are_one_environment(connection: Connection) -> None:
    granted(take(connection, PLACE, ask("a"), now=NOW))
    other = Place(repository_id=PLACE.repository_id, environment="PRODUCTION")
    assert position(take(connection, other, ask("b"), now=NOW)) == 1
    elsewhere = Place(repository_id=23, environment="production")
    granted(take(connection, elsewhere, ask("c"), now=NOW))
    assert repositories_with_lines(connection) == {22, 23}


def test_a_contender_that_died_is_skipped_and_keeps_its_place(connection: Connection) -> None:
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    take(connection, PLACE, ask("b"), now=NOW)
    take(connection, PLACE, ask("c"), now=NOW)
    assert position(take(connection, PLACE, ask("c"), now=after(5))) == 2
    assert position(take(connection, PLACE, ask("c"), now=after(7))) == 1
    assert release(connection, first, now=after(7)) == ("c",)
    granted(take(connection, PLACE, ask("b"), now=after(7)))  # it was only slow


def test_nobody_loses_a_place_because_the_bot_stood_still(connection: Connection) -> None:
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    take(connection, PLACE, ask("b"), now=after(1))
    take(connection, PLACE, ask("c"), now=after(2))
    release(connection, first, now=after(2))
    assert position(take(connection, PLACE, ask("c"), now=after(60))) == 2
    granted(take(connection, PLACE, ask("b"), now=after(61)))


def test_dead_tickets_are_forgotten_at_last(connection: Connection) -> None:
    take(connection, PLACE, ask("a"), now=NOW)
    take(connection, PLACE, ask("b"), now=NOW)
    hold(connection, PLACE, lock(), now=NOW, until=None)
    assert forget_dead(connection, PLACE, before=NOW) == 0
    assert forget_dead(connection, PLACE, before=after(1)) == 1
    assert [ticket.holder.kind for ticket in line_of(connection, PLACE).tickets] == [HoldKind.LOCK]


def test_a_heartbeat_lengthens_the_lease(connection: Connection) -> None:
    lease = granted(take(connection, PLACE, ask("a"), now=NOW))
    renewed = renew(connection, lease, now=after(5), length=LENGTH, workflow_run_id=41)
    assert renewed is not None
    assert (renewed.expires_at, renewed.heartbeat_at, renewed.workflow_run_id) == (after(20), after(5), 41)
    again = renew(connection, lease, now=after(4), length=LENGTH)
    assert again == renewed  # an older sign of life changes nothing
    assert lease_of(connection, PLACE) == renewed


def test_a_lost_lease_cannot_be_renewed_kept_or_given_back(connection: Connection) -> None:
    old = granted(take(connection, PLACE, ask("a"), now=NOW))
    new = granted(take(connection, PLACE, ask("b"), now=after(16)))
    assert new.token == old.token + 1
    assert renew(connection, old, now=after(17), length=LENGTH) is None
    assert keep(connection, old, now=after(17), until=after(99)) is None
    release(connection, old, now=after(17))
    assert lease_of(connection, PLACE) == new


@pytest.mark.parametrize("workflow_run_id", [41, DISPATCHING])
def test_a_silent_holder_whose_workflow_may_run_is_not_replaced(
    connection: Connection, workflow_run_id: int
) -> None:
    old = granted(take(connection, PLACE, ask("a"), now=NOW))
    old = renew(connection, old, now=NOW, length=LENGTH, workflow_run_id=workflow_run_id) or old
    assert position(take(connection, PLACE, ask("b"), now=after(16))) == 1
    assert replace_expired(connection, old, now=after(16)) == ("b",)  # its workflow run is over
    granted(take(connection, PLACE, ask("b"), now=after(16)))


def test_a_holder_that_shows_itself_again_is_not_replaced(connection: Connection) -> None:
    old = granted(take(connection, PLACE, ask("a"), now=NOW))
    seen = renew(connection, old, now=NOW, length=LENGTH, workflow_run_id=41)
    assert seen is not None
    other = renew(connection, old, now=NOW, length=LENGTH, workflow_run_id=42)
    assert replace_expired(connection, seen, now=after(16)) == ()
    assert lease_of(connection, PLACE) == other
    renew(connection, old, now=after(15), length=LENGTH)
    assert other is not None
    replace_expired(connection, other, now=after(16))
    assert lease_of(connection, PLACE) is not None


def test_who_leaves_is_not_waited_for(connection: Connection) -> None:
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    take(connection, PLACE, ask("b"), now=NOW)
    take(connection, PLACE, ask("c"), now=NOW)
    assert leave(connection, PLACE, "b", now=NOW) == ("c",)
    assert leave(connection, PLACE, "b", now=NOW) == ("c",)
    release(connection, first, now=NOW)
    granted(take(connection, PLACE, ask("c"), now=NOW))


def test_a_rollback_goes_before_every_deployment(connection: Connection) -> None:
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    take(connection, PLACE, ask("b"), now=NOW)
    assert position(take(connection, PLACE, ask("r", task=Task.ROLLBACK), now=NOW)) == 1
    assert position(take(connection, PLACE, ask("s", task=Task.ROLLBACK), now=NOW)) == 2
    assert release(connection, first, now=NOW) == ("r", "s", "b")


def test_everything_that_is_held_or_waited_for(connection: Connection) -> None:
    take(connection, PLACE, ask("a"), now=NOW)
    take(connection, PLACE, ask("b"), now=NOW)
    staging = Place(repository_id=22, environment="staging")
    free = granted(take(connection, staging, ask("c"), now=NOW))
    release(connection, free, now=NOW)
    apart = Place(repository_id=22, environment="apart")
    first = granted(take(connection, apart, ask("d"), now=NOW))
    take(connection, apart, ask("e"), now=NOW)
    release(connection, first, now=NOW)
    seen = [
        (line.place.environment, line.lease is not None, len(line.tickets))
        for line in lines_of(connection, 22)
    ]
    assert seen == [("apart", False, 1), ("production", True, 1)]


@pytest.mark.parametrize("broken", [{"kind": "mystery"}, {"taken_at": None}])
def test_a_row_that_makes_no_sense_is_no_free_environment(
    connection: Connection, broken: dict[str, str | None]
) -> None:
    take(connection, PLACE, ask("a"), now=NOW)
    connection.execute(leases.update().values(**broken))
    with pytest.raises(LeaseUnreadableError):
        take(connection, PLACE, ask("b"), now=NOW)
