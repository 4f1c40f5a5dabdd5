"""What a piece of work is as metrics and traces are told of it: its kind, its place among others, how long it took."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - as above
from enum import StrEnum


class SpanKind(StrEnum):
    """What was done."""

    DELIVERY = "delivery"  # taken in by the web process
    DISPATCH = "dispatch"  # decoded, and its runs asked for
    RUN = "run"
    STEP = "step"
    CALL = "call"  # of GitHub's API


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of work that is over.

    Ids are names, not numbers: every process makes the same of what they are made from, so that a run that one worker
    began and another one ended is one piece of work.
    """

    kind: SpanKind
    name: str
    trace: str  # what all work of one cause shares
    id: str
    parent: str  # empty: the first of its trace
    began: datetime
    ended: datetime
    attributes: Mapping[str, str | int | float] = field(default_factory=dict)
    error: str = ""  # its class; its words may tell what is nobody's business

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0.0, (self.ended - self.began).total_seconds())


Tell = Callable[[Span], None]


def tell_nobody(_span: Span) -> None:
    """This function will do nothing: nobody wants to be told."""


def delivery_id(guid: str) -> str:
    """This function will name a delivery's arrival, which is the first of its trace."""
    return f"delivery {guid}"


def dispatch_id(guid: str) -> str:
    """This function will name the dispatch of a delivery."""
    return f"dispatch {guid}"


def run_span_id(run_id: str) -> str:
    """This function will name the work of a run, whichever process does it."""
    return f"run {run_id}"
