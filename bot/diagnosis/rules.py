"""Decides which finding is the failure, from facts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.diagnosis.parsing import Finding

MOST = 100  # failures told of one log

# Where two findings are equally near the root, what stops everything else comes first.
_ORDER = (
    Cause.CONFIGURATION,
    Cause.DEPENDENCY,
    Cause.COMPILE,
    Cause.TEST,
    Cause.LINT,
    Cause.FORMAT,
    Cause.DOCS,
    Cause.INFRASTRUCTURE,
    Cause.UNKNOWN,
    Cause.CANCELLED,
)


def rank_findings(found: Iterable[tuple[str, Finding]]) -> tuple[tuple[str, Finding], ...]:
    """This function will order findings root before consequence and drop what only repeats a better one."""
    ordered = sorted(found, key=_key)
    best = ordered[0][1].rank if ordered else Rank.ROOT
    told: set[int] = set()
    kept: list[tuple[str, Finding]] = []
    for tool, finding in ordered:
        if finding.rank > best and finding.rank >= Rank.LIKELY:
            continue  # a guess beside knowledge only distracts
        if finding.places and told.issuperset(finding.places[:1]):
            continue
        told.update(finding.places)
        kept.append((tool, finding))
    return tuple(kept[:MOST])


def _key(item: tuple[str, Finding]) -> tuple[int, int, int]:
    _, finding = item
    first = finding.places[0] if finding.places else 0
    return (finding.rank, _ORDER.index(finding.cause), first)
