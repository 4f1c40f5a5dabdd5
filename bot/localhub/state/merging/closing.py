"""What a merge into the default branch closes: the issues that the pull request says it fixes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.localhub.state import issues

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Issue, Pull, Repository, User
    from bot.localhub.state.store import Store

# https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
_KEYWORD = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?P<repo>[\w.-]+/[\w.-]+)?#(?P<number>\d+)\b",
    re.IGNORECASE,
)


def closing(store: Store, repository: Repository, pull: Pull) -> list[tuple[Repository, Issue]]:
    """This function will list the issues that a pull request closes once it is in the default branch."""
    found: dict[tuple[int, int], tuple[Repository, Issue]] = {}
    for match in _KEYWORD.finditer(pull.issue.body or ""):
        where = repository
        if match["repo"]:
            where = store.repositories.get(match["repo"].lower(), repository)
        issue = where.issues.get(int(match["number"]))
        named = not match["repo"] or where.full_name.lower() == match["repo"].lower()
        if issue is not None and not issue.is_pull and named:
            found[where.id, issue.number] = (where, issue)
    return list(found.values()) if pull.base_ref == repository.default_branch else []


def close_fixed(store: Store, repository: Repository, pull: Pull, sender: User) -> None:
    """This function will close the issues that a merged pull request fixes."""
    for where, issue in closing(store, repository, pull):
        issues.set_state(store, where, issue, "closed", sender)
