"""Which of CloudWatch's metrics tell the tokens of a model, how they are asked for, and what an answer says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

RUNTIME, MANTLE = "AWS/Bedrock", "AWS/BedrockMantle"
NAMESPACES = (RUNTIME, MANTLE)
MOST_QUERIES = 500  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
_HOUR = 3600  # seconds


class Kind(StrEnum):
    """What a metric counts."""

    INPUT = "input"
    OUTPUT = "output"
    CACHE_READ = "cache_read"
    CACHE_WRITE = "cache_write"
    CALLS = "calls"


# The two endpoints name their metrics differently, and the documentation of the first does not name those of its
# cache as they were seen; of two that tell the same, the larger counts.
# https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html
# https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-mantle-metrics.html
_KINDS: Mapping[str, Kind] = {
    "InputTokenCount": Kind.INPUT,
    "OutputTokenCount": Kind.OUTPUT,
    "CacheReadInputTokenCount": Kind.CACHE_READ,
    "CacheReadInputTokens": Kind.CACHE_READ,
    "CacheWriteInputTokenCount": Kind.CACHE_WRITE,
    "CacheWriteInputTokens": Kind.CACHE_WRITE,
    "Invocations": Kind.CALLS,
    "TotalInputTokens": Kind.INPUT,
    "TotalOutputTokens": Kind.OUTPUT,
    "InputTokens": Kind.INPUT,
    "OutputTokens": Kind.OUTPUT,
    "Inferences": Kind.CALLS,
}
# Every call counts at several levels; these are read, and a project's is a part of its model's.
_LEVELS = (frozenset({"ModelId"}), frozenset({"Model"}), frozenset({"Model", "Project"}))


@dataclass(frozen=True, slots=True, order=True)
class Caller:
    """Where calls are counted: an endpoint's model or inference profile, perhaps of a project."""

    endpoint: str  # runtime or mantle
    model: str  # as CloudWatch has it: a model's id, an inference profile's id or ARN
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The tokens of a day so far; those of the cache are beside the input, not in it."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    calls: int = 0

    @property
    def tokens(self) -> int:
        """All of them."""
        return self.taken + self.output

    @property
    def taken(self) -> int:
        """All that the model was given, out of its cache too."""
        return self.input + self.cache_read + self.cache_write


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One metric that tells something of a caller."""

    caller: Caller
    kind: Kind
    metric: Mapping[str, Any]


def series_of(metrics: Iterable[Mapping[str, Any]]) -> tuple[Series, ...]:
    """This function will choose, of the metrics that are listed, those that tell tokens or calls of a model."""
    found = []
    for metric in metrics:
        kind = _KINDS.get(metric["MetricName"])
        level = {one["Name"]: one["Value"] for one in metric.get("Dimensions") or ()}
        if kind is None or frozenset(level) not in _LEVELS:
            continue
        caller = Caller(
            endpoint="mantle" if metric["Namespace"] == MANTLE else "runtime",
            model=level.get("ModelId") or level["Model"],
            project=level.get("Project", ""),
        )
        found.append(Series(caller=caller, kind=kind, metric=metric))
    return tuple(found)


def queries_of(series: Sequence[Series]) -> list[dict[str, Any]]:
    """This function will ask for the sums of each hour; a query's id is the place of its series."""
    return [
        {
            "Id": f"m{place}",
            "MetricStat": {
                "Metric": {key: one.metric[key] for key in ("Namespace", "MetricName", "Dimensions")},
                "Period": _HOUR,
                "Stat": "Sum",
            },
            "ReturnData": True,
        }
        for place, one in enumerate(series)
    ]


def counts_of(series: Sequence[Series], results: Iterable[Mapping[str, Any]]) -> dict[Caller, Counts]:
    """This function will add up an answer to the queries; a series may be told in several parts."""
    sums: dict[str, float] = defaultdict(float)
    for result in results:
        sums[result["Id"]] += sum(result.get("Values") or ())
    largest: dict[Caller, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, one in enumerate(series):
        told = round(sums.get(f"m{place}", 0.0))
        counted = largest[one.caller]
        counted[one.kind.value] = max(counted[one.kind.value], told)
    every = {caller: Counts(**counted) for caller, counted in largest.items()}
    return {caller: counts for caller, counts in sorted(_apart(every).items()) if counts.tokens}


def _apart(every: Mapping[Caller, Counts]) -> dict[Caller, Counts]:
    """Each call once: of a model that projects call, what no project called."""
    apart = dict(every)
    for caller, counts in every.items():
        if not caller.project:
            continue
        whole = Caller(caller.endpoint, caller.model)
        rest = apart.get(whole, Counts())
        apart[whole] = Counts(
            **{kind.value: max(0, getattr(rest, kind.value) - getattr(counts, kind.value)) for kind in Kind}
        )
    return apart
