from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.github.models import HookDelivery
from bot.recovery.rules import GRACE, MOST_ATTEMPTS, Known, Redeliveries, decide_redeliveries

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)


def delivery(
    number: int, guid: str, *, status: int = 502, age: timedelta = timedelta(minutes=5), event: str = "push"
) -> HookDelivery:
    """A delivery attempt as GitHub lists it."""
    return HookDelivery(
        id=number,
        guid=guid,
        delivered_at=NOW - age,
        redelivery=False,
        status_code=status,
        event=event,
        action=None,
        installation_id=1,
        repository_id=1,
    )


def decide(
    *deliveries: HookDelivery, states: dict[str, str] | None = None, began: datetime = LONG_AGO
) -> Redeliveries:
    known = states or {}
    return decide_redeliveries(
        deliveries,
        Known(
            done=[guid for guid, state in known.items() if state == "done"],
            waiting=[guid for guid, state in known.items() if state == "waiting"],
            began=began,
        ),
        wanted=lambda event, _: event == "push",
        now=NOW,
    )


@pytest.mark.parametrize(
    ("status", "state", "age", "asked"),
    [
        (502, "", timedelta(minutes=5), True),
        (0, "", timedelta(seconds=1), True),
        (202, "", timedelta(minutes=5), True),
        (202, "", GRACE / 2, False),
        (202, "done", timedelta(minutes=5), False),
        (502, "done", timedelta(minutes=5), False),
        (202, "waiting", timedelta(minutes=5), False),
        (202, "failed", timedelta(minutes=5), True),
    ],
)
def test_a_delivery_is_asked_for_until_it_was_processed(
    status: int, state: str, age: timedelta, *, asked: bool
) -> None:
    decision = decide(delivery(7, "g", status=status, age=age), states={"g": state})
    assert decision.ask == ((7,) if asked else ())
    assert decision.given_up == ()


def test_what_no_handler_wants_is_never_asked_for() -> None:
    decision = decide(delivery(1, "g", event="star"))
    assert decision.ask == ()
    assert decision.oldest_open is None


def test_only_the_newest_attempt_is_asked_for_and_the_oldest_first() -> None:
    decision = decide(
        delivery(4, "young", age=timedelta(minutes=1)),
        delivery(3, "old", age=timedelta(minutes=2)),
        delivery(1, "old", age=timedelta(minutes=9)),
    )
    assert decision.ask == (3, 4)
    assert decision.oldest_open == NOW - timedelta(minutes=9)


def test_a_delivery_that_fails_for_ever_is_given_up_and_named() -> None:
    decision = decide(*(delivery(number, "g") for number in range(MOST_ATTEMPTS)))
    assert decision.ask == ()
    assert decision.given_up == ("g",)
    assert decision.oldest_open is None


def test_what_another_database_acknowledged_is_not_acted_on_again() -> None:
    """After the database was lost, only what was never acknowledged is asked for."""
    old = timedelta(hours=2)
    decision = decide(
        delivery(1, "acknowledged", status=202, age=old),
        delivery(2, "failed", status=502, age=old),
        delivery(3, "acknowledged since", status=202, age=timedelta(minutes=5)),
        began=NOW - timedelta(hours=1),
    )
    assert decision.ask == (2, 3)
