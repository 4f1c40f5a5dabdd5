"""Reads what a version would hold: the tags before it, the commits since, their pull requests, issues and authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.commits import commits_behind
from bot.github.comparing import compare
from bot.github.git_data import list_refs
from bot.releases.model import Change
from bot.releases.notes.conventional import read_message
from bot.releases.notes.entries import needed_bump
from bot.releases.notes.lineage import Past, lineage
from bot.releases.notes.model import Notes
from bot.releases.notes.sanity import VersionFacts
from bot.releases.notes.versions import TagNames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.branch_models import ComparedCommit
    from bot.github.client import RepositoryClient
    from bot.github.models import Sha
    from bot.releases.notes.lineage import Lineage, Tagged
    from bot.releases.notes.model import Asked

_MOST_ASKED = 20  # tags, until one is found in the commit's past


async def read_notes(repo: RepositoryClient, asked: Asked) -> Notes:
    """This function will read what is new since the version before, in few calls.

    Raises:
        NotFound: the commit is not there.
    """
    prefix = "refs/tags/"
    refs = await list_refs(repo, f"tags/{TagNames(asked.tag).prefix}")
    tags = [ref.ref.removeprefix(prefix) for ref in refs]
    known = lineage(tags, asked, default_branch=repo.ref.default_branch)
    past = await _past(repo, known, asked.sha)
    previous = known.previous(past)
    span = await compare(repo, previous.tag if previous else asked.sha, asked.sha)
    changes = tuple(_change(commit) for commit in reversed(span.commits))
    return Notes(
        web_url=span.html_url.partition("/compare/")[0],
        previous_tag=previous.tag if previous else "",
        changes=changes,
        commits=span.ahead_by,
        is_complete=len(span.commits) >= span.ahead_by,
        newcomers=(),
        facts=_facts(asked, known, past, changes),
    )


async def _past(repo: RepositoryClient, known: Lineage, sha: Sha) -> Past:
    """Which versions the commit contains."""
    newest: Tagged | None = None
    for tagged in known.candidates[:_MOST_ASKED]:
        is_release = not tagged.version.prerelease
        if (newest is None or is_release) and await commits_behind(repo, tagged.tag, sha) == 0:
            newest = newest or tagged
            if is_release:
                return Past(last=tagged, newest=newest)
    return Past(last=None, newest=newest)


def _facts(asked: Asked, known: Lineage, past: Past, changes: Sequence[Change]) -> VersionFacts:
    previous = known.previous(past)
    rival = known.rival(past)
    return VersionFacts(
        version=asked.version,
        branch=asked.branch,
        is_default_branch=known.is_default_branch,
        previous=_told(previous),
        last=_told(past.last),
        newest=_told(past.newest),
        rival="" if rival is None else str(rival),
        top=_told(known.top),
        needed=needed_bump(changes),
        changes=len(changes),
        is_strict=asked.is_strict,
    )


def _told(tagged: Tagged | None) -> str:
    return "" if tagged is None else str(tagged.version)


def _change(commit: ComparedCommit) -> Change:
    title, _, body = commit.message.partition("\n")
    return Change(
        sha=commit.sha,
        title=title,
        body=body.strip(),
        login=commit.login,
        number=read_message(commit.message).number,
    )
