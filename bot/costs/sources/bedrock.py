"""Meters model calls by the tokens that CloudWatch counts, of each model and inference profile."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.costs.aws.accounts import AWS_ERRORS, AwsRequest, gap_of
from bot.costs.look import CostSource
from bot.costs.model import Gap, GapKind, SourceReading, Sureness
from bot.costs.tokens.lines import SOURCE as _NAME
from bot.costs.tokens.lines import Counted, line_of, unpriced
from bot.costs.tokens.metrics import MOST_QUERIES, NAMESPACES, counts_of, queries_of, series_of
from bot.costs.tokens.profiles import is_profile, resolved, tail
from bot.costs.tokens.resolving import Profiles
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.costs.aws.accounts import Account
    from bot.costs.look import Look
    from bot.costs.tokens.metrics import Series

_LAG = timedelta(minutes=3)  # until CloudWatch has what was counted
_SHORTEST = timedelta(minutes=1)  # AWS takes no interval that is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    account: Account
    region: str

    def request(self, operation: str, arguments: Mapping[str, Any]) -> AwsRequest:
        return AwsRequest(service="cloudwatch", operation=operation, region=self.region, arguments=arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    counted: tuple[Counted, ...] = ()
    gaps: tuple[Gap, ...] = ()
    is_whole: bool = True


async def _read(look: Look, profiles: Profiles) -> SourceReading:
    before = Counter(look.accounts.calls)
    places = [
        _Place(account=account, region=region)
        for account in look.accounts.accounts
        for region in account.regions
    ]
    every = await asyncio.gather(*(_of_place(look, place, profiles) for place in places))
    agents = look.config.agents
    lines = [
        line_of(counted, agents, day=look.day, now=look.now) for told in every for counted in told.counted
    ]
    if look.config.tags:  # calls bear no tags: of a shared account only the agents' are this repository's
        lines = [line for line in lines if line.agent]
    gaps = [gap for told in every for gap in told.gaps]
    gaps += [unpriced(line) for line in lines if line.amount is None]
    return SourceReading(
        source=_NAME,
        data_until=look.now - _LAG if any(told.is_whole for told in every) else None,
        sureness=Sureness.METERED,
        lines=tuple(lines),
        gaps=tuple(gaps) if look.accounts.gap is None else (replace(look.accounts.gap, source=_NAME),),
        calls=dict(Counter(look.accounts.calls) - before),
    )


async def _of_place(look: Look, place: _Place, profiles: Profiles) -> _Told:
    try:
        series = await _series(place)
        results = await _results(look, place, series)
    except AWS_ERRORS as error:
        gap = gap_of(error, _NAME, account=place.account.id, region=place.region)
        return _Told(gaps=(gap,), is_whole=False)
    counts = counts_of(series, results)
    named = {caller.model for caller in counts if is_profile(caller.model)}
    models, gaps = await profiles.behind(
        named, resolved(look.known), account=place.account, region=place.region
    )
    counted = tuple(
        Counted(
            account=place.account.id,
            region=place.region,
            caller=caller,
            counts=told,
            model=models.get(caller.model, "" if caller.model in named else tail(caller.model)),
        )
        for caller, told in counts.items()
    )
    return _Told(counted=counted, gaps=(*gaps, *_broken(place, results)))


async def _series(place: _Place) -> tuple[Series, ...]:
    found: list[Any] = []
    for namespace in NAMESPACES:
        request = place.request("ListMetrics", {"Namespace": namespace})
        found += await place.account.pages(request, items="Metrics")
    return series_of(found)


async def _results(look: Look, place: _Place, series: Sequence[Series]) -> list[Any]:
    midnight = datetime.combine(look.day, time(), UTC)
    queries = queries_of(series)
    found: list[Any] = []
    for first in range(0, len(queries), MOST_QUERIES):
        request = place.request(
            "GetMetricData",
            {
                "MetricDataQueries": queries[first : first + MOST_QUERIES],
                "StartTime": midnight,
                "EndTime": max(look.now, midnight + _SHORTEST),
            },
        )
        found += await place.account.pages(request, items="MetricDataResults")
    return found


def _broken(place: _Place, results: Sequence[Any]) -> tuple[Gap, ...]:
    """Of each query CloudWatch says by itself whether it could be answered."""
    broken = {result["StatusCode"] for result in results} & {"InternalError", "Forbidden"}
    where = code(f"{place.account.id} {place.region}")
    text = f"CloudWatch did not answer for every model in {where}; the next look asks again."
    gap = Gap(
        source=_NAME,
        kind=GapKind.UNAVAILABLE,
        text=text,
        account=place.account.id,
        region=place.region,
    )
    return (gap,) if broken else ()


SOURCE = CostSource(
    name=_NAME,
    summary=(
        "Tokens of each model and inference profile by CloudWatch, minutes old, at list prices; by agent where each "
        "has an inference profile or models of its own. What a single very long prompt costs more is estimated by "
        "the average prompt."
    ),
    read=partial(_read, profiles=Profiles()),
)
