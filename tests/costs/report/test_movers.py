"""What differs most from the days before."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bot.costs.report.model import Part
from bot.costs.report.movers import top_mover, usual_of

TODAY = date(2026, 11, 23)


def part(amount: str, service: str = "EC2", *, back: int = 0, agent: str = "", pull: str = "") -> Part:
    """What was spent so many days ago."""
    return Part(
        day=TODAY - timedelta(days=back),
        service=service,
        agent=agent,
        pull=pull,
        environment="",
        amount=Decimal(amount),
    )


def test_usual_is_the_average_of_the_days_before_for_the_time_of_the_day() -> None:
    before = [part("10", back=1), part("20", back=2)]

    assert usual_of(before, Decimal("0.5")) == {"EC2": Decimal("7.5")}


def test_service_that_differs_most_is_the_mover_with_what_it_was_for() -> None:
    before = [part("10", back=1), part("4", "Bedrock", back=1, agent="pilot")]
    today = [part("11"), part("2", "Bedrock", agent="pilot"), part("9", "Bedrock", agent="bosun", pull="#12")]

    mover = top_mover(today, before, share=Decimal(1))

    assert mover is not None
    assert (mover.service, mover.days) == ("Bedrock", 1)
    assert mover.spent == 11
    assert mover.change == 7
    assert mover.purpose == "agent bosun"
    assert mover.purpose_change == 9


def test_what_is_gone_is_a_mover_too() -> None:
    mover = top_mover([], [part("8", back=1, pull="#12")], share=Decimal(1))

    assert mover is not None
    assert mover.change == -8
    assert mover.purpose == "pull request #12"
    assert mover.purpose_change == -8


def test_without_days_before_nothing_has_moved() -> None:
    assert top_mover([part("8")], [], share=Decimal(1)) is None


def test_small_change_is_no_news() -> None:
    assert top_mover([part("8.40")], [part("8", back=1)], share=Decimal(1)) is None


def test_mover_without_a_purpose_names_none() -> None:
    mover = top_mover([part("9")], [part("1", back=1)], share=Decimal(1))

    assert mover is not None
    assert mover.purpose == ""


def test_foreign_name_of_an_agent_does_not_render() -> None:
    mover = top_mover([part("9", agent="<b>@octo")], [part("1", back=1)], share=Decimal(1))

    assert mover is not None
    assert "<b>" not in mover.purpose
    assert "@octo" not in mover.purpose
