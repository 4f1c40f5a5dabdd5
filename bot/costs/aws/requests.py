"""Sends requests to AWS through the library: counted, page after page, with every failure worded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.costs.aws.clients import Clients, Use

Counts = Counter[str]  # requests by operation: ec2:DescribeInstances

_TOKENS = ("NextToken", "NextPageToken", "nextToken", "Marker")
_MOST_PAGES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRequest:
    """One request, in AWS's own words."""

    service: str  # as the library names it: ec2, ce, cloudwatch
    operation: str  # as AWS names it: DescribeInstances
    region: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    repeats: bool = True  # False where the same request twice would act twice: then no answer is not asked for again

    @property
    def action(self) -> str:
        """The request as IAM names it and as it is counted."""
        return f"{self.service}:{self.operation}"


def one_answer(clients: Clients, use: Use, request: AwsRequest, counts: Counts) -> dict[str, Any]:
    """This function will return AWS's answer to one request."""
    return _guarded(clients, use, request, lambda: _ask(clients, use, request, counts, request.arguments))


def all_pages(clients: Clients, use: Use, request: AwsRequest, counts: Counts) -> list[dict[str, Any]]:
    """This function will return all pages of an answer."""
    return list(_pages(clients, use, request, counts))
