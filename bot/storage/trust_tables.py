"""The tables behind deployments: what was deployed, who approved, who held the environment, what was decided."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, false

from bot.storage.tables import UtcDateTime, metadata

__all__ = [
    "approvals",
    "decisions",
    "deployment_events",
    "deployments",
    "gates",
    "journal",
    "lease_queue",
    "leases",
    "metadata",
    "protection_requests",
]

# The deployments that the bot made, each with the workflow run that does it and the flow that follows that.
deployments = Table(
    "deployments",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("deployment_id", BigInteger, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("environment", String(255), nullable=False),
    Column("sha", String(40), nullable=False),
    Column("workflow_run_id", BigInteger, nullable=False),  # 0 before its dispatch
    Column("run_id", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("stage", String(16), nullable=False, server_default=""),
    Column("task", String(16), nullable=False, server_default="deploy"),
    Column("tree", String(40), nullable=False, server_default=""),
    Column("author", String(255), nullable=False, server_default=""),
    Column("author_id", BigInteger, nullable=False, server_default="0"),
    Column("parameters", Text, nullable=False, server_default="[]"),  # JSON
    Column("workflow", Text, nullable=False, server_default=""),
    Column("inputs", Text, nullable=False, server_default="[]"),  # JSON
    Column("plan_digest", String(64), nullable=False, server_default=""),
    Column("artifact_digest", String(80), nullable=False, server_default=""),
    Column("gate_id", String(64), nullable=False, server_default=""),
    Column("decision_id", String(16), nullable=False, server_default=""),
    Column("lease_token", BigInteger, nullable=False, server_default="0"),
    Column("percent", Integer, nullable=False, server_default="100"),
    Column("is_good", Boolean, nullable=False, server_default=false()),
    Column("reason", String(40), nullable=False, server_default=""),
    Column("log_url", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=True),
    Index("deployments_by_workflow_run", "repository_id", "workflow_run_id"),
    Index("deployments_by_sha", "repository_id", "sha"),
    Index("deployments_by_environment", "repository_id", "environment", "deployment_id"),
    Index("deployments_by_run", "run_id"),
)

# What happened to each deployment, in order: its page's timeline.
deployment_events = Table(
    "deployment_events",
    metadata,
    Column(
        "run_id", String(255), primary_key=True
    ),  # of the flow: it begins before GitHub knows a deployment
    Column("key", String(64), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("text", Text, nullable=False),  # safe Markdown
    Column("url", Text, nullable=False, server_default=""),
    Index("deployment_events_by_age", "at"),
)

# What waits for people.
gates = Table(
    "gates",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=True),
    Column("environment", String(255), nullable=False),  # casefolded; the subject has it as it was written
    Column("subject", Text, nullable=False),  # JSON of Subject
    Column("requester", String(255), nullable=False),
    Column("requester_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("run_id", String(255), nullable=False),
    Column("workflow_run_id", BigInteger, nullable=True),
    Column("check_run_id", BigInteger, nullable=True),
    Column("check_digest", String(64), nullable=False, server_default=""),
    Column("decision_id", String(16), nullable=False, server_default=""),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("gates_by_pull", "repository_id", "number", "environment"),
    Index("gates_by_state", "state", "repository_id"),
    Index("gates_by_workflow_run", "repository_id", "workflow_run_id"),
    Index("gates_by_run", "run_id"),
    Index("gates_by_age", "updated_at"),
)

# What people said, each word bound to exactly what it was said about.
approvals = Table(
    "approvals",
    metadata,
    Column("id", String(64), primary_key=True),  # of its comment, review or pressed button
    Column("repository_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=True),
    Column("environment", String(255), nullable=False),  # casefolded
    Column("gate_id", String(64), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("login", String(255), nullable=False),  # as it was then
    Column("word", String(16), nullable=False),  # approve or reject
    Column("how", String(16), nullable=False),
    Column("text", Text, nullable=False, server_default=""),  # the reason of a rejection
    Column("url", Text, nullable=False, server_default=""),
    Column("comment_id", BigInteger, nullable=True),
    Column("body_digest", String(64), nullable=False, server_default=""),
    Column("head_sha", String(40), nullable=False),
    Column("tree", String(40), nullable=False),
    Column("base_ref", Text, nullable=False),
    Column("authors_digest", String(64), nullable=False, server_default=""),
    Column("parameters_digest", String(64), nullable=False),
    Column("plan_digest", String(64), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("voided_at", UtcDateTime, nullable=True),
    Column("void_reason", String(40), nullable=False, server_default=""),
    Index("approvals_by_pull", "repository_id", "number", "environment"),
    Index("approvals_by_gate", "gate_id"),
    Index("approvals_by_comment", "repository_id", "comment_id"),
    Index("approvals_by_age", "given_at"),
)

# What GitHub asked of the environments' protection rule; each must be answered.
protection_requests = Table(
    "protection_requests",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("workflow_run_id", BigInteger, primary_key=True),
    Column("environment", String(255), primary_key=True),
    Column("gate_id", String(64), nullable=False),
    Column("reports", Integer, nullable=False),  # how many of the ten that GitHub takes were sent
    Column("reported_digest", String(64), nullable=False, server_default=""),
    Column("answer", String(16), nullable=False),  # approved, rejected, or empty while it waits
    Column("asked_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("protection_requests_by_answer", "answer", "asked_at"),
)

# Each environment's one holder; the row stays when it is free, so that the token never falls.
leases = Table(
    "leases",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("environment", String(255), primary_key=True),  # casefolded
    Column("token", BigInteger, nullable=False),
    Column("tickets", BigInteger, nullable=False, server_default="0"),  # how many were ever given out
    Column("run_id", String(255), nullable=False),  # of the holder; empty while it is free
    Column("kind", String(16), nullable=False),
    Column("number", Integer, nullable=True),
    Column("sha", String(40), nullable=False),
    Column("person", String(255), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("taken_at", UtcDateTime, nullable=True),
    Column("heartbeat_at", UtcDateTime, nullable=True),
    Column("expires_at", UtcDateTime, nullable=True),
    Column("workflow_run_id", BigInteger, nullable=True),
    Index("leases_by_run", "run_id"),
    Index("leases_by_pull", "repository_id", "number"),
)

# Those who wait for an environment, in the order in which they came.
lease_queue = Table(
    "lease_queue",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("environment", String(255), primary_key=True),  # casefolded
    Column("run_id", String(255), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("number", Integer, nullable=True),
    Column("sha", String(40), nullable=False),
    Column("person", String(255), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=True),  # of a lock that waits
    Index("lease_queue_by_order", "repository_id", "environment", "sequence"),
)

# Every decision with the facts it was made from, as bytes: it can be made again.
decisions = Table(
    "decisions",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("repository", Text, nullable=False),
    Column("number", Integer, nullable=True),
    Column("environment", String(255), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("facts", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Index("decisions_by_pull", "repository_id", "number", "decided_at"),
    Index("decisions_by_repository", "repository_id", "decided_at"),
    Index("decisions_by_age", "decided_at"),
)

# Who did what: a chain for each repository, in which each row holds the hash of the one before.
journal = Table(
    "journal",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),  # from 1, without gaps
    Column("key", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("journal_by_key", "repository_id", "key", unique=True),
    Index("journal_by_age", "at"),
)
