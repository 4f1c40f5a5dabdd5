"""Whether a look is good enough to act on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.costs.metering.model import Told
from bot.costs.metering.sureness import SureFacts, is_sure
from bot.costs.model import Gap, GapKind, Reconciliation, Sureness
from tests.support.costs import MONDAY

NOW = MONDAY + timedelta(hours=12)


def told(source: str, *kinds: GapKind, minutes: int | None = 5) -> Told:
    """What a source told some minutes ago, with gaps."""
    return Told(
        source=source,
        data_until=None if minutes is None else NOW - timedelta(minutes=minutes),
        sureness=Sureness.METERED,
        gaps=tuple(Gap(source=source, kind=kind, text="It could not be read.") for kind in kinds),
    )


def facts(*sources: Told, **changes: Any) -> SureFacts:
    """What is known at noon of a day after one on which ec2 and bedrock spent the most."""
    return replace(
        SureFacts(
            now=NOW,
            told=sources,
            today={"ec2": Decimal(20), "bedrock": Decimal(30)},
            yesterday={"ec2": Decimal(38), "bedrock": Decimal(58), "ebs": Decimal(4)},
            fresh=timedelta(minutes=40),
            reconciliation=Reconciliation(days=(), services=(), error=None),
        ),
        **changes,
    )


FIRST_DAY: dict[str, Decimal] = {}
OFF = Reconciliation(days=(), services=(), error=Decimal("-0.16"))
CLOSE = Reconciliation(days=(), services=(), error=Decimal("0.15"))
JUMP = Gap(source="clock", kind=GapKind.STALE, text="It jumped.")


@pytest.mark.parametrize(
    ("known", "sure"),
    [
        (facts(told("ec2"), told("bedrock"), told("ebs")), True),
        (facts(told("ec2"), told("bedrock", minutes=40)), True),
        (facts(told("ec2"), told("bedrock", minutes=41)), False),
        (facts(told("ec2"), told("bedrock", minutes=None)), False),  # it told nothing
        (facts(told("ec2", GapKind.PERMISSION), told("bedrock")), False),
        (facts(told("ec2", GapKind.UNAVAILABLE), told("bedrock")), False),
        (facts(told("ec2", GapKind.UNPRICED), told("bedrock", GapKind.NO_DATA)), True),
        (facts(told("ec2"), told("ebs", GapKind.UNAVAILABLE)), True),  # four percent of the day before
        (facts(told("ec2"), told("actions", GapKind.PERMISSION)), True),  # it spent nothing
        (facts(told("actions", minutes=50), today={"actions": Decimal(5), "ec2": Decimal(95)}), False),
        (facts(told("actions", minutes=50), today={"actions": Decimal(4), "ec2": Decimal(96)}), True),
        (facts(told("ec2", minutes=50), today={}), False),
        (facts(told("ec2"), clock=JUMP), False),
        (facts(told("ec2"), reconciliation=OFF), False),
        (facts(told("ec2"), reconciliation=CLOSE), True),
        (facts(told("ec2"), told("bedrock", minutes=None), yesterday=FIRST_DAY), True),  # there are no agents
        (facts(told("ec2"), told("bedrock", GapKind.PERMISSION, minutes=None), yesterday=FIRST_DAY), False),
        (facts(told("ec2"), told("ebs", minutes=50), yesterday=FIRST_DAY), False),
        (facts(told("ec2", GapKind.NOT_ALLOWED, minutes=None), yesterday=FIRST_DAY), True),
    ],
)
def test_only_what_is_fresh_whole_and_reconciled_is_acted_on(*, known: SureFacts, sure: bool) -> None:
    """Where the money goes the sources must have told, lately; what spends little may fail."""
    assert is_sure(known) is sure
