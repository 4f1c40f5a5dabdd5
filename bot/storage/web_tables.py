"""The tables behind the dashboard and many processes: who signed in, repositories, service levels, rate limits."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, String, Table, Text

from bot.storage.stats_tables import metadata
from bot.storage.tables import UtcDateTime

__all__ = ["known_repositories", "metadata", "rate_budgets", "service_levels", "sign_ins"]

# A person's sign-in; the cookie holds the token, this its digest alone.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("login", Text, nullable=False),
    Column("sealed", Text, nullable=False),  # GitHub's tokens and what else is secret, encrypted
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("sign_ins_by_age", "expires_at"),
    Index("sign_ins_by_user", "user_id"),
)

# Every repository that an event has told of, so that a list of a thousand costs GitHub nothing.
known_repositories = Table(
    "known_repositories",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("is_private", Boolean, nullable=False),
    Column("default_branch", Text, nullable=False),
    Column("is_removed", Boolean, nullable=False, server_default="0"),  # the App may not see it any more
    Column("seen_at", UtcDateTime, nullable=False),
    Index("known_repositories_by_name", "full_name"),
    Index("known_repositories_by_installation", "installation_id"),
)

# How long people waited for us, one row for each time.
service_levels = Table(
    "service_levels",
    metadata,
    Column("kind", String(32), primary_key=True),  # acknowledged, summarised, merged, merged_in_line
    Column("cause", String(128), primary_key=True),  # GitHub's id of what they waited after
    Column("repository_id", BigInteger, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("seconds", Float, nullable=False),
    Index("service_levels_by_age", "kind", "ended_at"),
    Index("service_levels_by_repository", "repository_id", "kind", "ended_at"),
)

# What the workers of all machines know of an installation's limits at GitHub.
rate_budgets = Table(
    "rate_budgets",
    metadata,
    Column("installation_id", BigInteger, primary_key=True),
    Column("blocked_until", UtcDateTime, nullable=True),  # a limit that GitHub named
    Column("next_write_at", UtcDateTime, nullable=True),  # the pace of content writes, shared by all
    Column("updated_at", UtcDateTime, nullable=False),
)
