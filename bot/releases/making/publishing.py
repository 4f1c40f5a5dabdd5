"""Lets a verified draft out, once: its files are the verified ones, and whether it is the latest is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github.releases import get_release, list_assets, publish_release
from bot.releases.files.reading import seen_files
from bot.releases.notes.sanity import is_latest

if TYPE_CHECKING:
    from bot.github.release_models import MakeLatest
    from bot.releases.files.model import FileReport
    from bot.releases.making.work import Releasing


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release that is out."""

    url: str


async def publish(work: Releasing, release_id: int) -> Published:
    """This function will publish the draft once.

    Raises:
        GitHubError: it could not be published.
    """

    async def act() -> Published:
        made = await publish_release(
            work.repo,
            release_id,
            tag_name=work.request.tag,
            prerelease=work.is_prerelease,
            make_latest=make_latest(work),
        )
        return Published(url=made.html_url)

    async def find() -> Published | None:
        there = await get_release(work.repo, release_id)
        return Published(url=there.html_url) if there is not None and not there.draft else None

    return await work.services.effects.once(
        work.key("release_publish"), act, read_back=find, returns=Published
    )


async def is_unchanged(work: Releasing, release_id: int, report: FileReport) -> bool:
    """This function will say whether the draft's files are still the ones that were verified."""
    return seen_files(await list_assets(work.repo, release_id)) == report.files


def make_latest(work: Releasing) -> MakeLatest:
    """This function will say whether people who ask for no version get this one from now on.

    A component, a pre-release and a version of an older line are not what they mean.
    """
    versions = work.facts.versions
    is_newest = versions is not None and is_latest(versions)
    return "true" if is_newest and not work.is_prerelease and not work.scope.component else "false"
