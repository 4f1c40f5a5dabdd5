"""The nouns of a repository's settings: what Actions may do, its variables and the names of its secrets."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class ActionsPolicy:
    """What a repository lets GitHub Actions do."""

    enabled: bool = True
    allowed: str = "all"  # or local_only, selected
    github_owned: bool = True  # of those that are selected
    verified: bool = False
    patterns: tuple[str, ...] = ()
    pinning: bool = False  # whether actions must be pinned to a commit
    grants: str = "read"  # what GITHUB_TOKEN may do where a workflow does not say
    opens_pulls: bool = False  # whether GITHUB_TOKEN may create and approve pull requests


@dataclass(slots=True, kw_only=True)
class Subject:
    """Of what the `sub` of a job's OIDC token is made."""

    is_default: bool = True
    keys: tuple[str, ...] = ()
    immutable: bool = False


@dataclass(slots=True, kw_only=True)
class Values:
    """Variables with their values, and the names of secrets."""

    variables: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Settings:
    """A repository's settings, as far as the API tells them to administrators alone."""

    actions: ActionsPolicy = field(default_factory=ActionsPolicy)
    subject: Subject = field(default_factory=Subject)
    own: Values = field(default_factory=Values)
    shared: Values = field(default_factory=Values)  # what its organisation lets it use
