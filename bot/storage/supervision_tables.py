"""The tables behind supervision: what is watched, how each session stands, what happened to it, what was mended."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from bot.storage.cost_tables import Dollars, metadata
from bot.storage.tables import UtcDateTime

__all__ = ["fixes", "hung_runs", "metadata", "session_events", "sessions", "supervisions"]

# Each repository whose configuration has something to watch, with the newest configuration that could be read.
supervisions = Table(
    "supervisions",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("repository", String(255), nullable=False),
    Column("default_branch", String(255), nullable=False),
    Column("config", Text, nullable=False),  # JSON: agents, hosts, what is watched
    Column("watched_at", UtcDateTime, nullable=True),  # when the watchdog looked last
    Column("supervised_at", UtcDateTime, nullable=True),  # when builds were looked at last
    Column("alive_issue", Integer, nullable=True),  # which tells when each part looked last
    Column("alive_digest", String(64), nullable=False, server_default=""),
    Column("found_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# How each session stands.
sessions = Table(
    "sessions",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("name", String(64), primary_key=True),  # of the agent
    Column("host", String(64), nullable=False),  # empty for the bot's own machine
    Column("state", String(16), nullable=False),
    Column("since", UtcDateTime, nullable=False),  # that it stands so
    Column("text", Text, nullable=False),  # safe Markdown: what shows it
    Column("held_by", String(255), nullable=False, server_default=""),  # a login, or what the limit says
    Column(
        "process", Text, nullable=False, server_default=""
    ),  # JSON: pane, process and start as they were seen
    Column("starts", Text, nullable=False, server_default="[]"),  # JSON: the times it was started lately
    Column("next_start_at", UtcDateTime, nullable=True),  # before which it is not started again
    Column("prove_until", UtcDateTime, nullable=True),  # by when a started one must have got on
    Column("sign", String(255), nullable=False, server_default=""),  # of life, as it was seen last
    Column("sign_at", UtcDateTime, nullable=True),  # when it was first seen so
    Column("head", String(40), nullable=False, server_default=""),  # the commit pushed last
    Column(
        "work", Text, nullable=False, server_default=""
    ),  # safe Markdown: what came of its commits and files
    Column(
        "glance", String(128), nullable=False, server_default=""
    ),  # how its work tree looked when its work was tended last
    Column("issue", Integer, nullable=True),  # that tells of its trouble
    Column("decision_id", String(16), nullable=False, server_default=""),
    Column("probed_at", UtcDateTime, nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
)

# What happened to sessions: started, died, pushed, paused, quarantined, …
session_events = Table(
    "session_events",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("name", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),  # safe Markdown
    Column("at", UtcDateTime, nullable=False),
    Index("session_events_by_name", "repository_id", "name", "at"),
    Index("session_events_by_age", "at"),
)

# Workflow runs that hang, and what was done about them.
hung_runs = Table(
    "hung_runs",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("run_id", BigInteger, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("workflow", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("kind", String(16), nullable=False),  # queued, running, lost
    Column("text", Text, nullable=False),  # safe Markdown: what shows it, what was done
    Column("url", Text, nullable=False),
    Column("decision_id", String(16), nullable=False, server_default=""),
    Column("found_at", UtcDateTime, nullable=False),
    Column("acted_at", UtcDateTime, nullable=True),
    Column("issue", Integer, nullable=True),  # that tells of it
    Column("updated_at", UtcDateTime, nullable=False),
    Index("hung_runs_by_age", "updated_at"),
)

# Each try to fix one failure of a watched branch; written before anything is done.
fixes = Table(
    "fixes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("branch", Text, nullable=False),  # the watched one
    Column("fingerprint", String(64), nullable=False),
    Column("round", Integer, nullable=False),  # from 1: the same failure is tried twice at most
    Column("state", String(16), nullable=False),
    Column("reason", String(40), nullable=False, server_default=""),
    Column("text", Text, nullable=False),  # safe Markdown: how it stands or how it ended
    Column("base_sha", String(40), nullable=False),  # the commit that broke
    Column("run_id", BigInteger, nullable=False),  # the red workflow run
    Column("run_url", Text, nullable=False),
    Column("fixer", String(64), nullable=False, server_default=""),
    Column("head_ref", Text, nullable=False, server_default=""),  # the branch of the fix
    Column("head_sha", String(40), nullable=False, server_default=""),
    Column("number", Integer, nullable=True),  # of its pull request, or of the issue that suggests it
    Column("price", Dollars, nullable=True),  # None where it is not known
    Column(
        "facts", Text, nullable=False, server_default="{}"
    ),  # JSON: the failure, the tries, the diff's size
    Column("decision_id", String(16), nullable=False, server_default=""),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("fixes_by_fingerprint", "repository_id", "fingerprint"),
    Index("fixes_by_age", "updated_at"),
)
