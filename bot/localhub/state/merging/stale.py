"""Approvals that a push makes stale: they are dismissed where the base demands it and the change is another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import git, reviews
from bot.localhub.state.merging import methods, rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.localhub.state.nouns import Pull, Repository
    from bot.localhub.state.store import Happening, Store


def watcher(store: Store) -> Callable[[Happening], None]:
    """This function will give the listener that dismisses approvals after a push."""

    def hear(happening: Happening) -> None:
        if happening.event == "pull_request" and happening.action == "synchronize" and happening.repository:
            _dismiss(store, happening.repository, happening)

    return hear


def _dismiss(store: Store, repository: Repository, happening: Happening) -> None:
    pull: Pull = happening.subject
    classic = rules.classic_demands(repository, pull.base_ref, store.github)
    ruled = rules.ruled_demands(repository, pull.base_ref, store.github)
    approvals = [one for one in pull.reviews if one.state == "approved"]
    if not approvals or not (classic.dismiss_stale or ruled.dismiss_stale):
        return
    base = methods.base_tip(repository, pull)
    if _diff(store, base, happening.extra["before"]) == _diff(store, base, happening.extra["after"]):
        return
    for one in approvals:
        reviews.dismiss(store, repository, pull, one, dismisser=happening.sender)


def _diff(store: Store, base: str, head: str) -> tuple[git.Change, ...]:
    fork_point = git.merge_base(store, base, head)
    return git.changes(fork_point.files if fork_point else {}, store.commits[head].files)
