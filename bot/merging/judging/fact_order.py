"""Reads what must be merged before a pull request: what it depends on, and what its branch rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.github.app import installation_repositories
from bot.github.errors import Forbidden, NotFound
from bot.github.pulls import get_described_pull, pulls_of_branch
from bot.merging.judging.depending import Reference, depends_on
from bot.merging.judging.fact_model import DependencyFact, DependencyState, StackFact

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.github.client import RepositoryClient
    from bot.github.models import PullRequest, RepositoryRef

_MOST_READ = 30  # pull requests, in the search for a way back


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A pull request as it was read, and what it depends on itself."""

    pull: PullRequest | None  # None where it cannot be read
    needs: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looking:
    services: Services
    home: RepositoryRef
    known: dict[Reference, _Read] = field(default_factory=dict)


async def read_depends(
    services: Services, home: RepositoryRef, number: int, *, body: str
) -> tuple[DependencyFact, ...]:
    """This function will read how everything stands that the description says it depends on.

    Raises:
        GitHubError: GitHub does not answer; what it refuses to show is a fact.
    """
    looking = _Looking(services=services, home=home)
    me = Reference(home.full_name.casefold(), number)
    return tuple([await _fact(looking, me, one) for one in depends_on(body, repository=home.full_name)])


async def read_stack(repo: RepositoryClient, base_ref: str, number: int) -> StackFact | None:
    """This function will read the open pull request whose branch is this one's base, if there is one."""
    for pull in await pulls_of_branch(repo, f"{repo.ref.owner}:{base_ref}"):
        if pull.number != number and not pull.is_fork and pull.head_ref == base_ref:
            return StackFact(number=pull.number, title=pull.title, url=pull.html_url)
    return None


async def _fact(looking: _Looking, me: Reference, one: Reference) -> DependencyFact:
    name = one.name(looking.home.full_name)
    if one == me:
        return DependencyFact(name=name, state=DependencyState.OPEN, way_back=(name,))
    pull = (await _read(looking, one)).pull
    if pull is None:
        return DependencyFact(name=name, state=DependencyState.UNREADABLE)
    state = DependencyState.OPEN if pull.is_open else DependencyState.CLOSED
    state = DependencyState.MERGED if pull.merged else state
    return DependencyFact(
        name=name,
        state=state,
        title=pull.title,
        url=pull.html_url,
        way_back=await _way_back(looking, me, one) if state is DependencyState.OPEN else (),
    )


async def _way_back(looking: _Looking, me: Reference, start: Reference) -> tuple[str, ...]:
    """The names on the shortest way from what it depends on back to itself."""
    came_from: dict[Reference, Reference | None] = {start: None}
    waiting = [start]
    while waiting and len(came_from) <= _MOST_READ:
        one = waiting.pop(0)
        read = await _read(looking, one)
        if read.pull is None or not read.pull.is_open:
            continue
        if me in read.needs:
            return _steps(looking, came_from, one)
        fresh = [need for need in read.needs if need not in came_from]
        came_from |= dict.fromkeys(fresh, one)
        waiting += fresh
    return ()


def _steps(
    looking: _Looking, came_from: dict[Reference, Reference | None], last: Reference
) -> tuple[str, ...]:
    names, one = [], last
    while True:
        names.append(one.name(looking.home.full_name))
        before = came_from[one]
        if before is None:
            return tuple(reversed(names))
        one = before


async def _read(looking: _Looking, one: Reference) -> _Read:
    if one not in looking.known:
        looking.known[one] = await _ask(looking, one)
    return looking.known[one]


async def _ask(looking: _Looking, one: Reference) -> _Read:
    ref = await _place(looking, one.repository)
    if ref is None:
        return _Read(pull=None)
    try:
        pull, body = await get_described_pull(looking.services.repository(ref), one.number)
    except (NotFound, Forbidden):
        return _Read(pull=None)
    return _Read(pull=pull, needs=depends_on(body, repository=ref.full_name))


async def _place(looking: _Looking, repository: str) -> RepositoryRef | None:
    """The repository of this name; of others, only those that the same installation reaches can be read."""
    if repository == looking.home.full_name.casefold():
        return looking.home
    found = await installation_repositories(looking.services.github, looking.home.installation_id)
    return next((ref for ref in found if ref.full_name.casefold() == repository), None)
