"""What the parts of a release are made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.commands.spec import Services
    from bot.config.releasing import ReleaseConfig
    from bot.github.client import RepositoryClient
    from bot.releases.judging.fact_model import ReleaseFacts
    from bot.releases.model import ReleaseRequest
    from bot.releases.notes.model import Notes
    from bot.releases.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasing:
    """One release that was decided, with what making it needs."""

    request: ReleaseRequest
    config: ReleaseConfig
    scope: Scope
    facts: ReleaseFacts
    notes: Notes
    services: Services
    settle: timedelta  # how long GitHub may take to list what it has accepted

    @property
    def repo(self) -> RepositoryClient:
        """The client for the repository."""
        return self.services.repository(self.request.repository)

    @property
    def is_prerelease(self) -> bool:
        """Whether it is shown as one: asked for, or said by the version itself."""
        return self.request.is_prerelease or "-" in self.request.version.partition("+")[0]

    def key(self, what: str) -> str:
        """This function will make the key of an effect: once for each attempt."""
        request = self.request
        return f"{what}/{self.repo.ref.id}/{request.tag}/{request.attempt}"
