"""Which lines of GitHub's bill are minutes of a repository's workflows."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.costs.minutes.counting import ACCOUNT, SERVICE, SOURCE
from bot.costs.model import Gap, GapKind, SettledLine
from bot.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.github.billing import UsageItem
    from bot.github.models import RepositoryRef


def billed_minutes(
    items: Iterable[UsageItem], repository: RepositoryRef, *, since: date, until: date
) -> tuple[SettledLine, ...]:
    """This function will add up the repository's minutes of each day from one up to, but without, another.

    They are told at list price, as they are metered; what a plan includes stands beside that as a credit.
    """
    gross: dict[date, Decimal] = defaultdict(Decimal)
    discount: dict[date, Decimal] = defaultdict(Decimal)
    names = {repository.name.lower(), repository.full_name.lower()}
    for item in items:
        is_minutes = item.product.lower() == "actions" and item.unit.lower() == "minutes"
        if is_minutes and item.repository.lower() in names and since <= item.day < until:
            gross[item.day] += item.gross
            discount[item.day] += item.discount
    return tuple(
        SettledLine(account=ACCOUNT, day=day, service=SERVICE, amount=gross[day], credit=discount[day])
        for day in sorted(gross)
    )


def unbilled(error: str) -> Gap:
    """This function will say that GitHub does not tell the App its bill, and who may change that."""
    text = (
        "What GitHub billed for workflow minutes is not known, so list prices stand, without what a plan includes: "
        "an owner of the organization may grant the App the organization permission Administration: read. "
        f"GitHub says: {escape(error[:200])}"
    )
    return Gap(source=SOURCE, kind=GapKind.NO_DATA, text=text)
