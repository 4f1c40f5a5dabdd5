"""What a minute on a runner costs, by the runner's label: GitHub's list prices as data."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCE = "https://docs.github.com/en/billing/reference/actions-runner-pricing"
SINCE = "2026-01-01"  # since when the source says these hold
# Labels: https://github.com/actions/runner-images#available-images. Larger runners of Linux and Windows have the
# name that an organisation gave them, which says nothing of their price.
_RATES: tuple[tuple[str, str], ...] = (
    (r"ubuntu-slim", "0.002"),
    (r"ubuntu-(?:latest|\d\d\.\d\d)", "0.006"),
    (r"ubuntu-\d\d\.\d\d-arm", "0.005"),
    (r"windows-(?:latest|20\d\d)(?:-vs20\d\d)?", "0.010"),
    (r"windows-11-arm(?:64)?", "0.010"),
    (r"macos-(?:latest|\d\d)(?:-intel)?", "0.062"),
    (r"macos-(?:latest|\d\d)-large", "0.077"),
    (r"macos-(?:latest|\d\d)-xlarge", "0.102"),
)  # US dollars a minute
_COMPILED = tuple((re.compile(pattern), Decimal(rate)) for pattern, rate in _RATES)
_SELF_HOSTED = "self-hosted"


class Priced(StrEnum):
    """Where a price comes from."""

    LISTED = "listed"
    SELF_HOSTED = "self-hosted"  # GitHub takes nothing for it; the machine costs what it costs
    UNPRICED = "unpriced"  # a label that the list does not have


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Minutes as GitHub bills them and what they cost at list price, before any included minutes."""

    listed_minutes: int = 0
    self_hosted_minutes: int = 0
    unpriced_minutes: int = 0
    dollars: Decimal = Decimal(0)

    @property
    def minutes(self) -> int:
        """All of them."""
        return self.listed_minutes + self.self_hosted_minutes + self.unpriced_minutes


@lru_cache(maxsize=1024)  # thousands of jobs ask for a handful of runners
def rate_of(labels: tuple[str, ...]) -> tuple[Priced, Decimal]:
    """This function will return the price of a minute on the runner that a job's labels asked for, in US dollars."""
    lower = [label.strip().lower() for label in labels]
    if _SELF_HOSTED in lower:
        return Priced.SELF_HOSTED, Decimal(0)
    rates = (rate for label in lower for pattern, rate in _COMPILED if pattern.fullmatch(label))
    rate = next(rates, None)
    return (Priced.UNPRICED, Decimal(0)) if rate is None else (Priced.LISTED, rate)


def cost_of(jobs: Iterable[tuple[float, tuple[str, ...]]]) -> Cost:
    """This function will add up the cost of jobs given by seconds and labels; each is rounded up to whole minutes."""
    minutes = dict.fromkeys(Priced, 0)
    dollars = Decimal(0)
    for seconds, labels in jobs:
        priced, rate = rate_of(labels)
        billed = math.ceil(seconds / 60)
        minutes[priced] += billed
        dollars += billed * rate
    return Cost(
        listed_minutes=minutes[Priced.LISTED],
        self_hosted_minutes=minutes[Priced.SELF_HOSTED],
        unpriced_minutes=minutes[Priced.UNPRICED],
        dollars=dollars,
    )
