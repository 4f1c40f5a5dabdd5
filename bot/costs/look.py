"""One look at a repository's costs: what each source is given, and how a source presents itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable  # noqa: TC003 - part of a public signature
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.config.costing import CostConfig
    from bot.costs.aws.accounts import Accounts
    from bot.costs.model import MeterLine, SourceReading
    from bot.github.client import RepositoryClient
    from bot.github.models import RepositoryRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a source is given."""

    repository: RepositoryRef
    config: CostConfig
    now: datetime
    day: date  # of now, in UTC
    known: tuple[MeterLine, ...]  # what this day's looks have seen before, of every source
    accounts: Accounts  # AWS, counted; none where the operator has not allowed it
    github: RepositoryClient


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSource:
    """One source of spend; a module of `bot.costs.sources` exports it as SOURCE."""

    name: str
    summary: str  # for the documentation: what it meters, how fresh, how sure
    read: Callable[[Look], Awaitable[SourceReading]]
