"""The cause of what a service costs more is named where the lines of two days tell it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.costs.causes.words import Deployed, Grown, cause_words
from bot.costs.model import MeterLine

_NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def _line(amount: str | None, item: str = "1/1", **changes: object) -> MeterLine:
    values: dict[str, object] = {
        "source": "actions",
        "item": item,
        "service": "GitHub Actions",
        "day": _NOON.date(),
        "quantity": Decimal(1),
        "unit": "minutes",
        "unit_price": None,
        "amount": None if amount is None else Decimal(amount),
        "seen_at": _NOON,
        **changes,
    }
    return MeterLine(**values)  # type: ignore[arg-type] # a test's own changes


def _deployed(number: int, *, environment: str = "staging", minutes: int = 0) -> Deployed:
    at = _NOON + timedelta(minutes=minutes)
    return Deployed(
        number=number,
        environment=environment,
        author="ada_[x]",
        at=at,
        url="https://github.com/acme/rocket/actions/runs/1",
    )


def _said(*today: MeterLine, before: tuple[MeterLine, ...] = (), **changes: object) -> str:
    return cause_words(Grown(today=today, before=before, **changes))  # type: ignore[arg-type] # as above


def test_a_deployment_is_named_with_who_made_it_when() -> None:
    """The newest first, with links to their workflow runs; what a name holds never renders."""
    lines = [_line("3", environment="staging"), _line("1")]
    text = _said(*lines, deployed=[_deployed(12), _deployed(9, environment="production")])
    url = "https://github.com/acme/rocket/actions/runs/1"
    assert text == f"Deployed to `staging` on this day: #12 by ada\\_\\[x\\] at [12:00 UTC]({url})."
    many = _said(*lines, deployed=[_deployed(number, minutes=number) for number in range(1, 6)])
    assert [f"#{number}" in many for number in range(1, 6)] == [False, False, True, True, True]
    assert many.endswith("and 2 more before.")


def test_a_pull_request_is_named_with_what_it_ran() -> None:
    """Runs, machines, or what there is of both."""
    runs = [_line("2", f"{number}/1", number=12) for number in range(3)]
    assert _said(*runs, _line("1")) == "#12 ran 3 workflow runs on this day."
    machine = _line("9", "i-1", number=12, source="ec2")
    assert _said(machine) == "#12 ran 1 machine on this day."
    assert _said(machine, *runs) == "#12 ran 4 things on this day."
    assert _said(_line("9", "v-1", number=12, source="ebs")) == "#12 ran 1 thing on this day."


def test_machines_of_a_kind_are_counted_against_the_day_before() -> None:
    """Where no deployment and no pull request made most of it."""
    five = [_line("2", f"i-{n}", detail={"type": "i4i.2xlarge"}) for n in range(5)]
    assert _said(*five, before=tuple(five[:2])) == (
        "5 machines of type `i4i.2xlarge` ran, 2 on the day before."
    )
    dear = _line("9", "i-0", detail={"type": "i4i.2xlarge"})
    assert _said(dear, before=tuple(five[:1])) == ""


def test_calls_of_a_model_are_counted_against_the_day_before() -> None:
    """As many as by then, where the day is not over."""
    today = _line("8", detail={"model": "m", "calls": "400"})
    before = _line("4", detail={"model": "m", "calls": "300"})
    assert _said(today, before=(before,), share=Decimal("0.5")) == (
        "`m` was called 400 times, 150 times by then on the day before."
    )
    assert _said(_line("8", detail={"model": "m"})) == ""


@pytest.mark.parametrize(
    ("today", "before"),
    [
        ((), ()),
        ((_line("1", number=3),), (_line("2", number=3),)),
        ((_line(None, number=3),), ()),
        ((_line("1", number=3), _line("1", number=4), _line("1", number=5)), ()),
    ],
)
def test_where_nothing_tells_the_cause_nothing_is_said(
    today: tuple[MeterLine, ...], before: tuple[MeterLine, ...]
) -> None:
    """Less than before, without a price, or of many small parts."""
    assert _said(*today, before=before) == ""
