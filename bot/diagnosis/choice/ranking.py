"""Orders the findings of a log root before consequence and chooses the lines that are quoted of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.diagnosis.parsing import Finding

MOST = 100  # failures told of one log
EXCERPT = 30  # lines quoted of one failure
TOGETHER = 500  # lines quoted of all blocks of a log, where they are quoted whole; what comes after has …
LEAST = 5  # … so many each
RECALL = 2.0  # a line missing in the quote costs so many times what a needless one costs
SURE = 0.3  # lines likelier than this are quoted whatever the rest is like
FALLBACK = "generic"  # the tool of what no parser told

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
    return (finding.rank, cause_order(finding.cause), first)


def cause_order(cause: Cause) -> int:
    """This function will return the place of a cause among those that are equally near the root."""
    return _ORDER.index(cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A finding and the lines quoted of it, as indexes into `Log.lines`, in the log's order."""

    tool: str
    finding: Finding
    places: tuple[int, ...]


def choose_lines(chances: Mapping[int, float]) -> frozenset[int]:
    """This function will choose the lines whose quote promises the best balance of whole and to the point.

    A quote of the k likeliest lines has an expected F-measure; the k with the greatest is taken.
    """
    ordered = sorted(chances, key=lambda index: (-chances[index], index))
    wanted = sum(chances.values())
    got, best, size = 0.0, 0.0, 0
    for count, index in enumerate(ordered, 1):
        got += chances[index]
        value = got / (count + RECALL * wanted)
        if value > best:
            best, size = value, count
    return frozenset(index for count, index in enumerate(ordered) if count < size or chances[index] >= SURE)


def whole_blocks(ranked: Sequence[tuple[str, Finding]]) -> tuple[Quoted, ...]:
    """This function will quote every finding's block as its parser told it, the later ones short."""
    room = TOGETHER
    quoted = []
    for tool, finding in ranked:
        places = finding.places[: min(EXCERPT, max(LEAST, room))]
        room -= len(places)
        quoted.append(Quoted(tool=tool, finding=finding, places=places))
    return tuple(quoted)


def quote(ranked: Sequence[tuple[str, Finding]], chances: Mapping[int, float]) -> tuple[Quoted, ...]:
    """This function will share the likeliest lines among the findings, each line quoted once."""
    if not ranked:
        return ()
    left = set(choose_lines(chances))
    shares: list[set[int]] = []
    for _, finding in ranked:
        own = left.intersection(finding.places)
        left -= own
        shares.append(own)
    for index in sorted(left):
        shares[_owner(index, ranked)].add(index)
    return tuple(
        Quoted(tool=tool, finding=finding, places=_cut(share or _least(finding, chances), chances))
        for (tool, finding), share in zip(ranked, shares, strict=True)
    )


def _least(finding: Finding, chances: Mapping[int, float]) -> set[int]:
    """Of a finding with no line worth quoting, its likeliest: what is told is shown."""
    if not finding.places:
        return set()
    return {max(finding.places, key=lambda index: (chances.get(index, 0.0), -index))}


def _owner(index: int, ranked: Sequence[tuple[str, Finding]]) -> int:
    """The finding that a line beside all of them belongs to: the nearest, the better one of two as near."""
    return min(range(len(ranked)), key=lambda number: (_distance(index, ranked[number][1]), number))


def _distance(index: int, finding: Finding) -> int:
    return min((abs(index - place) for place in finding.places), default=1 << 30)


def _cut(share: Iterable[int], chances: Mapping[int, float]) -> tuple[int, ...]:
    best = sorted(share, key=lambda index: (-chances.get(index, 0.0), index))[:EXCERPT]
    return tuple(sorted(best))
