"""What AWS is asked and as whom, in words that need nothing of its library."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Counts = Counter[str]  # requests by operation: ec2:DescribeInstances


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRequest:
    """One request, in AWS's own words."""

    service: str  # as the library names it: ec2, ce, cloudwatch
    operation: str  # as AWS names it: DescribeInstances
    region: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    repeats: bool = (
        True  # False where the same request twice would act twice: then no answer is not asked for again
    )

    @property
    def action(self) -> str:
        """The request as IAM names it and as it is counted."""
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """As whom AWS is asked: by a role in the account, or as the process itself."""

    account: str
    role: str = ""
    external_id: str = ""
    region: str = "us-east-1"  # where the role is assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a client is for."""

    identity: Identity
    service: str
    region: str
    repeats: bool = True  # whether a request whose answer was lost may be sent again
