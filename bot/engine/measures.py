"""What a worker counts, and the form in which it writes that down for whoever is scraped."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Labels: TypeAlias = tuple[str, ...]

# From what is at once to what people give up on.
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LONG = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)


class MeasureKind(StrEnum):
    """How the values of several workers become one."""

    COUNTER = "counter"  # added up; it never falls, although a worker ends
    HISTOGRAM = "histogram"  # likewise
    SUM = "sum"  # a gauge: added up over the workers that live
    NEWEST = "newest"  # a gauge: the highest of all


class Told(msgspec.Struct, frozen=True):
    """One measure as it is written down."""

    name: str
    help: str
    kind: MeasureKind
    labels: Labels
    # By label values: one number, or, of a histogram, how many fell into each bucket, and their sum.
    samples: tuple[tuple[Labels, tuple[float, ...]], ...]
    buckets: tuple[float, ...] = ()


class WorkerTold(msgspec.Struct, frozen=True):
    """All measures of one worker."""

    worker: str
    measures: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A counter or a gauge that is read when it is told."""

    name: str
    help: str
    labels: Labels
    read: Callable[[], Mapping[Labels, float]]
    kind: MeasureKind = MeasureKind.COUNTER

    def told(self) -> Told:
        """This function will write the values as they stand."""
        samples = tuple((labels, (float(value),)) for labels, value in self.read().items())
        return Told(name=self.name, help=self.help, kind=self.kind, labels=self.labels, samples=samples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How often something took how long."""

    name: str
    help: str
    labels: Labels = ()
    buckets: tuple[float, ...] = QUICK
    _counts: dict[Labels, list[float]] = field(default_factory=dict)

    def observe(self, seconds: float, *labels: str) -> None:
        """This function will count one that took so long."""
        counts = self._counts.get(labels)
        if counts is None:
            counts = self._counts[labels] = [0.0] * (len(self.buckets) + 2)
        counts[bisect_left(self.buckets, seconds)] += 1
        counts[-1] += seconds

    def told(self) -> Told:
        """This function will write the counts as they stand."""
        return Told(
            name=self.name,
            help=self.help,
            kind=MeasureKind.HISTOGRAM,
            labels=self.labels,
            samples=tuple((labels, tuple(counts)) for labels, counts in self._counts.items()),
            buckets=self.buckets,
        )


def written(worker: str, measures: Iterable[Counted | Histogram]) -> bytes:
    """This function will write down what a worker counts."""
    return msgspec.json.encode(WorkerTold(worker=worker, measures=tuple(each.told() for each in measures)))
