"""The facts that the decision about a release rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING

from bot.config.approving import FreezeConfig  # noqa: TC001 - as above
from bot.config.releasing import ReleaseConfig  # noqa: TC001 - as above
from bot.deployments.judging.fact_model import CheckFact  # noqa: TC001 - as above
from bot.github.models import Actor, Permission, Sha  # noqa: TC001 - as above
from bot.releases.notes.sanity import VersionFacts  # noqa: TC001 - as above
from bot.releases.scope import Scope  # noqa: TC001 - as above

if TYPE_CHECKING:
    from bot.releases.model import ReleaseRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, as far as the decision rests on it."""

    version: str
    tag: str
    component: str
    branch: str
    default_branch: str
    sha: Sha
    author: Actor
    is_resumed: bool = False


def asked_of(request: ReleaseRequest) -> Asked:
    """This function will take from a request what its decision rests on."""
    return Asked(
        version=request.version,
        tag=request.tag,
        component=request.component,
        branch=request.branch,
        default_branch=request.repository.default_branch,
        sha=request.sha,
        author=request.author,
        is_resumed=request.is_resumed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFacts:
    """The workflow that builds the release, as it is at the commit."""

    file: str
    problem: str = ""  # why nothing would start it; plain text that completes "it …"
    on_tag: bool = False  # whether the push of the tag starts it
    is_dispatchable: bool = False
    inputs: tuple[str, ...] = ()  # that it declares for a dispatch
    is_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingRelease:
    """A release or draft of the tag that is there already."""

    id: int
    is_draft: bool
    is_ours: bool  # made by the bot
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFacts:
    """The environment whose approvals and freeze hold for releases."""

    name: str
    is_known: bool
    freeze: FreezeConfig | None = None
    has_approvals: bool = False
    teams: tuple[str, ...] = ()  # of those that may release while it is closed, in which the asker is


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    """Everything that decides about a release, read at one moment."""

    asked: Asked
    now: datetime
    web_url: str
    permission: Permission
    mistakes: tuple[str, ...] = ()  # of the configuration
    config: ReleaseConfig | None = None  # None with mistakes
    scope: Scope | None = None  # None where there is no such component
    checks: tuple[CheckFact, ...] = ()
    tag_sha: Sha | None = None  # the commit of the tag, where it is there
    versions: VersionFacts | None = None  # None where the commits were not read
    existing: ExistingRelease | None = None
    workflow: WorkflowFacts | None = None  # None where none builds it
    environment: EnvironmentFacts | None = None  # None where none is named
    other: str = ""  # the tag of another release of the same thing from the same branch that is under way
    can_verify: bool = True  # whether what verifies attestations is installed

    @property
    def is_published(self) -> bool:
        """Whether the bot has published it already: then nothing but the rest is left to do."""
        return self.existing is not None and self.existing.is_ours and not self.existing.is_draft
