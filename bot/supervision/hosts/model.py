"""What a host answers that is asked to run a program; that it is not known is an answer of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.supervision.programs.model import Order

__all__ = ["MOST_ERROR", "MOST_OUTPUT", "Host", "Order", "Result", "Unknown", "too_long"]

# Bytes of each stream that are read; Run Command tells 24,000 and 8,000 characters.
MOST_OUTPUT = 20_000
MOST_ERROR = 7_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How the program ended."""

    code: int  # as a shell tells it: 126 not allowed, 127 not there, 128 and the number of the signal that ended it
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """It could not be told whether it ran, or how it ended: nothing is concluded from that."""

    why: str  # plain text, a sentence without its full stop


def too_long(order: Order) -> Unknown:
    """This function will say that a program was killed at its time limit."""
    return Unknown(why=f"it did not end within {order.timeout.total_seconds():g} seconds and was killed")


class Host(Protocol):
    """A machine that programs can be run on."""

    async def run(self, order: Order) -> Result | Unknown:
        """This function will run the program and say how it ended; output beyond `MOST_OUTPUT` is cut."""
