"""What GitHub bills an organisation for: used things with their price, before and after what a plan includes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.github.operation import Operation

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient

# Not in the table of what the App asks for: it is called where an organisation grants that of its own accord.
# https://docs.github.com/en/rest/billing/usage#get-billing-usage-report-for-an-organization
PERMISSION = "organization_administration"
_GET_USAGE = Operation(
    id="billing/get-github-billing-usage-report-org",
    method="GET",
    path="/organizations/{org}/settings/billing/usage",
    permissions=frozenset({(PERMISSION, "read")}),
    items="usageItems",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageItem:
    """What one thing cost on a day, in US dollars."""

    day: date
    product: str  # actions, packages, …
    unit: str  # minutes, GigabyteHours, …
    repository: str  # its name, perhaps with its owner; empty where it is of none
    gross: Decimal  # at list price
    discount: Decimal  # what a plan includes, and other reductions


class _UsageShape(Struct, rename="camel"):
    date: str
    product: str
    unit_type: str
    gross_amount: float
    discount_amount: float = 0.0
    repository_name: str = ""

    def to_item(self) -> UsageItem:
        return UsageItem(
            day=date.fromisoformat(self.date[:10]),
            product=self.product,
            unit=self.unit_type,
            repository=self.repository_name,
            gross=Decimal(str(self.gross_amount)),
            discount=Decimal(str(self.discount_amount)),
        )


async def billed_in(repo: RepositoryClient, *, year: int, month: int) -> tuple[UsageItem, ...]:
    """This function will read what the repository's organisation is billed for in a month.

    Raises:
        Forbidden: the App has not got the organization's permission Administration: read.
        NotFound: the owner is no organization.
    """
    query = {"year": str(year), "month": str(month)}
    shapes = await repo.calls.list(_GET_USAGE, _UsageShape, {"org": repo.ref.owner}, query)
    return tuple(shape.to_item() for shape in shapes)
