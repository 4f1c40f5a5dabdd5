"""The nouns that report on a commit: check suites, check runs, deployments, environments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.localhub.state.settings import Values

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.state.nouns import App, User


@dataclass(slots=True, kw_only=True)
class CheckSuite:
    """All check runs of one App on one commit."""

    id: int
    app: App
    head_sha: str
    head_branch: str | None
    before: str | None
    created_at: datetime
    updated_at: datetime
    status: str = "queued"
    conclusion: str | None = None
    runs: list[CheckRun] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class CheckRun:
    """A check run."""

    id: int
    app: App
    suite: CheckSuite
    name: str
    head_sha: str
    external_id: str
    details_url: str
    started_at: datetime
    status: str = "queued"
    conclusion: str | None = None
    completed_at: datetime | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class CommitStatus:
    """A commit status, the older sibling of the check run."""

    id: int
    creator: User
    context: str
    state: str
    description: str | None
    target_url: str | None
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class DeploymentStatus:
    """One status of a deployment."""

    id: int
    creator: User
    app: App | None
    state: str
    description: str
    environment: str
    environment_url: str
    log_url: str
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class Deployment:
    """A GitHub Deployment."""

    id: int
    creator: User
    app: App | None
    sha: str
    ref: str
    task: str
    environment: str
    original_environment: str
    description: str
    payload: dict[str, Any] | str
    transient: bool
    production: bool
    created_at: datetime
    updated_at: datetime
    statuses: list[DeploymentStatus] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class ProtectionRule:
    """An App that is asked before a job may enter an environment."""

    id: int
    app: App


@dataclass(slots=True, kw_only=True)
class Environment:
    """A deployment environment of a repository."""

    id: int
    name: str
    created_at: datetime
    rules: list[ProtectionRule] = field(default_factory=list)
    values: Values = field(default_factory=Values)
    branches: str | None = None  # whose runs may enter: protected or custom ones; None for all
