"""Finds what is there already of a release: the tag's release or draft, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.releases import list_releases
from bot.markdown import marker
from bot.releases.judging.fact_model import ExistingRelease

if TYPE_CHECKING:
    from bot.github.client import RepositoryClient
    from bot.github.release_models import Release
    from bot.github.run_models import WorkflowRun

_KIND = "release"


def release_marker(tag: str) -> str:
    """This function will make the hidden first line by which the bot finds its own release again."""
    return marker(_KIND, tag)


async def find_existing(repo: RepositoryClient, tag: str) -> ExistingRelease | None:
    """This function will find the release of a tag: what is published, else our draft, else somebody's."""
    login = (await repo.identity()).login
    found = [
        ExistingRelease(id=one.id, is_draft=one.draft, is_ours=_is_ours(one, tag, login), url=one.html_url)
        for one in await list_releases(repo)
        if one.tag_name == tag
    ]
    return min(found, key=lambda one: (one.is_draft, not one.is_ours, one.id), default=None)


def is_of_release(run: WorkflowRun, workflow: str, tag: str) -> bool:
    """This function will say whether a workflow run builds the release of this tag.

    A run for a pushed tag has the tag's name where another one has its branch's.
    """
    return run.head_branch == tag and run.path.partition("@")[0].rpartition("/")[2] == workflow


def _is_ours(release: Release, tag: str, login: str) -> bool:
    """The hidden marker alone says nothing: whoever may write can copy it."""
    return release_marker(tag) in release.body and release.author.login == login
