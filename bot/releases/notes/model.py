"""The nouns of release notes: what is asked to be told, and what GitHub told."""

from __future__ import annotations

from dataclasses import dataclass

from bot.github.models import Sha  # noqa: TC001 - msgspec reads the annotations at run time
from bot.releases.model import Change  # noqa: TC001 - as above
from bot.releases.notes.sanity import VersionFacts  # noqa: TC001 - as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The version whose changes somebody wants to know."""

    version: str  # without the tag's prefix; "" for whatever comes next
    tag: str  # how the tags of what is released are named: ends in {version}
    branch: str
    sha: Sha
    paths: tuple[str, ...] = ()  # patterns of the files that count; none for all
    is_strict: bool = True  # whether a version that says less than its changes is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A pull request or issue of the repository that is to be told of a release."""

    number: int
    node_id: str  # "" where only its number is known
    is_pull: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What a version holds, as GitHub told it; no text in it is safe to show."""

    web_url: str  # of the repository
    sha: Sha  # what is released
    previous_tag: str  # where its changes begin; "" for the first
    changes: tuple[Change, ...]  # newest first
    subjects: tuple[Subject, ...]  # smallest number first
    commits: int  # how many it has in all
    is_complete: bool  # whether every one of them was read
    newcomers: tuple[str, ...]  # logins of those who never changed anything before
    facts: VersionFacts
