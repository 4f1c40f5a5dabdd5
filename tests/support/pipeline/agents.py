"""The seven agents of the reference pipeline: which model each calls, and what it spends by the hour."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SLOT = timedelta(minutes=5)  # tokens are counted in such parts of a day
_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model with its price in dollars a million tokens, as AWS lists it for calls within a region."""

    id: str
    rates: Mapping[str, Decimal]  # by CloudWatch's metric


def _model(name: str, *rates: str) -> Model:
    kinds = (
        "InputTokenCount",
        "OutputTokenCount",
        "CacheReadInputTokenCount",
        "CacheWriteInputTokenCount",
    )
    return Model(id=name, rates=dict(zip(kinds, map(Decimal, rates), strict=True)))


OPUS = _model("anthropic.claude-opus-4-6-v1:0", "5.5", "27.5", "0.55", "6.875")
SONNET = _model("anthropic.claude-sonnet-4-6", "3.3", "16.5", "0.33", "4.125")
HAIKU = _model("us.anthropic.claude-haiku-4-5-20251001-v1:0", "1.1", "5.5", "0.11", "1.375")

# How an agent's dollars are spent: mostly on what it reads again and again, and on what it writes.
_PARTS: Mapping[str, Decimal] = {
    "InputTokenCount": Decimal("0.15"),
    "OutputTokenCount": Decimal("0.35"),
    "CacheReadInputTokenCount": Decimal("0.30"),
    "CacheWriteInputTokenCount": Decimal("0.20"),
}


@dataclass(frozen=True, kw_only=True)
class Agent:
    """An agent that works day and night."""

    name: str
    model: Model
    hourly: Decimal  # dollars, on average
    has_profile: bool = True  # an inference profile of its own; else it is the only caller of its model

    def tokens(self, at: datetime, *, heat: Decimal) -> Mapping[str, int]:
        """This function will count the tokens of the slot that begins at a time, always the same of the same slot.

        Args:
            at: when the slot begins.
            heat: how much more than usual is going on that day.
        """
        dollars = self.hourly * heat * _wave(self.name, at) * Decimal(SLOT.seconds) / 3600
        return {
            kind: int(dollars * _PARTS[kind] / rate * _MILLION) for kind, rate in self.model.rates.items()
        }

    def price(self, kind: str, tokens: int) -> Decimal:
        """This function will price tokens."""
        return self.model.rates[kind] * tokens / _MILLION


AGENTS = (
    Agent(name="A1", model=OPUS, hourly=Decimal("0.66")),
    Agent(name="A2", model=OPUS, hourly=Decimal("0.58")),
    Agent(name="A3", model=SONNET, hourly=Decimal("0.40")),
    Agent(name="A4", model=SONNET, hourly=Decimal("0.36")),
    Agent(name="A5", model=SONNET, hourly=Decimal("0.32")),
    Agent(name="A6", model=SONNET, hourly=Decimal("0.14")),
    Agent(name="A7", model=HAIKU, hourly=Decimal("0.14"), has_profile=False),
)


def _wave(name: str, at: datetime) -> Decimal:
    """More by day than by night, and never even: between 0.56 and 1.56 of the average."""
    day = 1 + 0.3 * math.sin((at.hour + at.minute / 60 - 9) / 24 * 2 * math.pi)
    digest = hashlib.sha256(f"{name} {at.isoformat()}".encode()).digest()
    return Decimal(str(round(day * (0.8 + 0.4 * digest[0] / 255), 6)))
