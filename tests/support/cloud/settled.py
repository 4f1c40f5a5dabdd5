"""Cost Explorer of a test: what was charged, filtered, grouped and paged as Cost Explorer does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.support.cloud.wire import AwsError

if TYPE_CHECKING:
    from tests.support.cloud.wire import Call

_MOST_GROUPS = 2


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One charge of a day."""

    account: str
    day: date
    service: str
    amount: Decimal
    kind: str = "Usage"  # Cost Explorer's RECORD_TYPE: Usage, Credit, Refund, Tax
    tags: tuple[tuple[str, str], ...] = ()  # cost allocation tags

    def value(self, dimension: str) -> str:
        """This function will return its value of a dimension."""
        return {"SERVICE": self.service, "RECORD_TYPE": self.kind, "LINKED_ACCOUNT": self.account}[dimension]


@dataclass
class Settled:
    """The charges of one test's world."""

    charges: list[Charge] = field(default_factory=list)
    estimated_from: date = date.max  # days from here on are told as estimated
    page: int = 1000  # groups an answer
    asked: list[dict[str, Any]] = field(default_factory=list)  # each request: it costs a cent

    def charge(self, charge: Charge) -> None:
        """This function will add a charge."""
        self.charges.append(charge)

    async def get_cost_and_usage(self, call: Call) -> dict[str, Any]:
        """This function will answer as Cost Explorer; `Total` is empty where groups are asked for."""
        asked = call.arguments
        self.asked.append(asked)
        begin, end = (date.fromisoformat(asked["TimePeriod"][name][:10]) for name in ("Start", "End"))
        if begin >= end:
            raise AwsError(
                "ValidationException", "Start date (and hour) should be before end date (and hour)"
            )
        groups = [one["Key"] for one in asked.get("GroupBy", [])]
        if len(groups) > _MOST_GROUPS:
            raise AwsError("ValidationException", "GroupBy has more than 2 entries")
        days = [begin + timedelta(days=number) for number in range((end - begin).days)]
        results = [self._day(call, day, groups) for day in days]
        return self._paged(results, asked, groups)

    def _day(self, call: Call, day: date, groups: list[str]) -> dict[str, Any]:
        sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
        for one in self.charges:
            if (one.account, one.day) == (call.account, day) and _passes(one, call.arguments.get("Filter")):
                sums[tuple(one.value(dimension) for dimension in groups)] += one.amount
        metrics = call.arguments["Metrics"]
        rows = [{"Keys": list(keys), "Metrics": _amounts(metrics, sums[keys])} for keys in sorted(sums)]
        return {
            "TimePeriod": {"Start": day.isoformat(), "End": (day + timedelta(days=1)).isoformat()},
            "Total": {} if groups else _amounts(metrics, sums[()]),
            "Groups": rows if groups else [],
            "Estimated": day >= self.estimated_from,
        }

    def _paged(self, days: list[dict[str, Any]], asked: dict[str, Any], groups: list[str]) -> dict[str, Any]:
        """Groups are paged across days: a day may be told in two answers."""
        begin = int(asked.get("NextPageToken") or 0)
        place, told = 0, []
        for day in days:
            width = max(1, len(day["Groups"]))
            if place < begin + self.page and place + width > begin:
                low, high = max(0, begin - place), begin + self.page - place
                told.append({**day, "Groups": day["Groups"][low:high]})
            place += width
        answer: dict[str, Any] = {"ResultsByTime": told, "DimensionValueAttributes": []}
        if groups:
            answer["GroupDefinitions"] = asked["GroupBy"]
        if place > begin + self.page:
            answer["NextPageToken"] = str(begin + self.page)
        return answer


def _amounts(metrics: list[str], amount: Decimal) -> dict[str, Any]:
    return {name: {"Amount": f"{amount:.10f}", "Unit": "USD"} for name in metrics}


def _passes(charge: Charge, wanted: dict[str, Any] | None) -> bool:
    if not wanted:
        return True
    if "Not" in wanted:
        return not _passes(charge, wanted["Not"])
    if "And" in wanted:
        return all(_passes(charge, one) for one in wanted["And"])
    if "Or" in wanted:
        return any(_passes(charge, one) for one in wanted["Or"])
    if "Tags" in wanted:
        return dict(charge.tags).get(wanted["Tags"]["Key"]) in wanted["Tags"]["Values"]
    if "Dimensions" not in wanted:
        raise AwsError("ValidationException", f"The stand-in does not know the filter {sorted(wanted)}")
    return charge.value(wanted["Dimensions"]["Key"]) in wanted["Dimensions"]["Values"]
