"""The nouns of releases: a release, which may still be a draft, and its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.state.nouns import User

UPLOADED = "uploaded"
OPEN = "open"  # of a file that did not arrive whole, as the description names it
STARTER = (
    "starter"  # the same, as https://docs.github.com/rest/releases/assets#upload-a-release-asset names it
)


@dataclass(slots=True, kw_only=True)
class ReleaseAsset:
    """A file of a release."""

    id: int
    name: str
    label: str | None
    content_type: str
    content: bytes
    uploader: User
    created_at: datetime
    updated_at: datetime
    digest: str | None  # GitHub has one of files since June 2025 only
    state: str = UPLOADED
    downloads: int = 0


@dataclass(slots=True, kw_only=True)
class Release:
    """A release; a draft has no tag of its own until it is published."""

    id: int
    tag: str
    target: str  # the branch or SHA its tag is made of, unless the tag exists
    name: str | None
    body: str | None
    author: User
    draft: bool
    prerelease: bool
    created_at: datetime  # of its commit
    updated_at: datetime
    immutable: bool = False
    published_at: datetime | None = None
    assets: dict[int, ReleaseAsset] = field(default_factory=dict)
