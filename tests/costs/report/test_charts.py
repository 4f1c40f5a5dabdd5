"""The charts of the report, in Mermaid's language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.budget.model import Stage
from bot.costs.model import Forecast
from bot.costs.report.model import DayLedger
from bot.costs.report.saying.charts import day_chart, label, month_chart, share_chart
from bot.costs.store.readings import Point

DAY = date(2026, 11, 23)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


def at(hours: str, spent: str, *, limit: str = "100") -> Point:
    """A look so many hours after midnight."""
    money = Decimal(spent)
    return Point(
        at=MIDNIGHT + timedelta(hours=float(hours)),
        spent=money,
        low=money,
        forecast=money,
        high=money,
        limit=Decimal(limit),
        stage=Stage.UNDER,
        is_sure=True,
        calls=0,
    )


def forecast(likely: str) -> Forecast:
    """What is foretold for the whole day."""
    money = Decimal(likely)
    return Forecast(low=money, likely=money, high=money, rate=Decimal(1))


def series(chart: str, kind: str) -> list[list[Decimal]]:
    """The numbers of each series of a kind."""
    return [
        [Decimal(number) for number in found.split(", ")]
        for found in re.findall(rf"^  {kind} \[(.*)\]$", chart, re.MULTILINE)
    ]


def test_nothing_is_drawn_before_the_first_look() -> None:
    assert day_chart((), DAY, None) == ""


def test_hours_that_have_not_come_have_no_bar_and_a_forecast() -> None:
    """What is ahead rises evenly from the newest look to the forecast at midnight."""
    chart = day_chart((at("0.5", "2"), at("1.5", "6"), at("2.0", "8")), DAY, forecast("30"))

    (spent,) = series(chart, "bar")
    expected, limits = series(chart, "line")
    assert spent[:3] == [2, 6, 8]
    assert all(amount < 0 for amount in spent[3:])
    assert expected[:4] == [2, 6, 9, 10]
    assert expected[-1] == 30
    assert limits == [100] * 24


def test_hour_without_a_look_has_no_bar_and_lies_between_its_neighbours() -> None:
    """What nobody read is not told as nothing."""
    chart = day_chart((at("0.5", "1"), at("3.5", "7")), DAY, forecast("48"))

    (spent,) = series(chart, "bar")
    assert [amount < 0 for amount in spent[:4]] == [False, True, True, False]
    assert series(chart, "line")[0][1:3] == [4, 6]


def test_curve_begins_with_the_first_look() -> None:
    """A bot that was started at noon knows nothing of the morning."""
    chart = day_chart((at("12.5", "3"),), DAY, forecast("10"))

    assert "[12, 13, " in chart
    assert len(series(chart, "bar")[0]) == 12


def test_day_that_is_over_has_no_forecast_and_ends_with_its_last_look() -> None:
    chart = day_chart((at("0.5", "1"), at("24.01", "9")), DAY, None)

    assert len(series(chart, "bar")[0]) == 24
    assert series(chart, "bar")[0][-1] == 9
    assert len(series(chart, "line")) == 1


def test_limit_that_was_extended_makes_a_step() -> None:
    chart = day_chart((at("0.5", "1"), at("1.5", "2", limit="125")), DAY, None)

    assert series(chart, "line") == [[100, 125]]


def test_forecast_never_falls_below_what_is_spent() -> None:
    chart = day_chart((at("23.0", "9"),), DAY, forecast("5"))

    assert series(chart, "line")[0] == [9]


def ledger(
    day: int, metered: str | None, settled: str | None = None, *, limit: str | None = "100"
) -> DayLedger:
    """A day of the month in both ledgers."""
    return DayLedger(
        day=date(2026, 11, day),
        metered=None if metered is None else Decimal(metered),
        settled=None if settled is None else Decimal(settled),
        limit=None if limit is None else Decimal(limit),
    )


def test_month_begins_with_its_first_known_day() -> None:
    chart = month_chart((ledger(1, None, limit=None), ledger(2, "80", "79"), ledger(3, "90")), "November")

    assert "[2, 3]" in chart
    metered, settled = series(chart, "bar")
    assert metered == [80, 90]
    assert settled[0] == 79
    assert settled[1] < 0


def test_day_that_nobody_looked_at_has_no_bar_and_the_limit_of_the_day_before() -> None:
    days = (ledger(1, "80", limit="90"), ledger(2, None, limit=None), ledger(3, "70"))

    chart = month_chart(days, "November")

    assert series(chart, "bar")[0][1] < 0
    assert series(chart, "line") == [[90, 90, 100]]


def test_month_without_any_look_has_no_limit_to_draw() -> None:
    assert series(month_chart((ledger(1, None, "80", limit=None),), "November"), "line") == []
    assert month_chart((ledger(1, None, limit=None),), "November") == ""


def test_axis_of_a_day_without_spend_is_still_an_axis() -> None:
    assert "y-axis 0 --> 1.00" in day_chart((at("0.5", "0", limit="0"),), DAY, None)


@pytest.mark.parametrize(
    ("spent", "top"), [("0.02", "0.05"), ("71", "75.00"), ("104.43", "110.00"), ("1", "1.10")]
)
def test_axis_ends_on_a_round_number(spent: str, top: str) -> None:
    assert f"y-axis 0 --> {top}" in day_chart((at("0.5", spent, limit="0"),), DAY, None)


def test_small_slices_are_put_together() -> None:
    amounts = {f"service {number}": Decimal(10 - number) for number in range(9)} | {"dust": Decimal("0.001")}

    chart = share_chart(amounts, "By service")

    assert chart.count('" : ') == 7
    assert '"3 others" : 9.00' in chart
    assert "dust" not in chart


def test_one_slice_is_no_chart() -> None:
    assert share_chart({"all": Decimal(5)}, "By service") == ""


def test_names_that_become_alike_are_one_slice() -> None:
    chart = share_chart({"a@b": Decimal(1), "a#b": Decimal(2), "c": Decimal(4)}, "By agent")

    assert '"a b" : 3.00' in chart


@pytest.mark.parametrize(
    ("foreign", "safe"),
    [
        ('x" : 5\n  "y', "x : 5 y"),
        ("%%{init: {}}%%", "init:"),
        ("```\n@octo", "octo"),
        ("", "unnamed"),
        ("<script>", "script"),
        ("a" * 60, "a" * 48),
    ],
)
def test_foreign_text_cannot_break_out_of_a_label(foreign: str, safe: str) -> None:
    assert label(foreign) == safe


def test_ledger_takes_the_settled_amount_with_what_aws_does_not_bill() -> None:
    day = replace(ledger(1, "80", "70"), outside=Decimal(5))

    assert day.total == 75
    assert day.comparable == 75
    assert day.error == Decimal(5) / 70
    assert replace(day, metered=None).error is None
    assert replace(day, settled=None).total == 80
    assert not replace(day, limit=None).is_over
    assert replace(day, limit=Decimal(74)).is_over
