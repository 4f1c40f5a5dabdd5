"""The tables that are Pilothouse's own; each ability reads and writes its rows in its own store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite, which stores no zone, gives it back aware too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """This function will store the time as UTC."""
        return (
            value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC) if value else None
        )

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """This function will return the time with its zone."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


metadata = MetaData()

# An outside effect's idempotency key, stored before it happens; the result is stored after.
effects = Table(
    "effects",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("result", Text, nullable=True),  # JSON; null while it is not known whether it happened
    Column("created_at", UtcDateTime, nullable=False),
    Index("effects_by_age", "created_at"),
)

# Every failure ever diagnosed, by fingerprint: the evidence behind verdicts.
failures = Table(
    "failures",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("job_id", BigInteger, primary_key=True),
    Column("position", Integer, primary_key=True),  # 0 is the most telling failure of the job
    Column("run_id", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("workflow", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("head_sha", String(40), nullable=False),
    Column("branch", Text, nullable=False),
    Column("author", String(255), nullable=False),  # login of the pull request's author; empty for a push
    Column("number", Integer, nullable=True),  # of the pull request, where there is one
    Column("url", Text, nullable=False),  # of the job
    Column("fingerprint", String(64), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("tool", String(64), nullable=False, server_default=""),
    Column("cause", String(16), nullable=False, server_default=""),
    Column("message", Text, nullable=False, server_default=""),
    Column("tests", Text, nullable=False, server_default="[]"),  # JSON list of names
    Index("failures_by_fingerprint", "repository_id", "fingerprint", "seen_at"),
    Index("failures_by_run", "repository_id", "run_id", "attempt"),
    Index("failures_newest", "repository_id", "seen_at"),
    Index("failures_by_job", "repository_id", "branch", "workflow", "job", "run_id"),
    Index("failures_by_pull", "repository_id", "number"),
    Index("failures_by_sha", "repository_id", "head_sha"),
    Index("failures_by_age", "seen_at"),
)

# How each job of a diagnosed run ended, green ones too: what a verdict compares with.
job_results = Table(
    "job_results",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("job_id", BigInteger, primary_key=True),  # 0 speaks for every job of a green run
    Column("run_id", BigInteger, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("workflow", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("head_sha", String(40), nullable=False),
    Column("branch", Text, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("conclusion", String(24), nullable=False, server_default=""),
    Column("report", Text, nullable=False),  # JSON of job and diagnosis; empty for a green one, or an old one
    Column("tests_ran", Integer, nullable=True),  # as the job's log or its uploaded reports say it
    Column("seen_at", UtcDateTime, nullable=False),
    Column("suites", Text, nullable=False, server_default=""),  # JSON of the SuiteReport; empty without one
    Column("seconds", Float, nullable=True),  # from start to end
    Column("queued_seconds", Float, nullable=True),  # from creation to start
    Column("labels", Text, nullable=False, server_default=""),  # of the runner, with commas
    Column("caches_hit", Integer, nullable=True),  # null where the log was not read or tells of none
    Column("caches_missed", Integer, nullable=True),
    Index("job_results_by_sha", "repository_id", "head_sha"),
    Index("job_results_by_run", "repository_id", "run_id"),
    Index("job_results_by_job", "repository_id", "workflow", "job", "run_id"),
    Index("job_results_by_branch", "repository_id", "branch", "workflow", "run_id"),
    Index("job_results_by_age", "seen_at"),
    Index("job_results_newest", "repository_id", "seen_at", "run_id"),
)

# What a person has said about a failure: it goes before what the bot would say.
judgements = Table(
    "judgements",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("judgement", String(16), nullable=False),  # real, flaky or infra
    Column("login", String(255), nullable=False),
    Column("url", Text, nullable=False),  # of the comment that said it
    Column("said_at", UtcDateTime, nullable=False),
)

# Every re-run that the bot began by itself: its limits are counted here.
retries = Table(
    "retries",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("head_sha", String(40), primary_key=True),
    Column("workflow", Text, primary_key=True),
    Column("job", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("job_id", BigInteger, nullable=False),  # the red one
    Column("reason", Text, nullable=False),
    Column("retried_at", UtcDateTime, nullable=False),
    Index("retries_by_pull", "repository_id", "number", "retried_at"),
)

# What the lines of a repository's green logs look like, folded and counted: what is rare there is telling.
line_templates = Table(
    "line_templates",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("workflow", Text, primary_key=True),
    Column("learned", LargeBinary, nullable=False),
    Column("logs", Integer, nullable=False),  # how many were read
    Column("updated_at", UtcDateTime, nullable=False),
)

# What stands on each pull request that has been red once: its one comment and its newest check run.
summaries = Table(
    "summaries",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("comment_id", BigInteger, nullable=True),
    Column("body_digest", String(64), nullable=False),
    Column("check_run_id", BigInteger, nullable=True),
    Column("check_digest", String(64), nullable=False),
    Column("head_sha", String(40), nullable=False),  # of the check run; the comment serves every head
    Column("updated_at", UtcDateTime, nullable=False),
)

# How far a recurring reading has come, so that the next one starts there.
watermarks = Table(
    "watermarks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
