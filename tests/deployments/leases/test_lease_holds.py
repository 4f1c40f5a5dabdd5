"""Holds: locks, freezes and kept environments, in their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.deployments.leases.model import EVERYWHERE, HoldKind, Locked, Place
from bot.deployments.leases.rows import (
    lease_of,
    leases_of,
    line_of,
    view_of,
)
from bot.deployments.leases.store import (
    hold,
    keep,
    release,
    renew,
    take,
    unhold,
)
from bot.deployments.model import Task
from tests.support.leases import GRACE, LENGTH, NOW, PLACE, after, ask, granted, lock, position, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with transaction(tmp_path) as opened:
        yield opened


def test_a_lock_closes_a_free_environment_at_once(connection: Connection) -> None:
    held = hold(connection, PLACE, lock(), now=NOW, until=None)
    assert held.token == 1
    assert lease_of(connection, PLACE) == held
    refused = take(connection, PLACE, ask("a"), now=NOW)
    assert refused == Locked(lease=held)
    unhold(connection, held, now=NOW)
    assert granted(take(connection, PLACE, ask("a"), now=NOW)).token == 2


def test_a_lock_during_a_deployment_begins_after_it_and_lets_nobody_in_between(
    connection: Connection,
) -> None:
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    take(connection, PLACE, ask("b"), now=NOW)
    held = hold(connection, PLACE, lock(), now=NOW, until=after(60))
    assert held.token == 0
    assert take(connection, PLACE, ask("b"), now=NOW) == Locked(lease=held)
    assert renew(connection, first, now=NOW, length=LENGTH) is not None
    release(connection, first, now=after(1))
    begun = lease_of(connection, PLACE)
    assert begun is not None
    assert (begun.holder, begun.expires_at, begun.token) == (lock(), after(60), 2)
    granted(take(connection, PLACE, ask("b"), now=after(60)))  # its time is over


def test_a_lock_that_has_not_begun_can_be_taken_back(connection: Connection) -> None:
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    held = hold(connection, PLACE, lock(), now=NOW, until=None)
    unhold(connection, held, now=NOW)
    release(connection, first, now=NOW)
    assert lease_of(connection, PLACE) is None


def test_who_locked_may_deploy_and_the_lock_comes_back(connection: Connection) -> None:
    hold(connection, PLACE, lock(), now=NOW, until=None)
    lease = granted(take(connection, PLACE, ask("a", person=GRACE), now=after(1)))
    closed = take(connection, PLACE, ask("b"), now=after(1))
    assert isinstance(closed, Locked)
    release(connection, lease, now=after(2))
    again = lease_of(connection, PLACE)
    assert again is not None
    assert (again.holder, again.expires_at) == (lock(), None)


def test_a_lock_on_every_environment_closes_each_and_leaves_their_own_holds(connection: Connection) -> None:
    everywhere = Place(repository_id=PLACE.repository_id, environment=EVERYWHERE)
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    held = hold(connection, everywhere, lock("all"), now=NOW, until=after(60))
    assert held.token == 1
    closed = take(connection, PLACE, ask("b"), now=NOW)
    assert isinstance(closed, Locked)
    assert closed.lease.place == everywhere
    own = hold(connection, PLACE, lock("own", person=ask("a").holder.person), now=NOW, until=None)
    release(connection, first, now=NOW)
    begun = lease_of(connection, PLACE)
    assert begun is not None
    assert begun.holder == own.holder
    unhold(connection, begun, now=NOW)
    assert lease_of(connection, PLACE) is None
    assert lease_of(connection, everywhere) == held
    granted(take(connection, PLACE, ask("b", person=GRACE), now=NOW))  # who locked may deploy
    elsewhere = Place(repository_id=23, environment="production")
    granted(take(connection, elsewhere, ask("c"), now=NOW))
    assert view_of(connection, everywhere).tickets == ()


def test_an_environment_has_one_lock(connection: Connection) -> None:
    held = hold(connection, PLACE, lock("one"), now=NOW, until=None)
    assert hold(connection, PLACE, lock("one"), now=NOW, until=None) == held
    assert hold(connection, PLACE, lock("other", person=ask("a").holder.person), now=NOW, until=None) == held
    newer = hold(connection, PLACE, lock("two"), now=after(1), until=after(9))
    assert (newer.holder.run_id, newer.expires_at, newer.token) == ("two", after(9), 1)
    assert [each.token for each in leases_of(connection, PLACE.repository_id)] == [1]


def test_a_lock_that_waits_is_replaced_by_a_newer_one_of_the_same_person(connection: Connection) -> None:
    take(connection, PLACE, ask("a"), now=NOW)
    hold(connection, PLACE, lock("one"), now=NOW, until=None)
    hold(connection, PLACE, lock("two"), now=NOW, until=None)
    assert [ticket.holder.run_id for ticket in line_of(connection, PLACE).tickets] == ["two"]


def test_a_freeze_is_graver_than_a_lock_and_lets_only_a_rollback_in(connection: Connection) -> None:
    lease = granted(take(connection, PLACE, ask("a", person=GRACE), now=NOW))
    hold(connection, PLACE, lock(), now=NOW, until=None)
    frozen = lock("deploy-a", kind=HoldKind.FREEZE)
    hold(connection, PLACE, frozen, now=NOW, until=None)
    release(connection, lease, now=NOW)
    begun = lease_of(connection, PLACE)
    assert begun is not None
    assert begun.holder == frozen
    assert isinstance(take(connection, PLACE, ask("b", person=GRACE), now=NOW), Locked)
    assert granted(take(connection, PLACE, ask("r", person=GRACE, task=Task.ROLLBACK), now=NOW)).token == 3


def test_what_is_kept_takes_newer_deployments_of_its_own_pull_request_only(connection: Connection) -> None:
    first = granted(take(connection, PLACE, ask("a", number=5), now=NOW))
    kept = keep(connection, first, now=NOW, until=after(240))
    assert kept is not None
    assert kept.holder.kind is HoldKind.KEEP
    assert keep(connection, first, now=after(1), until=after(241)) == kept
    assert position(take(connection, PLACE, ask("b", number=6), now=NOW)) == 1
    second = granted(take(connection, PLACE, ask("c", number=5), now=NOW))
    assert position(take(connection, PLACE, ask("b", number=6), now=NOW)) == 1
    release(connection, second, now=NOW)
    again = lease_of(connection, PLACE)
    assert again is not None
    assert (again.holder, again.expires_at, again.token) == (kept.holder, after(240), 3)


def test_what_was_kept_before_ends_with_what_is_kept_now(connection: Connection) -> None:
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    keep(connection, first, now=NOW, until=after(240))
    second = granted(take(connection, PLACE, ask("b"), now=after(5)))
    kept = keep(connection, second, now=after(6), until=after(300))
    assert kept == lease_of(connection, PLACE)
    assert line_of(connection, PLACE).tickets == ()


def test_what_is_kept_does_not_end_by_itself(connection: Connection) -> None:
    """Its teardown must come first."""
    first = granted(take(connection, PLACE, ask("a"), now=NOW))
    kept = keep(connection, first, now=NOW, until=after(240))
    assert kept is not None
    assert position(take(connection, PLACE, ask("b", number=6), now=after(999))) == 1
    teardown = ask("t", person=GRACE, task=Task.TEARDOWN)
    lease = granted(take(connection, PLACE, teardown, now=after(999)))
    unhold(connection, kept, now=after(999))
    assert release(connection, lease, now=after(999)) == ("b",)
    assert lease_of(connection, PLACE) is None


def test_a_hold_replaces_a_deployment_that_died_before_it_dispatched(connection: Connection) -> None:
    take(connection, PLACE, ask("a"), now=NOW)
    held = hold(connection, PLACE, lock(), now=after(16), until=None)
    assert held.token == 2
    assert lease_of(connection, PLACE) == held
