"""The tables behind merges and releases: who asked for what, what was tested together, what was released."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, false

from bot.storage.tables import UtcDateTime
from bot.storage.trust_tables import metadata

__all__ = ["merge_holds", "merge_requests", "metadata", "release_events", "releases", "train_batches"]

# The pull requests that somebody, a label or the policy wants merged: the newest wish of each.
merge_requests = Table(
    "merge_requests",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("wish", String(64), nullable=False),  # tells this asking from earlier ones
    Column("source", String(16), nullable=False),  # command, label or policy
    Column("person", String(255), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("receipt", String(255), nullable=False),  # of the command; empty where there is none
    Column("line", Text, nullable=False),  # as it was typed; empty as above
    Column("method", String(16), nullable=False),  # empty for the repository's own
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("asked_sha", String(40), nullable=False),  # the head that the wish is for
    Column("head_sha", String(40), nullable=False),  # as it was seen last
    Column("base_ref", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("text", Text, nullable=False),  # safe Markdown: why it waits, or how it ended
    Column("merge_sha", String(40), nullable=False, server_default=""),
    Column("batch_id", String(64), nullable=False, server_default=""),
    Column("check_run_id", BigInteger, nullable=True),
    Column("check_digest", String(64), nullable=False, server_default=""),
    Column("decision_id", String(16), nullable=False, server_default=""),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("ready_at", UtcDateTime, nullable=True),  # when nothing stood against it any more
    Column("ended_at", UtcDateTime, nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("merge_requests_by_state", "state", "repository_id", "base_ref"),
    Index("merge_requests_by_head", "repository_id", "head_sha"),
    Index("merge_requests_by_age", "updated_at"),
)

# The pull requests that somebody holds back, whoever wants them merged.
merge_holds = Table(
    "merge_holds",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("person", String(255), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),  # as it was typed
    Column("held_at", UtcDateTime, nullable=False),
    Index("merge_holds_by_age", "held_at"),
)

# What a train tested together.
train_batches = Table(
    "train_batches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("base_ref", Text, nullable=False),
    Column("base_sha", String(40), nullable=False),
    Column("head_sha", String(40), nullable=False),  # empty while it is built
    Column("branch", Text, nullable=False),
    Column("cars", Text, nullable=False),  # JSON: each pull request with its head, and the tree after it
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),  # how often its checks ran
    Column("text", Text, nullable=False),  # safe Markdown
    Column("run_id", String(255), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("train_batches_by_base", "repository_id", "base_ref", "began_at"),
    Index("train_batches_by_head", "repository_id", "head_sha"),
    Index("train_batches_by_age", "updated_at"),
)

# Each version of each thing that is released, and how far that has come.
releases = Table(
    "releases",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("tag", String(255), primary_key=True),
    Column("component", String(255), nullable=False),  # empty for the repository itself
    Column("version", String(255), nullable=False),
    Column("previous_tag", String(255), nullable=False),
    Column("branch", Text, nullable=False),
    Column("sha", String(40), nullable=False),  # pinned: everything is about this commit
    Column("is_prerelease", Boolean, nullable=False, server_default=false()),
    Column("stage", String(16), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("text", Text, nullable=False),  # safe Markdown: how it stands
    Column("author", String(255), nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),  # of the issue or pull request on which it was asked for
    Column("receipt", String(255), nullable=False),
    Column("line", Text, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="1"),  # each `/release resume` is one more
    Column("run_id", String(255), nullable=False),
    Column("release_id", BigInteger, nullable=False, server_default="0"),
    Column("workflow_run_id", BigInteger, nullable=False, server_default="0"),
    Column("gate_id", String(64), nullable=False, server_default=""),
    Column("decision_id", String(16), nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime, nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("releases_by_stage", "stage", "repository_id"),
    Index("releases_by_workflow_run", "repository_id", "workflow_run_id"),
    Index("releases_by_run", "run_id"),
    Index("releases_by_age", "updated_at"),
)

# What happened to each release, in order: its page's timeline.
release_events = Table(
    "release_events",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("tag", String(255), primary_key=True),
    Column("key", String(96), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("text", Text, nullable=False),  # safe Markdown
    Column("url", Text, nullable=False, server_default=""),
    Index("release_events_by_age", "at"),
)
