"""Who gets an environment, decided from what is stored alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.deployments.leases.model import HoldKind, Line, Locked, Queued, Ticket
from bot.deployments.leases.rules import (
    DISPATCHING,
    contenders,
    decide_take,
    hold_of,
    holds_of,
    is_alive,
    is_expired,
    kept_in,
    may_have_a_run,
    may_pass,
    next_hold,
)
from bot.deployments.model import Task
from tests.support.leases import ADA, GRACE, NOW, PLACE, after, ask, holder, lease, lock

if TYPE_CHECKING:
    from datetime import datetime

    from bot.deployments.leases.model import Holder, Lease

KEPT = holder("kept", kind=HoldKind.KEEP, person=GRACE, number=6)
FROZEN = lock("frozen", kind=HoldKind.FREEZE)


def ticket(
    holding: Holder, sequence: int = 1, *, seen: datetime = NOW, until: datetime | None = None
) -> Ticket:
    return Ticket(
        place=PLACE, holder=holding, sequence=sequence, asked_at=NOW, seen_at=seen, expires_at=until
    )


def line(held: Lease | None, *tickets: Ticket) -> Line:
    return Line(place=PLACE, lease=held, tickets=tickets)


@pytest.mark.parametrize(
    ("held", "tickets", "free"),
    [
        (None, (), True),
        (lease(holder("other")), (), False),
        (lease(holder("other"), minutes=-1), (), True),
        (lease(holder("other"), minutes=-1, workflow_run_id=41), (), False),
        (lease(holder("other"), minutes=-1, workflow_run_id=DISPATCHING), (), False),
        (None, (ticket(holder("first"), 1),), False),
        (None, (ticket(holder("first"), 1, seen=after(-7)),), True),
        (None, (ticket(holder("mine"), 1), ticket(holder("second"), 2)), True),
        (lease(lock(), minutes=-1), (), True),
        (lease(KEPT, minutes=-1), (), False),
        (lease(holder("mine", kind=HoldKind.KEEP)), (), True),
        (lease(holder("mine", kind=HoldKind.KEEP)), (ticket(holder("x", number=9), 1),), True),
        (lease(holder("mine", kind=HoldKind.KEEP)), (ticket(holder("x", number=5), 1),), False),
        (lease(lock(person=ADA), minutes=None), (ticket(holder("x", person=GRACE), 1),), True),
    ],
)
def test_the_environment_is_free_or_not(
    held: Lease | None, tickets: tuple[Ticket, ...], *, free: bool
) -> None:
    refused = decide_take(line(held, *tickets), ask("mine"), now=NOW)
    assert (refused is None) is free
    assert refused is None or isinstance(refused, Queued)


@pytest.mark.parametrize("closing", [lease(lock()), lease(FROZEN, minutes=None)])
def test_a_hold_closes(closing: Lease) -> None:
    assert decide_take(line(closing), ask("mine"), now=NOW) == Locked(lease=closing)


def test_a_hold_that_has_not_begun_closes_too() -> None:
    under_way = lease(holder("other"))
    waiting = ticket(lock(), 0)
    refused = decide_take(line(under_way, waiting), ask("mine"), now=NOW)
    assert refused == Locked(lease=hold_of(waiting))
    assert isinstance(refused, Locked)
    assert refused.lease.expires_at is None


def test_the_position_counts_who_lives_and_came_before() -> None:
    waiting = (
        ticket(holder("dead"), 1, seen=after(-10)),
        ticket(holder("one"), 2),
        ticket(holder("mine"), 3),
        ticket(holder("late"), 4),
    )
    queued = decide_take(line(lease(holder("other")), *waiting), ask("mine"), now=NOW)
    assert isinstance(queued, Queued)
    assert queued.position == 2
    assert [each.holder.run_id for each in queued.ahead] == ["one"]


@pytest.mark.parametrize(
    ("hold", "who", "task", "passes"),
    [
        (lock(person=GRACE), holder("x", person=GRACE), Task.DEPLOY, True),
        (lock(person=GRACE), holder("x", person=ADA), Task.DEPLOY, False),
        (lock(person=GRACE), holder("x", person=ADA), Task.ROLLBACK, False),
        (lock(person=GRACE), holder("x", person=ADA), Task.TEARDOWN, True),
        (KEPT, holder("x", number=6), Task.DEPLOY, True),
        (KEPT, holder("x", number=5), Task.DEPLOY, False),
        (replace(KEPT, number=None), holder("x", number=None), Task.DEPLOY, False),
        (FROZEN, holder("x", person=GRACE), Task.DEPLOY, False),
        (FROZEN, holder("x"), Task.ROLLBACK, True),
        (FROZEN, holder("x"), Task.TEARDOWN, False),
        (holder("x"), holder("x"), Task.DEPLOY, True),
        (holder("y"), holder("x"), Task.ROLLBACK, False),
    ],
)
def test_who_may_pass(hold: Holder, who: Holder, task: Task, *, passes: bool) -> None:
    assert may_pass(who, hold, task=task) is passes


def test_what_expires() -> None:
    assert is_expired(lease(holder("x"), minutes=0), NOW)
    assert not is_expired(lease(holder("x"), minutes=1), NOW)
    assert not is_expired(lease(lock(), minutes=None), NOW)
    assert not is_expired(lease(KEPT, minutes=-60), NOW)  # its teardown comes first
    assert may_have_a_run(lease(holder("x"), workflow_run_id=41))
    assert not may_have_a_run(lease(KEPT, workflow_run_id=41))


def test_who_counts() -> None:
    assert is_alive(ticket(KEPT, seen=after(-999)), NOW)
    assert not is_alive(ticket(lock(), until=NOW), NOW)
    waiting = (ticket(holder("b"), 2), ticket(lock(), 0), ticket(holder("a"), 1))
    assert [each.holder.run_id for each in contenders(waiting, NOW)] == ["a", "b"]


def test_the_gravest_hold_begins_first() -> None:
    waiting = (
        ticket(KEPT, 0, until=after(5)),
        ticket(lock(), 0),
        ticket(FROZEN, 0),
        ticket(holder("x"), 1),
    )
    first = next_hold(waiting, NOW)
    assert first is not None
    assert first.holder is FROZEN
    assert next_hold((ticket(holder("x"), 1),), NOW) is None
    kinds = [hold.holder.kind for hold in holds_of(line(None, *waiting), NOW)]
    assert HoldKind.KEEP.is_hold
    assert kinds == [HoldKind.FREEZE, HoldKind.LOCK, HoldKind.KEEP]
    begun = lease(lock(), minutes=None)
    assert holds_of(line(begun), NOW) == (begun,)


def test_what_is_kept_is_found_begun_or_not() -> None:
    kept = lease(KEPT, minutes=240)
    assert kept_in(line(kept), "kept") == kept
    waiting = ticket(KEPT, 0, until=after(240))
    assert kept_in(line(lease(holder("x")), waiting), "kept") == hold_of(waiting)
    assert hold_of(waiting).expires_at == after(240)
    assert kept_in(line(kept), "other") is None
    assert kept_in(line(None), "kept") is None
