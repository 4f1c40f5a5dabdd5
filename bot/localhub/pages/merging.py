"""What the page of a pull request shows about merging it: what stands in the way, the methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.localhub.state import merge_queue
from bot.localhub.state.merging import combine, required, rules
from bot.localhub.state.protections import METHODS

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Pull, Repository, User
    from bot.localhub.state.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeBox:
    """The facts of the box under a pull request."""

    obstacles: tuple[str, ...]  # in GitHub's words
    methods: tuple[str, ...]
    has_queue: bool
    place: int  # in the queue; 0 where it is not in there
    is_behind: bool


def merge_box(store: Store, repository: Repository, pull: Pull, actor: User) -> MergeBox:
    """This function will gather what someone may do about merging an open pull request, and what forbids it."""
    entry = merge_queue.entry_of(repository, pull)
    classic = rules.classic_demands(repository, pull.base_ref, actor)
    ruled = rules.ruled_demands(repository, pull.base_ref, actor)
    return MergeBox(
        obstacles=_obstacles(store, repository, pull, actor),
        methods=tuple(
            name
            for name in METHODS
            if repository.merge_settings.allows(name) and name in classic.methods and name in ruled.methods
        ),
        has_queue=rules.queue_rule(repository, pull.base_ref) is not None,
        place=0 if entry is None else merge_queue.position(repository, entry),
        is_behind=pull.base_ref in repository.branches and required.is_behind(store, repository, pull),
    )


def _obstacles(store: Store, repository: Repository, pull: Pull, actor: User) -> tuple[str, ...]:
    tip = repository.branches.get(pull.base_ref)
    if tip is None:
        return (f"The branch {pull.base_ref} is gone.",)
    found = ["This pull request is still a draft."] if pull.draft else []
    made = combine.combined(store, store.commits[tip], store.commits[pull.head_sha])
    if pull.conflict or made.conflicts:
        found.append(f"This branch has conflicts: {', '.join(made.conflicts) or 'somewhere'}.")
    classic, ruled = required.obstacles(store, repository, pull, actor)
    demanded = (one for one in (*classic, *ruled) if one != required.QUEUE_ONLY)
    return (*found, *demanded)
