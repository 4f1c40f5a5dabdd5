"""Who may change a budget, with whom, and how far."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.budget.model import Mode, Stage
from bot.commands.model import Done, Refused
from bot.config.costing import CostConfig
from bot.costs.budgeting.reading import Second, Wanted
from bot.costs.budgeting.render import render_budget, render_made, render_waiting
from bot.costs.budgeting.rules import ChangeFacts, Make, Voices, Wait, decide_change
from bot.costs.changes import Change, ChangeKind, ChangeState
from bot.costs.standing import Budget
from bot.github.models import Actor, Permission
from tests.support.looking import ROCKET

NOW = datetime(2026, 11, 23, 14, 15, tzinfo=UTC)
SIX = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
ADA, BO = Actor(id=1, login="ada"), Actor(id=2, login="bo")
BUDGET = Budget(
    repository=ROCKET,
    config=CostConfig(ceiling=140),
    day=NOW.date(),
    read_at=NOW,
    updated_at=NOW,
    limit=Decimal(100),
    reading_id="r",
    spent=Decimal(101),
    forecast=Decimal(130),
    is_sure=True,
    stage=Stage.HELD,
)
EXTEND = Wanted(kind=ChangeKind.EXTEND, amount=Decimal(25), until=SIX, reason="the demo")
ASKED = Change(
    id="1a2b3c4d",
    repository_id=ROCKET.id,
    kind=ChangeKind.EXTEND,
    person=ADA,
    number=5,
    asked_at=NOW - timedelta(minutes=5),
    amount=Decimal(25),
    until=SIX,
    reason="the demo",
)


def facts(
    wanted: Wanted | Second = EXTEND, *, by: Actor = BO, waiting: tuple[Change, ...] = ()
) -> ChangeFacts:
    """This function will make facts of people who may change the budget."""
    return ChangeFacts(
        now=NOW,
        budget=BUDGET,
        wanted=wanted,
        person=by,
        number=5,
        receipt="900/0",
        voices=Voices(waiting=waiting, own=Permission.MAINTAIN, first=Permission.MAINTAIN),
    )


def test_the_first_word_waits_and_the_second_makes_it() -> None:
    """What one asked for, and another says too, is made with both names."""
    assert isinstance(decide_change(facts(by=ADA)), Wait)
    made = decide_change(facts(waiting=(ASKED,)))
    assert made == Make(change=replace(ASKED, second=BO))
    assert decide_change(facts(Second(id=ASKED.id), waiting=(ASKED,))) == made


REFUSED: tuple[tuple[str, ChangeFacts, str], ...] = (
    ("an App", replace(facts(), is_app=True), "not_permitted"),
    ("a role that is too small", replace(facts(), voices=Voices(own=Permission.WRITE)), "not_permitted"),
    ("the first person again, by id", facts(Second(id=ASKED.id), by=ADA, waiting=(ASKED,)), "second_person"),
    ("nothing waits under this id", facts(Second(id="00000000"), waiting=(ASKED,)), "nothing_to_second"),
    (
        "the first person lost the role",
        replace(facts(), voices=Voices(waiting=(ASKED,), own=Permission.MAINTAIN, first=Permission.WRITE)),
        "not_permitted",
    ),
    ("above the ceiling", facts(replace(EXTEND, amount=Decimal("40.01"))), "above_ceiling"),
    (
        "the ceiling was lowered since",
        replace(facts(waiting=(ASKED,)), budget=replace(BUDGET, config=CostConfig(ceiling=110))),
        "above_ceiling",
    ),
    ("a limit above the ceiling", facts(Wanted(kind=ChangeKind.SET, amount=Decimal(141))), "above_ceiling"),
    ("the limit that holds", facts(Wanted(kind=ChangeKind.SET, amount=Decimal(100))), "amount_invalid"),
    (
        "enforcing what was never read",
        replace(facts(Wanted(kind=ChangeKind.ENFORCE)), budget=replace(BUDGET, reading_id="")),
        "no_reading",
    ),
)


@pytest.mark.parametrize(
    ("case", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_is_refused(case: ChangeFacts, reason: str) -> None:
    """Each is refused with what is missing."""
    refused = decide_change(case)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


def test_the_same_login_with_another_id_is_another_person() -> None:
    """People are told apart by their numeric id: a login can pass to somebody else, and be taken back."""
    impostor = Actor(id=99, login="ada")
    made = decide_change(facts(by=impostor, waiting=(ASKED,)))
    assert isinstance(made, Make)
    assert isinstance(decide_change(facts(by=Actor(id=1, login="ada-2"), waiting=(ASKED,))), Wait)


def test_up_to_the_ceiling() -> None:
    """The ceiling itself may be reached."""
    assert isinstance(decide_change(facts(replace(EXTEND, amount=Decimal(40)))), Wait)


def test_an_extension_of_a_set_limit() -> None:
    """What people set is what an extension is added to."""
    found = replace(facts(replace(EXTEND, amount=Decimal(15))), budget=replace(BUDGET, set_to=Decimal(120)))
    assert isinstance(decide_change(found), Wait)
    more = decide_change(replace(found, wanted=EXTEND))
    assert isinstance(more, Refused)


def test_one_person_goes_back_to_a_dry_run() -> None:
    """Stopping the limit takes nobody else; what is so already stays so."""
    dry = facts(Wanted(kind=ChangeKind.DRY_RUN))
    enforced = replace(BUDGET, mode=Mode.ENFORCE)
    assert isinstance(decide_change(replace(dry, budget=enforced)), Make)
    assert isinstance(decide_change(dry), Done)
    assert isinstance(decide_change(replace(facts(Wanted(kind=ChangeKind.ENFORCE)), budget=enforced)), Done)
    assert isinstance(decide_change(facts(Wanted(kind=ChangeKind.ENFORCE))), Wait)


@pytest.mark.parametrize(
    ("change", "minutes", "waits"),
    [(ASKED, 54, True), (ASKED, 55, False), (replace(ASKED, until=NOW + timedelta(minutes=1)), 1, False)],
)
def test_a_first_word_is_worth_an_hour(change: Change, minutes: int, *, waits: bool) -> None:
    """After its hour, or its own end, it is over; so it is once it was made."""
    assert change.is_waiting_at(NOW + timedelta(minutes=minutes)) is waits
    assert not replace(change, state=ChangeState.MADE).is_waiting_at(NOW)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (ASKED, "The limit: $125.00 until 18:00 UTC, then $100.00 again (the demo)."),
        (replace(ASKED, until=datetime(2026, 11, 24, tzinfo=UTC)), "until 24:00 UTC"),
        (
            replace(ASKED, kind=ChangeKind.SET, amount=Decimal(120)),
            "The limit: $120.00 a day instead of $100.00",
        ),
        (
            replace(ASKED, kind=ChangeKind.ENFORCE),
            "The stage is `held`, so it acts with the look that begins now.",
        ),
        (replace(ASKED, kind=ChangeKind.DRY_RUN), "is let go with the look that begins now"),
        (ASKED, "The stage `held` ends with the look that begins now."),
        (replace(ASKED, amount=Decimal(5)), "it ends below $99.75 (95 %)"),
        (replace(ASKED, reason="@octo/team <img src=x>"), "@\u200bocto/team &lt;img src=x&gt;"),
    ],
)
def test_what_is_said_of_a_change(change: Change, told: str) -> None:
    """A change says what it changes, and whether the stage that holds ends by it; a reason is only text."""
    assert told in render_made(BUDGET, replace(change, second=BO), now=NOW)


def test_a_day_without_a_stage_needs_no_consequence() -> None:
    """Where nothing is stopped, nothing is said of stages."""
    calm = replace(BUDGET, stage=Stage.NOTICED)
    assert "stage" not in render_made(calm, replace(ASKED, kind=ChangeKind.DRY_RUN), now=NOW)


def test_the_budget_shown() -> None:
    """It shows the limit with where it comes from, the ladder with what is reached, and what waits."""
    shown = render_budget(
        replace(BUDGET, set_to=Decimal(110), extended_to=Decimal(120), extended_until=SIX, is_sure=False),
        (ASKED,),
        now=NOW,
    )
    assert "**$101.00 (not sure) at 14:15 UTC, likely $130.00 by 24:00** of $120.00 · stage `held`" in shown
    assert "People set it to $110.00. It is extended to $120.00 until 18:00 UTC." in shown
    assert "| 100 % | $120.00 | agents push their work" in shown
    assert "`1a2b3c4d`" in shown
    early = render_budget(BUDGET, (), now=NOW + timedelta(days=1))
    assert "Nothing is read of today yet" in early
    assert "reached" not in early


def test_a_change_that_waits_says_until_when() -> None:
    """A first word waits an hour, and never longer than what it asks for would last."""
    assert "before 15:10 UTC" in render_waiting(BUDGET, ASKED)
    assert "before 14:30 UTC" in render_waiting(BUDGET, replace(ASKED, until=NOW + timedelta(minutes=15)))
    assert "before 15:10 UTC" in render_waiting(BUDGET, replace(ASKED, kind=ChangeKind.SET, until=None))
