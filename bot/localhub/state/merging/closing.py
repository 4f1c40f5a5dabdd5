"""What the default branch closes when it takes a change: the issues that pull requests and commits say they fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.localhub.state import git, issues

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.localhub.state.nouns import Issue, Pull, Repository, User
    from bot.localhub.state.store import Happening, Store

# https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
_KEYWORD = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?P<repo>[\w.-]+/[\w.-]+)?#(?P<number>\d+)\b",
    re.IGNORECASE,
)


def closing(store: Store, repository: Repository, pull: Pull) -> list[tuple[Repository, Issue]]:
    """This function will list the issues that a pull request closes once it is in the default branch."""
    if pull.base_ref != repository.default_branch:
        return []
    return _named(store, repository, pull.issue.body or "")


def _named(store: Store, repository: Repository, text: str) -> list[tuple[Repository, Issue]]:
    found: dict[tuple[int, int], tuple[Repository, Issue]] = {}
    for match in _KEYWORD.finditer(text):
        where = store.repositories.get(match["repo"].lower()) if match["repo"] else repository
        issue = where.issues.get(int(match["number"])) if where is not None else None
        if where is not None and issue is not None and not issue.is_pull:
            found[where.id, issue.number] = (where, issue)
    return list(found.values())


def close_fixed(store: Store, repository: Repository, pull: Pull, sender: User) -> None:
    """This function will close the issues that a merged pull request fixes."""
    for where, issue in closing(store, repository, pull):
        issues.set_state(store, where, issue, "closed", sender)


def watcher(store: Store) -> Callable[[Happening], None]:
    """This function will give the listener that closes what commits in the default branch say they fix."""

    def hear(happening: Happening) -> None:
        repository = happening.repository
        if happening.event != "push" or repository is None:
            return
        ref, before, after = happening.subject
        if ref != f"refs/heads/{repository.default_branch}" or after not in store.commits:
            return
        known = {one.sha for one in git.history(store, before)}
        for one in git.history(store, after):
            if one.sha not in known:
                for where, issue in _named(store, repository, one.message):
                    issues.set_state(store, where, issue, "closed", happening.sender)

    return hear
