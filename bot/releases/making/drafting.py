"""Makes the draft of a release once, and tells it from what others made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.release_models import NewRelease
from bot.github.releases import create_draft, delete_release
from bot.releases.judging.existing import find_existing, release_marker
from bot.releases.judging.fact_model import ExistingRelease
from bot.releases.notes.changelog import LONGEST, render_changelog

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.releases.making.work import Releasing

_ROOM = 400  # for the marker


async def make_draft(work: Releasing) -> ExistingRelease:
    """This function will make the draft with its notes once; what is there already is returned as it is.

    Raises:
        GitHubError: it could not be made.
    """
    repo, tag = work.repo, work.request.tag

    async def find() -> ExistingRelease | None:
        return await find_existing(repo, tag)

    async def act() -> ExistingRelease:
        there = await find() if work.facts.existing is not None else None
        if there is not None:
            return there
        made = await create_draft(repo, _new(work))
        return ExistingRelease(id=made.id, is_draft=True, is_ours=True, url=made.html_url)

    return await work.services.effects.once(
        work.key("release_draft"), act, read_back=find, returns=ExistingRelease
    )


async def delete_own_draft(repo: RepositoryClient, tag: str) -> ExistingRelease | None:
    """This function will delete the draft where the bot made it, and return what of the tag is there then."""
    found = await find_existing(repo, tag)
    while found is not None and found.is_ours and found.is_draft:
        await delete_release(repo, found.id)
        found = await find_existing(repo, tag)
    return found


def _new(work: Releasing) -> NewRelease:
    tag = work.request.tag
    notes = render_changelog(work.notes, tag, limit=LONGEST - _ROOM)
    return NewRelease(
        tag_name=tag,
        target_commitish=work.request.sha,
        name=tag,
        body=f"{release_marker(tag)}\n{notes}",
        prerelease=work.is_prerelease,
    )
