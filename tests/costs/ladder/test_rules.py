"""How far up its ladder a day is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.budget.model import STOPS, Mode, Stage
from bot.config.costing import LadderConfig
from bot.costs.ladder.model import LADDER, LadderFacts
from bot.costs.ladder.rules import decide_budget, lifts_below, look_again_in, stage_of
from bot.decisions.model import Outcome, Standing
from tests.support.ladder import after_look, day_at

UP: tuple[tuple[str, LadderFacts, Stage], ...] = (
    ("nothing is spent", day_at("0"), Stage.UNDER),
    ("just below the first mark", day_at("49.999999"), Stage.UNDER),
    ("at the first mark", day_at("50"), Stage.NOTICED),
    ("the forecast reaches the limit", replace(day_at("10"), forecast=Decimal(100)), Stage.NOTICED),
    ("just below the freeze", day_at("94.999999"), Stage.NOTICED),
    ("at the freeze", day_at("95"), Stage.FROZEN),
    ("at the limit, for the first time", day_at("100"), Stage.FROZEN),
    ("at the limit, for the second time", after_look(day_at("100"), "100"), Stage.HELD),
    ("the first time was seconds ago", after_look(day_at("100"), "100", minutes=3.9), Stage.FROZEN),
    ("the first time was hours ago", after_look(day_at("100"), "100", minutes=41), Stage.FROZEN),
    ("the first time was far below", after_look(day_at("100"), "96"), Stage.FROZEN),
    ("far above, for the first time", day_at("150"), Stage.FROZEN),
    ("at 110 %, for the second time", after_look(day_at("110"), "100"), Stage.DENIED),
    ("just below 110 %", after_look(day_at("109.999999"), "105"), Stage.HELD),
    ("the day before reached it", day_at("3"), Stage.UNDER),
)


@pytest.mark.parametrize(("facts", "stage"), [case[1:] for case in UP], ids=[case[0] for case in UP])
def test_marks(facts: LadderFacts, stage: Stage) -> None:
    """Each mark is reached at exactly its part of the limit, and holding needs two readings apart."""
    assert stage_of(facts) is stage


@pytest.mark.parametrize(
    ("spent", "rate", "earlier", "stage"),
    [
        ("98.67", "20", "97", Stage.HELD),  # 98.67 + 20 x 4/60 reaches it; so did 97 + 20 x 15/60
        ("98.66", "20", "97", Stage.FROZEN),
        ("98.67", "20", "94.99", Stage.FROZEN),
        ("94.9", "90", "80", Stage.HELD),  # below the freeze, at a rate that would run through everything
    ],
)
def test_spend_between_looks_is_foreseen(spent: str, rate: str, earlier: str, stage: Stage) -> None:
    """What would pass the limit before it could be looked at again is held now."""
    assert stage_of(after_look(day_at(spent, rate=rate), earlier)) is stage


def test_what_runs_on_until_midnight_counts_before_it_is_spent() -> None:
    """The day ends near its limit, though the orchestrator and the disks cost on while everything else stands."""
    facts = replace(after_look(day_at("96"), "96"), runs_on=Decimal(4))
    assert stage_of(facts) is Stage.HELD
    assert stage_of(replace(facts, runs_on=Decimal("3.99"))) is Stage.FROZEN
    assert look_again_in(replace(day_at("96"), runs_on=Decimal(4))) == timedelta(minutes=4)
    held = next(one for one in decide_budget(facts).conditions if one.name == "hold")
    assert "with $4.00 that run on until 00:00 UTC whatever is stopped" in held.text


def test_a_hold_stays_while_what_was_foreseen_is_spent() -> None:
    held = replace(day_at("92", before=Stage.HELD), runs_on=Decimal(8))
    assert stage_of(held) is Stage.HELD
    assert stage_of(replace(held, spent=Decimal(99), runs_on=Decimal(1))) is Stage.HELD
    assert stage_of(replace(held, runs_on=Decimal("2.9"))) is Stage.FROZEN


DOWN: tuple[tuple[str, LadderFacts, Stage], ...] = (
    (
        "the limit was extended far enough",
        replace(day_at("101", before=Stage.HELD), limit=Decimal(125)),
        Stage.NOTICED,
    ),
    ("by too little", replace(day_at("101", before=Stage.HELD), limit=Decimal(106)), Stage.HELD),
    (
        "just enough to end the hold",
        replace(day_at("101", before=Stage.HELD), limit=Decimal(107)),
        Stage.FROZEN,
    ),
    ("the denial ends, the hold does not", day_at("104.99", before=Stage.DENIED), Stage.HELD),
    ("the denial stays", day_at("105", before=Stage.DENIED), Stage.DENIED),
    ("a corrected price", day_at("89.99", before=Stage.FROZEN), Stage.NOTICED),
    ("a price corrected by little", day_at("90", before=Stage.FROZEN), Stage.FROZEN),
)


@pytest.mark.parametrize(("facts", "stage"), [case[1:] for case in DOWN], ids=[case[0] for case in DOWN])
def test_hysteresis(facts: LadderFacts, stage: Stage) -> None:
    """A stage ends only well below its mark."""
    assert stage_of(facts) is stage


@pytest.mark.parametrize("spent", ["50", "95", "100", "110", "1000"])
def test_an_unsure_reading_only_tells(spent: str) -> None:
    """However much an unsure reading says was spent, nothing more is stopped by it."""
    facts = replace(after_look(day_at(spent), spent), is_sure=False, doubts=("CloudWatch did not answer.",))
    decision = decide_budget(facts)
    assert stage_of(facts) is Stage.NOTICED
    assert decision.outcome is (Outcome.PROCEED if Decimal(spent) < 95 else Outcome.WAIT)
    assert look_again_in(facts) is None


def test_an_unsure_reading_frees_nothing() -> None:
    """A source that falls silent does not lift the hold that its spend led to."""
    silent = replace(after_look(day_at("60", before=Stage.HELD), "101", minutes=15), is_sure=False)
    assert stage_of(silent) is Stage.HELD
    extended = replace(silent, limit=Decimal(200))
    assert stage_of(extended) is Stage.NOTICED, "people may still extend the limit"


def test_a_dry_run_stops_nothing_and_says_what_it_would() -> None:
    """In a dry run the stages are the same, and the decision lets everything begin."""
    facts = replace(after_look(day_at("111"), "105"), mode=Mode.DRY_RUN)
    decision = decide_budget(facts)
    assert (stage_of(facts), decision.outcome) == (Stage.DENIED, Outcome.PROCEED)
    rungs = [one for one in decision.conditions if one.name in {"freeze", "hold", "deny"}]
    assert [one.standing for one in rungs] == [Standing.WAIVED] * 3
    assert all("Were the limit enforced" in one.text for one in rungs)


def test_the_decision_says_who_can_lift_it() -> None:
    """A frozen day is refused with what was spent, when it ends by itself, and how people can end it."""
    decision = decide_budget(day_at("96.5"))
    assert (decision.outcome, decision.reason) == (Outcome.REFUSE, "budget_frozen")
    assert "$95.00 (95 %) are reached" in decision.text
    assert "/budget extend" in decision.text
    assert "00:00 UTC" in decision.text


@pytest.mark.parametrize(
    ("facts", "again"),
    [
        (day_at("96", rate="16"), timedelta(minutes=4)),
        (day_at("95.9", rate="16"), None),
        (after_look(day_at("100", before=Stage.HELD), "100"), None),
        (day_at("100"), timedelta(minutes=4)),
    ],
)
def test_looking_again(facts: LadderFacts, again: timedelta | None) -> None:
    """Costs are read again in between where the limit would be passed before the next tick."""
    assert look_again_in(facts) == again


def _pending(facts: LadderFacts) -> set[str]:
    decision = decide_budget(facts)
    return {one.name for one in decision.conditions if one.standing is Standing.PENDING}


def test_what_waits_for_a_second_reading() -> None:
    """A mark that one reading reaches is shown as waiting for the second one."""
    assert _pending(day_at("99", rate="8")) == {"hold"}
    assert _pending(day_at("112")) == {"hold", "deny"}
    assert _pending(after_look(day_at("112"), "105")) == set()


def test_the_meters_are_off() -> None:
    """Meters that are too far from the settled days are named as the doubt."""
    decision = decide_budget(replace(day_at("97"), is_sure=False, is_off=True))
    reading = decision.conditions[0]
    assert (reading.standing, reading.reason) == (Standing.WAIVED, "meters_off")


def test_the_forecast_says_when() -> None:
    """Where the limit will be reached today, the time to it is told."""
    facts = replace(day_at("60", rate="10"), forecast=Decimal(120), limit_in=timedelta(hours=4))
    assert "the limit is reached in 4 h" in decide_budget(facts).conditions[2].text


def test_a_stage_ends_below() -> None:
    """What people are told of the way down is what the rules do."""
    facts = day_at("100", before=Stage.HELD)
    assert lifts_below(facts, Stage.HELD) == Decimal(95)
    assert lifts_below(facts, Stage.DENIED) == Decimal(105)
    assert lifts_below(facts, Stage.UNDER) == 0


def test_marks_are_the_repositorys_own() -> None:
    """Other marks than the usual ones hold as they are written."""
    marks = LadderConfig(notify=(), freeze=60, hold=70, deny=80, back=0, apart="1m")
    frozen = replace(day_at("60"), marks=marks)
    assert stage_of(frozen) is Stage.FROZEN
    assert stage_of(replace(after_look(day_at("70"), "70", minutes=1), marks=marks)) is Stage.HELD
    assert stage_of(replace(day_at("59.9", before=Stage.FROZEN), marks=marks)) is Stage.UNDER


def test_the_ladder_is_in_order() -> None:
    """Each rung is above the one before, and stops what its stage stops."""
    heights = [rung.stage.height for rung in LADDER]
    assert heights == sorted(heights)
    for rung in LADDER:
        below = {stop for other in LADDER if other.stage.height <= rung.stage.height for stop in other.stops}
        assert STOPS[rung.stage] == below
