"""The conclusion of a look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec

from bot.budget.model import Stage
from bot.config.costing import CostConfig, FixedItem
from bot.costs.metering.concluding import LookFacts, conclude_look, reading_id
from bot.costs.metering.model import Told
from bot.costs.metering.reconcile import Ledgers
from bot.costs.model import Gap, GapKind, Sureness
from bot.costs.store.readings import SourceAmounts
from tests.support.costs import BUDGET, MONDAY, line

NOON = MONDAY + timedelta(hours=12)


def told(source: str, **calls: int) -> Told:
    """What a source told just now."""
    return Told(source=source, data_until=NOON, sureness=Sureness.METERED, calls=calls)


def facts(**changes: Any) -> LookFacts:
    """What is known at noon of a first day."""
    known = LookFacts(
        look="costs-7-noon",
        budget=BUDGET,
        now=NOON,
        day=MONDAY.date(),
        lines=(),
        told=(),
        clock=None,
        gaps=(),
        calls={},
        ledgers=Ledgers(today=MONDAY.date(), settled=(), metered=(), first_looks={}),
        yesterday={},
    )
    return replace(known, **changes)


def test_a_reading_says_what_everything_cost_so_far() -> None:
    """Sums, sources with their amounts, calls of all of them, the limit that holds and the stage of the day."""
    found = conclude_look(
        facts(
            lines=(line("i-1", "12"), line("llama", None, source="bedrock")),
            told=(told("ec2", **{"ec2:DescribeInstances": 2}), told("bedrock", **{"sts:AssumeRole": 1})),
            calls={"sts:AssumeRole": 1},
        )
    )
    assert found.id == reading_id("costs-7-noon", MONDAY.date())
    assert found.sums.total == 12
    assert [(one.source, one.calls) for one in found.sources] == [("ec2", 2), ("bedrock", 1)]
    assert [one.amount for one in found.sources] == [12, 0]
    assert found.calls == {"ec2:DescribeInstances": 2, "sts:AssumeRole": 2}
    assert found.limit == 100
    assert found.stage is Stage.FROZEN
    assert (
        conclude_look(facts(budget=replace(BUDGET, day=(MONDAY - timedelta(days=1)).date()))).stage
        is Stage.UNDER
    )
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found


def test_of_many_gaps_alike_a_few_are_told() -> None:
    """A thousand machines without a price are twenty and a number; each gap is told once."""
    gaps = tuple(
        Gap(source="ec2", kind=GapKind.UNPRICED, text="No price.", item=f"i-{n}") for n in range(1000)
    )
    denied = Gap(source="ec2", kind=GapKind.PERMISSION, text="It may not be read.")
    found = conclude_look(facts(told=(replace(told("ec2"), gaps=(*gaps, denied, denied)),), gaps=(denied,)))
    assert [gap.item for gap in found.gaps] == ["", *(f"i-{n}" for n in range(20)), ""]
    assert found.gaps[-1].text == "980 more like these are not listed."


def test_what_is_spent_at_once_is_no_rate() -> None:
    """Fifty dollars as the day begins are spent, and are not spent again every hour."""
    items = {"licence": FixedItem(per_day=50, at_once=True), "rent": FixedItem(per_day=24)}
    lines = [
        line("licence", "50", source="fixed", unit="days"),
        line("rent", "12", source="fixed", unit="days"),
    ]
    found = conclude_look(facts(budget=replace(BUDGET, config=CostConfig(fixed=items)), lines=lines))
    assert found.forecast.rate == 1
    assert found.forecast.likely == 74


def test_the_rate_goes_on_over_midnight() -> None:
    """Minutes after midnight the rate is that of the last hours before it."""
    now = MONDAY + timedelta(minutes=15)

    def look(minutes: int, amount: str) -> SourceAmounts:
        at = MONDAY + timedelta(minutes=minutes)
        return SourceAmounts(day=at.date(), at=at, amounts={"bedrock": Decimal(amount)})

    found = conclude_look(
        facts(
            now=now,
            lines=[line("haiku", "0.5", source="bedrock", unit="tokens")],
            looks=(look(-165, "60"), look(-15, "65"), look(10, "0.4")),
            yesterday={"bedrock": Decimal("65.5")},
        )
    )
    assert found.forecast.rate == 2
