"""What GitHub is asked to do for a wish, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.config.merging import MergeMethod, UpdateMethod  # noqa: TC001 - msgspec reads the annotations at run time
from bot.github.models import Sha  # noqa: TC001 - as above


class Came(StrEnum):
    """What came of asking GitHub to merge."""

    MERGED = "merged"
    MOVED = "moved"  # the head is another one
    LATER = "later"  # GitHub refused for now: the base moved in this moment, or it did not answer to anybody
    DECLINED = "declined"  # GitHub refuses
    UNCERTAIN = "uncertain"  # twice no answer, and it is not merged as far as can be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCall:
    """One merge, as it was decided."""

    number: int
    head_sha: Sha
    method: MergeMethod
    key: str  # tells this attempt from those that other decisions led to


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """How a merge went."""

    came: Came
    # What it became; "" where it is not known. Uncertain with it: the base has it, and the pull request is open.
    sha: str = ""
    text: str = ""  # GitHub's words, as it wrote them


class Updated(StrEnum):
    """What came of asking GitHub to update a branch."""

    BEGUN = "begun"  # the push that follows tells the new head
    FAILED = "failed"  # there is a conflict, or GitHub does not let us
    LATER = "later"  # GitHub did not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCall:
    """One update of a branch."""

    number: int
    head_sha: Sha
    base_sha: Sha | None
    method: UpdateMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Updating:
    """How an update went."""

    came: Updated
    text: str = ""  # GitHub's words, as it wrote them


class Queued(StrEnum):
    """What came of asking for a place in the queue."""

    IN = "in"
    REFUSED = "refused"
    LATER = "later"  # GitHub did not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Queueing:
    """How an asking for a place in the queue went."""

    came: Queued
    position: int = 0  # 1 is next; 0 where it is not known
    text: str = ""  # GitHub's words, as it wrote them
