from __future__ import annotations

from decimal import Decimal

import pytest

from bot.diagnosis.prices import Cost, Priced, cost_of, rate_of


@pytest.mark.parametrize(
    ("labels", "priced", "rate"),
    [
        (("ubuntu-latest",), Priced.LISTED, "0.006"),
        (("Ubuntu-24.04",), Priced.LISTED, "0.006"),
        (("ubuntu-24.04-arm",), Priced.LISTED, "0.005"),
        (("ubuntu-slim",), Priced.LISTED, "0.002"),
        (("windows-2025",), Priced.LISTED, "0.010"),
        (("windows-2025-vs2026",), Priced.LISTED, "0.010"),
        (("windows-11-arm",), Priced.LISTED, "0.010"),
        (("macos-15-intel",), Priced.LISTED, "0.062"),
        (("macos-latest-large",), Priced.LISTED, "0.077"),
        (("macos-15-xlarge",), Priced.LISTED, "0.102"),
        (("self-hosted", "linux", "ubuntu-latest"), Priced.SELF_HOSTED, "0"),
        (("ubuntu-latest-16-cores",), Priced.UNPRICED, "0"),
        (("big-build-box",), Priced.UNPRICED, "0"),
        ((), Priced.UNPRICED, "0"),
    ],
)
def test_the_price_of_a_minute_by_label(labels: tuple[str, ...], priced: Priced, rate: str) -> None:
    """A label that GitHub's list does not have is unpriced, never free."""
    assert rate_of(labels) == (priced, Decimal(rate))


def test_each_job_is_rounded_up_to_whole_minutes() -> None:
    jobs = [
        (1.0, ("ubuntu-latest",)),
        (61.0, ("ubuntu-latest",)),
        (60.0, ("macos-15",)),
        (90.0, ("self-hosted",)),
        (30.0, ("own",)),
    ]

    assert cost_of(jobs) == Cost(
        listed_minutes=4, self_hosted_minutes=2, unpriced_minutes=1, dollars=Decimal("0.080")
    )
    assert cost_of(jobs).minutes == 7
