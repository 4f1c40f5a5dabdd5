"""Takes back what a release made before it was published: its draft, and its tag where nobody else made that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.releases.making.drafting import delete_own_draft
from bot.releases.making.tagging import delete_own_tag

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What is left of a release that was aborted."""

    is_published: bool = False  # then nothing was taken back
    is_tag_gone: bool = False


async def take_back(repo: RepositoryClient, tag: str, *, attempt: int) -> TakenBack:
    """This function will delete the draft and then the tag, each only where the bot made it; again is no harm.

    What is published is left alone, with its tag: without it GitHub would make a draft of the release.
    """
    left = await delete_own_draft(repo, tag)
    if left is not None:
        return TakenBack(is_published=not left.is_draft)
    return TakenBack(is_tag_gone=await delete_own_tag(repo, tag, attempt=attempt))
