"""Reads what a version would hold: the tags before it, the commits since, their pull requests, issues and authors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.github.commits import commits_behind, get_commit
from bot.github.comparing import ComparedShape, compare
from bot.github.errors import NotFound
from bot.github.git_data import list_refs
from bot.github.trust_operations import LIST_COMMITS
from bot.releases.notes.assembling import assemble, subjects
from bot.releases.notes.components import commits_of_paths
from bot.releases.notes.entries import needed_bump
from bot.releases.notes.lineage import Past, lineage
from bot.releases.notes.model import Notes
from bot.releases.notes.origins import newcomers, origins
from bot.releases.notes.sanity import VersionFacts
from bot.releases.notes.versions import TagNames

if TYPE_CHECKING:
    from bot.github.branch_models import ComparedCommit, Comparison
    from bot.github.client import RepositoryClient
    from bot.github.models import Sha
    from bot.releases.model import Change
    from bot.releases.notes.lineage import Lineage, Tagged
    from bot.releases.notes.model import Asked

_MOST_ASKED = 20  # tags, until one is found in the commit's past
_MOST_FIRST = 500  # commits that are told of in the first release
_TAGS = "refs/tags/"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """The commits of a version, oldest first."""

    commits: tuple[ComparedCommit, ...]
    count: int
    is_complete: bool
    web_url: str  # of the repository


async def read_notes(repo: RepositoryClient, asked: Asked) -> Notes:
    """This function will read what is new since the version before, in few calls.

    Raises:
        NotFound: the commit is not there.
    """
    refs = await list_refs(repo, f"tags/{TagNames(asked.tag).prefix}")
    tags = [ref.ref.removeprefix(_TAGS) for ref in refs]
    known = lineage(tags, asked, default_branch=repo.ref.default_branch)
    comparer = _Comparer(repo, asked.sha)
    past = await _past(comparer, known)
    previous = known.previous(past)
    span = await _span(comparer, previous)
    commits = span.commits
    if asked.paths:
        commits = await commits_of_paths(repo, asked.sha, commits, asked.paths)
    brought = await origins(repo, [commit.sha for commit in commits])
    changes = assemble(commits, brought)
    return Notes(
        web_url=span.web_url,
        sha=asked.sha,
        previous_tag=previous.tag if previous else "",
        changes=changes,
        subjects=subjects(changes, brought),
        commits=len(commits) if asked.paths else span.count,
        is_complete=span.is_complete,
        newcomers=await newcomers(repo, changes, brought, since=previous.tag if previous else ""),
        facts=_facts(asked, known, past, changes),
    )


@dataclass(slots=True)
class _Comparer:
    """Holds a commit against tags, each of them once."""

    repo: RepositoryClient
    sha: Sha
    known: dict[str, Comparison] = field(default_factory=dict)

    async def behind(self, tagged: Tagged, *, is_likely: bool) -> int | None:
        """How many commits of the version the commit does not contain; None where they have nothing in common.

        One that is likely to be the version before is read with all that came since, which is wanted then.
        """
        try:
            if is_likely:
                return (await self.since(tagged)).behind_by
            return await commits_behind(self.repo, tagged.tag, self.sha)
        except NotFound:
            return None

    async def since(self, tagged: Tagged) -> Comparison:
        """What came since the version."""
        if tagged.tag not in self.known:
            self.known[tagged.tag] = await compare(self.repo, tagged.tag, self.sha)
        return self.known[tagged.tag]


async def _past(comparer: _Comparer, known: Lineage) -> Past:
    """Which versions the commit contains, as far as that matters.

    Where it contains none, the newest that has anything in common with it is taken for its past: some people tag a
    commit beside the branch, made for the release alone.
    https://github.com/conventional-changelog/standard-version/issues/85
    """
    newest: Tagged | None = None
    beside: Tagged | None = None
    for index, tagged in enumerate(known.candidates[:_MOST_ASKED]):
        is_release = not tagged.version.prerelease
        if newest is not None and not is_release:
            continue
        behind = await comparer.behind(tagged, is_likely=index == 0 and is_release)
        if behind == 0:
            newest = newest or tagged
            if is_release:
                return Past(last=tagged, newest=newest)
        elif behind is not None and is_release:
            beside = beside or tagged
    return Past(last=None, newest=newest) if newest is not None else Past(last=beside, newest=beside)


async def _span(comparer: _Comparer, previous: Tagged | None) -> _Span:
    if previous is None:
        return await _first(comparer.repo, comparer.sha)
    found = await comparer.since(previous)
    return _Span(
        commits=found.commits,
        count=found.ahead_by,
        is_complete=len(found.commits) >= found.ahead_by,
        web_url=found.html_url.rpartition("/compare/")[0],
    )


async def _first(repo: RepositoryClient, sha: Sha) -> _Span:
    """The newest commits, where no version came before."""
    found: list[ComparedCommit] = []
    query = {"sha": str(sha)}
    async for shape in repo.calls.pages(LIST_COMMITS, ComparedShape, {}, query):
        if len(found) == _MOST_FIRST:
            break
        found.append(shape.to_commit())
    head = found[0] if found else await get_commit(repo, sha)
    return _Span(
        commits=tuple(reversed(found)),
        count=len(found),
        is_complete=len(found) < _MOST_FIRST,
        web_url=head.html_url.rpartition("/commit/")[0],
    )


def _facts(asked: Asked, known: Lineage, past: Past, changes: tuple[Change, ...]) -> VersionFacts:
    rival = known.rival(past)
    return VersionFacts(
        version=asked.version,
        branch=asked.branch,
        is_default_branch=known.is_default_branch,
        previous=_told(known.previous(past)),
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
