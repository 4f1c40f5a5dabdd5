"""Makes what was counted of a model's tokens a line of the day's costs, or says why it has no price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.costs.model import Gap, GapKind, MeterLine
from bot.costs.settled import BEDROCK
from bot.costs.tokens.prices import rates_of
from bot.costs.tokens.profiles import agent_of, is_profile
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bot.config.agents import AgentConfig
    from bot.costs.tokens.metrics import Caller, Counts
    from bot.costs.tokens.prices import Rates

SOURCE = "bedrock"
_FINEST = Decimal("1e-12")
_LONGEST = 200  # characters of an item


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted of one caller."""

    account: str
    region: str
    caller: Caller
    counts: Counts
    model: str  # behind the caller; empty where that could not be found out

    @property
    def item(self) -> str:
        """Its name, the same at every look."""
        parts = (self.account, self.region, self.caller.endpoint, self.caller.project, self.caller.model)
        name = "/".join(part for part in parts if part)
        return (
            name if len(name) <= _LONGEST else f"{name[:_LONGEST]}#{sha256(name.encode()).hexdigest()[:16]}"
        )


def line_of(counted: Counted, agents: Mapping[str, AgentConfig], *, day: date, now: datetime) -> MeterLine:
    """This function will price what was counted; where no price is known, the line has none."""
    counts, caller = counted.counts, counted.caller
    a_call = counts.taken // counts.calls if counts.calls else 0
    rates = rates_of(counted.model, taken_a_call=a_call, at=now)
    amount = rates.price(counts) if rates is not None else None
    agent = agent_of(caller, counted.model, agents)
    return MeterLine(
        source=SOURCE,
        item=counted.item,
        service=BEDROCK,
        day=day,
        quantity=Decimal(counts.tokens),
        unit="tokens",
        unit_price=None if amount is None else (amount / counts.tokens).quantize(_FINEST),
        amount=amount,
        seen_at=now,
        account=counted.account,
        region=counted.region,
        agent=agent,
        is_tagged=bool(agent),
        detail=_detail(counted, rates),
    )


def _detail(counted: Counted, rates: Rates | None) -> dict[str, str]:
    counts, caller = counted.counts, counted.caller
    told = {
        "model": counted.model,
        "profile": caller.model if is_profile(caller.model) else "",
        "project": caller.project,
        "input": str(counts.input),
        "output": str(counts.output),
        "cache read": str(counts.cache_read),
        "cache written": str(counts.cache_write),
        "calls": str(counts.calls),
        "priced as": rates.model if rates is not None else "",
    }
    return {name: value for name, value in told.items() if value}


def unpriced(line: MeterLine) -> Gap:
    """This function will say why tokens have no price, and what helps."""
    model, profile = line.detail.get("model", ""), line.detail.get("profile", "")
    if model:
        what = f"The model {code(model)} is not in the list of prices"
        helps = "a newer `genai-prices` may know it"
    else:
        what = f"Which model stands behind the inference profile {code(profile)} could not be found out"
        helps = "the role needs `bedrock:GetInferenceProfile`, and the profile must still exist"
    text = f"{what}, so {int(line.quantity):,} tokens of today have no price: {helps}."
    return Gap(
        source=SOURCE,
        kind=GapKind.UNPRICED,
        text=text,
        account=line.account,
        region=line.region,
        item=line.item,
    )
