"""Who may open an environment, and which deployment a person means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason, Refused
from bot.deployments.leases.model import EVERYWHERE, HoldKind, Line, Place, Ticket
from bot.deployments.locks.rules import (
    Opener,
    Opening,
    Work,
    decide_cancel,
    decide_unlock,
    lock_length,
)
from tests.support.leases import ADA, GRACE, NOW, PLACE, holder, lease, lock

if TYPE_CHECKING:
    from bot.deployments.leases.model import Lease
    from bot.github.models import Actor

FROZEN = lock("frozen", kind=HoldKind.FREEZE)
KEPT = lease(holder("kept", kind=HoldKind.KEEP, person=GRACE, number=6))
LOCKED = lease(lock(person=GRACE), minutes=None)
DEPLOYING = lease(holder("d"))


def opener(person: Actor = ADA, *, number: int | None = 5, force: str | None = None) -> Opener:
    return Opener(person=person, number=number, is_forced=force is not None, reason=force or "")


def line(*tickets: Ticket, held: Lease | None = None) -> Line:
    return Line(place=PLACE, lease=held, tickets=tickets)


def test_the_owner_opens_what_is_locked() -> None:
    assert decide_unlock(line(held=LOCKED), opener(GRACE), now=NOW) == Opening(holds=(LOCKED,))


def test_what_is_kept_is_ended_by_its_person_or_from_its_pull_request() -> None:
    for who in (opener(GRACE), opener(ADA, number=6)):
        assert decide_unlock(line(held=KEPT), who, now=NOW) == Opening(holds=(KEPT,))
    refused = decide_unlock(line(held=KEPT), opener(ADA, number=None), now=NOW)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOT_HOLDER


def test_a_strangers_lock_is_refused_with_the_way_out() -> None:
    refused = decide_unlock(line(held=LOCKED), opener(), now=NOW)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOT_HOLDER
    assert "`grace` can open it" in refused.text


def test_a_freeze_is_nobodys_own() -> None:
    frozen = lease(FROZEN, minutes=None)
    refused = decide_unlock(line(held=frozen), opener(GRACE), now=NOW)
    assert isinstance(refused, Refused)
    assert "Whoever has looked into it can open it" in refused.text
    assert decide_unlock(line(held=frozen), opener(force="fixed"), now=NOW) == Opening(holds=(frozen,))


def test_what_is_anothers_stays() -> None:
    waiting = Ticket(place=PLACE, holder=FROZEN, sequence=0, asked_at=NOW, seen_at=NOW)
    opening = decide_unlock(line(waiting, held=LOCKED), opener(GRACE), now=NOW)
    assert isinstance(opening, Opening)
    assert opening.holds == (LOCKED,)
    assert [hold.holder for hold in opening.left] == [FROZEN]


def test_the_lock_on_every_environment_is_ended_as_such() -> None:
    everywhere = Place(repository_id=22, environment=EVERYWHERE)
    waiting = Ticket(place=everywhere, holder=lock(), sequence=0, asked_at=NOW, seen_at=NOW)
    refused = decide_unlock(line(waiting), opener(GRACE), now=NOW)
    assert isinstance(refused, Refused)
    assert refused.text.endswith("That ends with `/unlock *`.")
    held = replace(LOCKED, place=everywhere)
    own = Line(place=everywhere, lease=held, tickets=())
    assert decide_unlock(own, opener(GRACE), now=NOW) == Opening(holds=(held,))


def test_force_needs_a_reason() -> None:
    refused = decide_unlock(line(held=LOCKED), opener(force=""), now=NOW)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.MISSING_ARGUMENT


def test_only_force_takes_an_environment_from_a_deployment() -> None:
    refused = decide_unlock(line(held=DEPLOYING), opener(), now=NOW)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOT_LOCKED
    assert "`/cancel` stops the deployment" in refused.text
    assert decide_unlock(line(held=DEPLOYING), opener(force="it hangs"), now=NOW) == Opening(
        deployment=DEPLOYING
    )


@pytest.mark.parametrize("held", [None, lease(lock(), minutes=-1)])
def test_nothing_to_open(held: Lease | None) -> None:
    refused = decide_unlock(line(held=held), opener(force="why not"), now=NOW)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOT_LOCKED


def test_the_length_of_a_lock() -> None:
    assert lock_length(()) is None
    assert lock_length(("8h",)) == timedelta(hours=8)
    refused = lock_length(("soon",))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.BAD_FLAG_VALUE


WORKS = (
    Work(run_id="a", environment="staging", number=5, deployment_id=71),
    Work(run_id="b", environment="production", number=5),
    Work(run_id="c", environment="production", number=6, deployment_id=72),
    Work(run_id="d", environment="review", number=None, deployment_id=73),
)


@pytest.mark.parametrize(
    ("wanted", "run_id"),
    [("71", "a"), ("#72", "c"), ("Production", "b"), ("staging", "a"), ("73", "d")],
)
def test_the_deployment_that_is_meant(wanted: str, run_id: str) -> None:
    chosen = decide_cancel(wanted, WORKS, number=5)
    assert isinstance(chosen, Work)
    assert chosen.run_id == run_id


def test_the_only_one_needs_no_name() -> None:
    assert decide_cancel("", WORKS, number=6) == WORKS[2]


def test_of_several_one_must_be_named() -> None:
    refused = decide_cancel("", WORKS, number=5)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.MISSING_ARGUMENT
    assert refused.text.endswith("- deployment 71 of #5 to `staging`\n- deployment of #5 to `production`")


@pytest.mark.parametrize(("wanted", "number"), [("", 9), ("99", 9), ("review", 5)])
def test_nothing_to_cancel(wanted: str, number: int) -> None:
    refused = decide_cancel(wanted, WORKS, number=number)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOTHING_TO_CANCEL
    assert ("Under way on this pull request" in refused.text) is (number == 5)


def test_an_environment_without_number_is_named_without_one() -> None:
    twice = (WORKS[3], Work(run_id="e", environment="review", number=None, deployment_id=73))
    refused = decide_cancel("73", twice, number=5)
    assert isinstance(refused, Refused)
    assert "- deployment 73 to `review`" in refused.text
