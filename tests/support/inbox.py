"""Deliveries that have been handled, as the dispatcher hands them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A delivery with what came of it."""

    sequence: int
    body: bytes = b"{}"
    failure: str | None = None
    decisions: tuple[tuple[str, str, str], ...] = ()


def done(sequences: Iterable[int]) -> list[Ended]:
    """This function will say that these were handled and began nothing."""
    return [Ended(sequence=sequence) for sequence in sequences]
