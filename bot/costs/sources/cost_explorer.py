"""Reads what whole days cost from Cost Explorer: one request a day and account, each of which AWS charges for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping  # noqa: TC003 - the annotations of a step's result are read at run time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.costs.aws.accounts import AWS_ERRORS, AwsRefused, AwsRequest, gap_of
from bot.costs.look import CostSource
from bot.costs.model import Gap, GapKind, SettledLine, SourceReading, Sureness
from bot.costs.settled import TAX, currencies, settled_lines
from bot.markdown import code

if TYPE_CHECKING:
    from bot.costs.aws.accounts import Account, AwsError
    from bot.costs.look import Look

_NAME = "cost_explorer"
WINDOW = timedelta(days=7)  # a settled day still changes for some days
_NO_DATA = "DataUnavailableException"
_DOLLARS = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What Cost Explorer told of the days before today."""

    lines: tuple[SettledLine, ...] = ()
    gaps: tuple[Gap, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)  # requests to AWS by operation


async def settled(look: Look) -> Settled:
    """This function will read the seven days before today, of every account; ask it once a day, not at each look."""
    before = Counter(look.accounts.calls)
    lines: list[SettledLine] = []
    gaps: list[Gap] = [] if look.accounts.gap is None else [look.accounts.gap]
    for account in look.accounts.accounts:
        try:
            days = await account.pages(_request(look, account), items="ResultsByTime")
        except AWS_ERRORS as error:
            gaps.append(_gap(error, account))
            continue
        gaps += _foreign(account, days)
        lines += settled_lines(account.id, days)
    return Settled(lines=tuple(lines), gaps=tuple(gaps), calls=dict(Counter(look.accounts.calls) - before))


def _request(look: Look, account: Account) -> AwsRequest:
    """One request for everything: by record type, so that credits are told apart without a second one.

    A payer account is shown what all of its members spend, so the account itself is asked for.
    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
    """
    filters: list[dict[str, Any]] = [
        {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": [TAX]}}},
        {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [account.id]}},
        *({"Tags": {"Key": key, "Values": [value]}} for key, value in sorted(look.config.tags.items())),
    ]
    return AwsRequest(
        service="ce",
        operation="GetCostAndUsage",
        region="cn-northwest-1" if account.regions[0].startswith("cn-") else "us-east-1",
        arguments={
            "TimePeriod": {"Start": (look.day - WINDOW).isoformat(), "End": look.day.isoformat()},
            "Granularity": "DAILY",
            "Metrics": ["UnblendedCost"],
            "GroupBy": [
                {"Type": "DIMENSION", "Key": "SERVICE"},
                {"Type": "DIMENSION", "Key": "RECORD_TYPE"},
            ],
            "Filter": {"And": filters},
        },
    )


def _gap(error: AwsError, account: Account) -> Gap:
    if isinstance(error, AwsRefused) and error.code == _NO_DATA:
        text = (
            f"Cost Explorer has no data of {code(account.id)} yet: it begins a day after somebody has opened it "
            "once under Billing and Cost Management."
        )
        return Gap(source=_NAME, kind=GapKind.NO_DATA, text=text, account=account.id)
    return gap_of(error, _NAME, account=account.id)


def _foreign(account: Account, days: list[Any]) -> list[Gap]:
    strange = sorted(currencies(days) - {_DOLLARS})
    text = f"Cost Explorer tells {code(account.id)} in {', '.join(map(code, strange))}; only US dollars are counted."
    return [Gap(source=_NAME, kind=GapKind.UNPRICED, text=text, account=account.id)] if strange else []


async def _read(_: Look) -> SourceReading:
    """Of today it knows nothing: it is up to a day behind, and each request costs a cent."""
    return SourceReading(source=_NAME, data_until=None, sureness=Sureness.EXACT)


SOURCE = CostSource(
    name=_NAME,
    summary=(
        "Whole days as AWS will bill them, credits and refunds told apart: exact once settled, up to 24 hours "
        "behind, read once a day by one request of an account, which AWS charges a cent for."
    ),
    read=_read,
)
