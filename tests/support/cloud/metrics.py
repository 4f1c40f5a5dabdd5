"""CloudWatch's numbers of a test: points by metric, listed and summed as CloudWatch does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.support.cloud.wire import AwsError, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud.wire import Call

_MOST_QUERIES = 500
_LIST_PAGE = 500


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric, in one account and region."""

    account: str
    region: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    def described(self) -> dict[str, Any]:
        """This function will describe it as CloudWatch does."""
        dimensions = [{"Name": name, "Value": value} for name, value in self.dimensions]
        return {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": dimensions}


@dataclass
class Metrics:
    """All metrics of one test's world."""

    now: Callable[[], datetime]
    points: dict[Metric, dict[datetime, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    lag: timedelta = timedelta(0)  # how long after its time a point can be seen
    page: int = 100_800  # data points an answer

    def put(self, metric: Metric, at: datetime, value: float) -> None:
        """This function will add to a metric."""
        self.points[metric][at] += value

    async def list_metrics(self, call: Call) -> dict[str, Any]:
        """This function will list the metrics of the account and region."""
        asked = call.arguments
        wanted = {(one["Name"], one.get("Value")) for one in asked.get("Dimensions", [])}
        found = [
            metric.described()
            for metric in self.points
            if (metric.account, metric.region) == (call.account, call.region)
            and asked.get("Namespace") in {None, metric.namespace}
            and asked.get("MetricName") in {None, metric.name}
            and all(_has(metric, name, value) for name, value in wanted)
        ]
        begin = int(asked.get("NextToken") or 0)
        more = {"NextToken": str(begin + _LIST_PAGE)} if begin + _LIST_PAGE < len(found) else {}
        return {"Metrics": found[begin : begin + _LIST_PAGE], **more}

    async def get_metric_data(self, call: Call) -> dict[str, Any]:
        """This function will sum metrics by period; more queries than CloudWatch takes are refused."""
        asked = call.arguments
        queries = asked["MetricDataQueries"]
        if len(queries) > _MOST_QUERIES:
            raise AwsError("ValidationError", f"The collection MetricDataQueries has {len(queries)} > 500")
        start, end = moment(asked["StartTime"]), moment(asked["EndTime"])
        if start >= end:
            raise AwsError("ValidationError", "The parameter StartTime must be less than the EndTime.")
        rows = [self._answered(query, call, start, end) for query in queries]
        begin = int(asked.get("NextToken") or 0)
        step = max(1, self.page // max(1, max((len(row["Values"]) for row in rows), default=1)))
        more = {"NextToken": str(begin + step)} if begin + step < len(rows) else {}
        return {"MetricDataResults": rows[begin : begin + step], **more}

    def _answered(self, query: dict[str, Any], call: Call, start: datetime, end: datetime) -> dict[str, Any]:
        stat = query["MetricStat"]
        if stat["Stat"] != "Sum":
            raise AwsError("ValidationError", "The stand-in sums only.")
        asked = stat["Metric"]
        metric = Metric(
            account=query.get("AccountId", call.account),
            region=call.region,
            namespace=asked["Namespace"],
            name=asked["MetricName"],
            dimensions=tuple((one["Name"], one["Value"]) for one in asked.get("Dimensions", [])),
        )
        sums: dict[datetime, float] = defaultdict(float)
        seen_until = min(end, self.now() - self.lag)
        for at, value in self.points.get(metric, {}).items():
            if start <= at < end and at <= seen_until:
                sums[_period_of(at, stat["Period"])] += value
        times = sorted(sums, reverse=call.arguments.get("ScanBy") != "TimestampAscending")
        return {
            "Id": query["Id"],
            "Label": query.get("Label", metric.name),
            "Timestamps": times,
            "Values": [sums[at] for at in times],
            "StatusCode": "Complete",
        }


def _period_of(at: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, UTC)


def _has(metric: Metric, name: str, value: str | None) -> bool:
    return any(known == name and value in {None, of} for known, of in metric.dimensions)
