"""What the report says, as people see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import Mode, Stage
from bot.costs.model import Action, ActionKind, ActionState, DayError, Gap, GapKind, Reconciliation
from bot.costs.report.model import DayLedger, Part
from bot.costs.report.saying.day import render_day
from bot.costs.report.saying.fitting import MOST_BYTES
from bot.costs.report.saying.month import render_month
from bot.costs.report.saying.tables import Shares, action_table, day_table, share_table
from bot.costs.report.saying.week import render_week, week_of
from bot.costs.report.saying.words import ACTIONS, GAPS, STAGE_SIGNS, STAGE_WORDS, STATES, duration
from tests.support.cost_report import HOSTILE, NOW

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from bot.costs.report.model import DayFacts
    from tests.costs.report.conftest import Month

NO_ERROR = Reconciliation(days=(), services=(), error=None)


def test_running_day(november: Month, snapshot: SnapshotAssertion) -> None:
    assert render_day(november.today) == snapshot


def test_settled_day(november: Month, snapshot: SnapshotAssertion) -> None:
    assert render_day(november.saturday) == snapshot


def test_running_month(november: Month, snapshot: SnapshotAssertion) -> None:
    assert render_month(november.month) == snapshot


def test_week(november: Month, snapshot: SnapshotAssertion) -> None:
    assert render_week(november.week) == snapshot


def test_day_that_is_not_settled_says_so(november: Month) -> None:
    assert "Cost Explorer has not settled the day yet" in render_day(november.yesterday)


def test_month_that_is_over_foretells_nothing(november: Month) -> None:
    text = render_month(november.over)

    assert "in all" in text
    assert "at the pace" not in text
    assert "The month before" not in text


def test_month_without_figures_says_so(november: Month) -> None:
    text = render_month(replace(november.month, days=(), reconciliation=NO_ERROR, url=""))

    assert "Nothing is metered yet." in text
    assert "have no error yet" in text


def test_month_counts_days_over_the_limit_and_foretells_from_the_first_whole_day(november: Month) -> None:
    days = (
        DayLedger(day=november.month.today - timedelta(days=1), metered=Decimal(120), limit=Decimal(100)),
        DayLedger(day=november.month.today, metered=Decimal(10), limit=Decimal(100)),
    )
    text = render_month(replace(november.month, days=days))

    assert "1 day went over the limit" in text
    assert "the last 1 day ($120.00 a day) about **$1,080.00** by its end" in text
    assert "Credits" not in text.split("###")[0]
    assert "at the pace" not in render_month(replace(november.month, days=days[1:]))


def _stood(facts: DayFacts, stage: Stage, mode: Mode) -> str:
    budget, reading = replace(facts.budget, mode=mode), replace(facts.reading, stage=stage)
    return render_day(replace(facts, budget=budget, reading=reading))


@pytest.mark.parametrize("stage", list(Stage))
def test_each_stage_is_said_enforced_and_in_a_dry_run(november: Month, stage: Stage) -> None:
    assert STAGE_WORDS[stage] in _stood(november.today, stage, Mode.ENFORCE)
    dry = _stood(november.today, stage, Mode.DRY_RUN)
    assert "`/budget enforce`" in dry
    assert (STAGE_WORDS[stage] in dry) == (stage.height > Stage.NOTICED.height)
    assert ("It ended at the stage" in _stood(november.yesterday, stage, Mode.ENFORCE)) == (
        stage.height > Stage.NOTICED.height
    )


def test_every_word_is_there() -> None:
    assert set(STAGE_SIGNS) == set(Stage)
    assert set(STATES) == set(ActionState)
    assert set(ACTIONS) == set(ActionKind)
    assert set(GAPS) == set(GapKind)


def test_reading_that_is_not_sure_says_that_it_only_tells(november: Month) -> None:
    off = replace(november.today.reading.reconciliation, error=Decimal("-0.21"))
    reading = replace(november.today.reading, is_sure=False, reconciliation=off)

    text = render_day(replace(november.today, reading=reading))

    assert "Not sure enough to act on" in text
    assert "-21.0 % off the settled days" in text


def test_day_with_nothing_beside_its_sum_is_short(november: Month) -> None:
    sums = replace(
        november.today.sums,
        by_agent={"": Decimal(5)},
        by_pull={"": Decimal(5)},
        by_environment={},
        untagged=Decimal(0),
        unpriced=(),
    )
    forecast = replace(november.today.reading.forecast, limit_in=None)
    reading = replace(
        november.today.reading, sums=sums, gaps=(), sources=(), reconciliation=NO_ERROR, forecast=forecast
    )
    bare = replace(november.today, reading=reading, points=(), mover=None, actions=(), usual={}, url="")

    text = render_day(bare)

    for absent in (
        "By agent",
        "By pull",
        "By environment",
        "Untagged",
        "No price",
        "mover",
        "limit did",
        "missing",
    ):
        assert absent not in text
    assert "is reached" not in text


def test_settled_day_tells_credits_and_what_aws_does_not_bill_only_where_there_are(november: Month) -> None:
    plain = replace(november.saturday.ledger, outside=Decimal(0), credit=Decimal(0), is_estimated=False)

    text = render_day(replace(november.saturday, ledger=plain))

    assert "Settled $64.09 by Cost Explorer, metered" in text


def test_mover_is_told_with_its_cause_and_without_a_purpose(november: Month) -> None:
    mover = november.today.mover
    assert mover is not None
    told = replace(mover, purpose="", cause="A deployment of #12 began at 09:10.", spent=Decimal(1), days=1)

    text = render_day(replace(november.today, mover=told))

    assert "less than usual by this time (the day before). A deployment of #12 began at 09:10." in text


def test_many_things_without_a_price_are_counted(november: Month) -> None:
    sums = replace(november.today.sums, unpriced=tuple(f"thing-{number}" for number in range(12)))

    text = render_day(replace(november.today, reading=replace(november.today.reading, sums=sums)))

    assert "`thing-9` and 2 more" in text


def test_foreign_text_never_renders(november: Month) -> None:
    sums = replace(
        november.today.sums, by_agent={HOSTILE: Decimal(5)}, by_service={HOSTILE: Decimal(3), "a": Decimal(2)}
    )
    gap = Gap(
        source="ec2", kind=GapKind.PERMISSION, text="Denied.", account=HOSTILE, statement=f"```\n{HOSTILE}"
    )
    reading = replace(november.today.reading, sums=sums, gaps=(gap,))

    text = render_day(replace(november.today, reading=reading))

    assert "<b>" not in text.replace("`<b>@octo</b>", "").replace("\n<b>@octo</b> #1 ```", "")
    assert text.count("<details>") == text.count("</details>")


def test_huge_day_still_fits(november: Month) -> None:
    gaps = tuple(
        Gap(
            source="ec2",
            kind=GapKind.PERMISSION,
            text="Denied. " * 900,
            account=f"{number:012}",
            statement="x" * 3000,
        )
        for number in range(60)
    )
    text = render_day(replace(november.today, reading=replace(november.today.reading, gaps=gaps)))

    assert len(text.encode()) <= MOST_BYTES
    assert text.endswith("_Left out, because GitHub takes no longer text: what is missing._")


def test_rows_beyond_the_most_are_one() -> None:
    amounts = {f"agent-{number:02}": Decimal(1) for number in range(20)}

    shown = share_table(Shares(kind="Agent", nothing="none", amounts=amounts, usual={"agent-00": Decimal(2)}))

    assert "| _5 others_ | $5.00 | 25 % | — |" in shown
    assert "$2.00 (-$1.00)" in shown
    assert "| _4 others_ | $0.00 | — |" in share_table(
        Shares(kind="Agent", nothing="none", amounts=dict.fromkeys(list(amounts)[:19], Decimal(0)))
    )


def test_actions_beyond_the_most_are_counted() -> None:
    action = Action(
        id="1",
        repository_id=1,
        day=NOW.date(),
        kind=ActionKind.TERMINATE,
        target="i-1",
        state=ActionState.DONE,
        reading_id="r",
        text="Ended.",
        intended_at=NOW,
    )

    shown = action_table([replace(action, id=str(number)) for number in range(43)])

    assert "| 16:30 | end an instance `i-1` | ✅ done | Ended. |" in shown
    assert shown.endswith("and 3 earlier")


def test_gaps_beyond_the_most_are_counted(november: Month) -> None:
    gaps = (Gap(source="ec2", kind=GapKind.NO_DATA, text="Nothing."),) * 13

    assert "and 1 more" in render_day(
        replace(november.today, reading=replace(november.today.reading, gaps=gaps))
    )


def test_day_without_limit_or_ledger_shows_dashes() -> None:
    days = (DayLedger(day=NOW.date(), settled=Decimal(4)), DayLedger(day=NOW.date()))

    assert "| Mon 23 | $4.00 | — | $4.00 | — | — | — | — |" in day_table(days, {})
    assert day_table(days[1:], {}) == ""


def test_error_of_days_without_services_is_a_table_alone(november: Month) -> None:
    day = DayError(day=NOW.date(), service="", settled=Decimal(0), metered=Decimal(1))
    alone = Reconciliation(days=(day,), services=(), error=None)

    text = render_day(replace(november.today, reading=replace(november.today.reading, reconciliation=alone)))

    assert "| 2026-11-23 | $0.00 | $1.00 | — |" in text


def test_week_with_missing_days_is_compared_with_nothing(november: Month) -> None:
    week = november.week
    action = Action(
        id="1",
        repository_id=1,
        day=NOW.date(),
        kind=ActionKind.TERMINATE,
        target="i-1",
        state=ActionState.DONE,
        reading_id="r",
        text="Ended.",
        intended_at=NOW,
    )
    acts = (action, replace(action, state=ActionState.FAILED), replace(action, state=ActionState.WOULD))
    over = replace(week.days[0], limit=Decimal(1))

    text = render_week(
        replace(week, days=(over, DayLedger(day=week.days[1].day)), actions=acts, parts=(), url="", before=())
    )

    assert "1 of its 7 days were metered or settled." in text
    assert "Over the limit on 1 of its days." in text
    assert "Actions of the limit: 1 done, 1 only would have been (dry run), 1 failed." in text
    assert "than the" not in text


def test_week_that_cost_more_says_so(november: Month) -> None:
    cheaper = tuple(replace(day, metered=Decimal(40), settled=None) for day in november.week.before)
    part = Part(day=NOW.date(), service="EC2", agent="", pull="#3", environment="", amount=Decimal(1))

    text = render_week(replace(november.week, before=cheaper, parts=(part,)))

    assert "% more than the $280.00 of the week before" in text
    assert "| #3 | $1.00 | 100 % |" in text


def test_week_has_the_year_that_iso_gives_it() -> None:
    assert week_of(NOW.date().replace(month=12, day=31)) == "2026-W53"


def test_durations_are_said_to_the_minute() -> None:
    assert duration(timedelta(hours=6, minutes=20, seconds=59)) == "6 h 20 min"
    assert duration(timedelta(minutes=5)) == "5 min"
    assert duration(-timedelta(minutes=5)) == "0 min"
