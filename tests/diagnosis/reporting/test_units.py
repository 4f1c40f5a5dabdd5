from __future__ import annotations

from decimal import Decimal

import pytest

from bot.diagnosis.prices import Cost
from bot.diagnosis.reporting.units import beside_usual, duration, percent, plural, price


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "—"),
        (0, "0 s"),
        (0.0314, "31 ms"),
        (1, "1.0 s"),
        (9.94, "9.9 s"),
        (12.4, "12 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (250, "4 min 10 s"),
        (3599.7, "1 h"),
        (3600, "1 h"),
        (5430, "1 h 30 min"),
        (7199, "2 h"),
    ],
)
def test_a_time_in_its_two_largest_units(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_a_time_beside_what_is_usual() -> None:
    assert beside_usual(31, 4) == "31 s (usually 4.0 s)"
    assert beside_usual(31, None) == "31 s"
    assert beside_usual(None, 4) == "—"


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "—"), (0, "0 %"), (1, "100 %"), (0.5, "50 %"), (0.9999, "99.9 %"), (0.00001, "0.1 %"), (2 / 3, "66.7 %")],
)  # fmt: skip
def test_a_share_that_is_not_whole_never_looks_whole(share: float | None, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (Cost(), "—"),
        (Cost(listed_minutes=14, dollars=Decimal("0.084")), "$0.084"),
        (Cost(listed_minutes=400, dollars=Decimal("2.4")), "$2.40"),
        (Cost(self_hosted_minutes=3), "3 min self-hosted, $0"),
        (Cost(unpriced_minutes=2), "2 min unpriced"),
        (
            Cost(listed_minutes=1, self_hosted_minutes=3, unpriced_minutes=2, dollars=Decimal("0.006")),
            "$0.006 + 3 min self-hosted, $0 + 2 min unpriced",
        ),
    ],
)
def test_what_has_no_price_is_said_so(cost: Cost, text: str) -> None:
    assert price(cost) == text


def test_a_count_with_its_noun() -> None:
    assert [plural(count, "job") for count in (0, 1, 2, 1200)] == ["0 jobs", "1 job", "2 jobs", "1,200 jobs"]
