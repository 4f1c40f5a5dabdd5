"""Pull requests whose commits reached their base by a push: GitHub counts them as merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import git, issues

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.localhub.state.nouns import Repository, User
    from bot.localhub.state.store import Happening, Store


def watcher(store: Store) -> Callable[[Happening], None]:
    """This function will give the listener that notices what a push has merged."""

    def hear(happening: Happening) -> None:
        if happening.event == "push" and happening.repository is not None:
            ref, before, after = happening.subject
            if ref.startswith("refs/heads/") and git.ZERO not in {before, after}:
                moved = (ref.removeprefix("refs/heads/"), before, after)
                _notice(store, happening.repository, moved, happening.sender)

    return hear


def _notice(store: Store, repository: Repository, moved: tuple[str, str, str], sender: User) -> None:
    branch, before, after = moved
    waiting = [
        one
        for one in repository.pulls.values()
        if one.base_ref == branch and one.issue.state == "open" and not one.merged
    ]
    if not waiting:
        return
    known = {one.sha for one in git.history(store, before)}
    new = {one.sha for one in git.history(store, after)} - known
    for pull in waiting:
        pull.mergeable_known = False
        if pull.head_sha in new:
            pull.base_sha, pull.merge_sha = before, after
            pull.landed = tuple(new)
            pull.merged_at, pull.merged_by = store.now(), sender
            issues.set_state(store, repository, pull.issue, "closed", sender)
