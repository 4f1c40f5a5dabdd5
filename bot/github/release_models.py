"""Releases, their files and the references of git, as frozen values, named as GitHub names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import Literal

from bot.github.models import Actor, Sha  # noqa: TC001 - as above

MakeLatest = Literal["true", "false", "legacy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file of a release as it stands now."""

    id: int
    name: str
    state: str  # uploaded, or else (open, starter) its upload has not ended
    size: int
    digest: str  # sha256:…; empty where GitHub has none

    @property
    def is_uploaded(self) -> bool:
        """Whether all of it has arrived."""
        return self.state == "uploaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release as it stands now."""

    id: int
    tag_name: str
    name: str
    body: str
    draft: bool
    prerelease: bool
    immutable: bool
    html_url: str
    author: Actor
    published_at: datetime | None
    assets: tuple[Asset, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRelease:
    """What a release shall say; it is made as a draft, and published by an update."""

    tag_name: str
    target_commitish: str  # a branch or SHA, unused where the tag is there
    name: str
    body: str
    prerelease: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRef:
    """A branch or tag and the object that it names."""

    ref: str  # refs/heads/main
    sha: Sha
    type: str  # commit, or tag where the tag is annotated

    @property
    def name(self) -> str:
        """The branch or tag without `refs/heads/` and `refs/tags/`."""
        return self.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedTag:
    """A tag object."""

    sha: Sha
    tag: str
    message: str
    target_sha: Sha
    target_type: str
