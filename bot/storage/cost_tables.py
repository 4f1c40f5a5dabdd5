"""The tables behind costs: budgets, what was metered and settled, what was done about it, clusters, reports."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, TypeDecorator, false

from bot.storage.shipping_tables import metadata
from bot.storage.tables import UtcDateTime

if TYPE_CHECKING:
    from sqlalchemy import Dialect

__all__ = [
    "budget_changes",
    "budgets",
    "clusters",
    "cost_actions",
    "cost_meters",
    "cost_readings",
    "cost_reports",
    "cost_settled",
    "metadata",
]

_MILLIONTHS = Decimal(1_000_000)


class Dollars(TypeDecorator[Decimal]):
    """An exact amount of US dollars, stored in millionths, so that databases add it up exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """This function will store the amount as whole millionths."""
        return None if value is None else int((value * _MILLIONTHS).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - as above
        """This function will return the amount in dollars."""
        return None if value is None else Decimal(value) / _MILLIONTHS


# The budget of each repository that has one, as its newest reading left it. Days are ISO dates in UTC.
budgets = Table(
    "budgets",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("repository", String(255), nullable=False),
    Column("default_branch", String(255), nullable=False),
    Column("mode", String(16), nullable=False),  # dry-run until a person says `/budget enforce`
    Column("stage", String(16), nullable=False),
    Column("day", String(10), nullable=False),  # that the stage and the sums are of
    Column("limit", Dollars, nullable=False),  # with what extends it
    Column("spent", Dollars, nullable=False),
    Column("forecast", Dollars, nullable=False),
    Column("is_sure", Boolean, nullable=False, server_default=false()),
    Column("noticed", Text, nullable=False),  # JSON: what was told already on that day
    Column("extended_to", Dollars, nullable=True),  # the limit while it is extended
    Column("extended_until", UtcDateTime, nullable=True),
    Column("set_to", Dollars, nullable=True),  # the limit where people set another one than the file names
    Column("reading_id", String(64), nullable=False),  # the newest
    Column("decision_id", String(16), nullable=False),
    Column("config", Text, nullable=False),  # JSON: the newest that could be read
    Column("read_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# What each thing that costs has cost on a day; a thing that is gone keeps its row.
cost_meters = Table(
    "cost_meters",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("source", String(32), primary_key=True),
    Column(
        "item", String(255), primary_key=True
    ),  # an instance, a volume, a model of a profile, a workflow run
    Column("service", String(100), nullable=False),  # as Cost Explorer names it where it knows it
    Column("account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("number", Integer, nullable=True),  # of the pull request that it was spent for
    Column("environment", String(255), nullable=False),
    Column("is_tagged", Boolean, nullable=False),
    Column("detail", Text, nullable=False),  # JSON: type, market, state, tokens, …
    Column("quantity", String(40), nullable=False),  # a decimal number
    Column("unit", String(32), nullable=False),
    Column("unit_price", String(40), nullable=False),  # a decimal number; empty where it is unpriced
    Column("amount", Dollars, nullable=True),  # of the day; None where it is unpriced
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),  # when it was seen last
    Index("cost_meters_by_pull", "repository_id", "number"),
    Index("cost_meters_by_age", "last_at"),
)

# What each look found out: the day's total so far, by what, how fresh, what is missing.
cost_readings = Table(
    "cost_readings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("day", String(10), nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    Column("spent", Dollars, nullable=False),
    Column("low", Dollars, nullable=False),
    Column("forecast", Dollars, nullable=False),
    Column("high", Dollars, nullable=False),
    Column("limit", Dollars, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("is_sure", Boolean, nullable=False),
    Column("calls", Integer, nullable=False),  # requests to AWS
    Column("facts", Text, nullable=False),  # JSON: sums by what, sources with freshness, gaps
    Index("cost_readings_by_day", "repository_id", "day", "read_at"),
    Index("cost_readings_by_age", "read_at"),
)

# What Cost Explorer says of whole days.
cost_settled = Table(
    "cost_settled",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("account", String(12), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("service", String(255), primary_key=True),
    Column("amount", Dollars, nullable=False),
    Column("credit", Dollars, nullable=False),  # what was taken off it, told apart
    Column("is_estimated", Boolean, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Index("cost_settled_by_age", "fetched_at"),
)

# What the limit did or would have done; written before it is done.
cost_actions = Table(
    "cost_actions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("target", String(255), nullable=False),
    Column("state", String(16), nullable=False),  # intended, done, failed, refused, would
    Column("reading_id", String(64), nullable=False),
    Column("decision_id", String(16), nullable=False),
    Column("text", Text, nullable=False),  # safe Markdown: why, or how it went
    Column("intended_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
    Index("cost_actions_by_day", "repository_id", "day"),
    Index("cost_actions_by_age", "intended_at"),
)

# What people asked to change in a budget; what needs a second person waits for one.
budget_changes = Table(
    "budget_changes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),  # set, extend, enforce, dry-run
    Column("amount", Dollars, nullable=True),
    Column("until", UtcDateTime, nullable=True),
    Column("reason", Text, nullable=False),  # as it was typed
    Column("state", String(16), nullable=False),  # waiting, made, refused, expired, ended
    Column("person", String(255), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("second", String(255), nullable=False, server_default=""),
    Column("second_id", BigInteger, nullable=True),
    Column("number", Integer, nullable=False),  # of the issue or pull request where it was asked
    Column("asked_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
    Index("budget_changes_by_state", "repository_id", "state"),
    Index("budget_changes_by_age", "asked_at"),
)

# The test cluster of each repository that has one.
clusters = Table(
    "clusters",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("nodes", Integer, nullable=True),  # asked for; None for the configured number
    Column("way", String(16), nullable=False),  # workflow or fleet
    Column("facts", Text, nullable=False),  # JSON: ids of fleets, the workflow run, the price
    Column("person", String(255), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),  # of the issue or pull request where it was asked
    Column("text", Text, nullable=False),  # safe Markdown: how it stands
    Column("begun_at", UtcDateTime, nullable=True),
    Column("keep_until", UtcDateTime, nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
)

# The issue of each month, the comment of each day, the summary of each week.
cost_reports = Table(
    "cost_reports",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("period", String(16), primary_key=True),  # 2026-11, 2026-11-23, 2026-W48
    Column("issue_number", Integer, nullable=False),
    Column("comment_id", BigInteger, nullable=True),  # None for the month
    Column("digest", String(64), nullable=False),  # of the text that was written last
    Column("written_at", UtcDateTime, nullable=False),
    Index("cost_reports_by_age", "written_at"),
)
