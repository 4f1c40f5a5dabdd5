"""What a GraphQL request works on: the call, and which objects it may see."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.localhub.access import covers
from bot.localhub.graphql.problems import forbidden, unknown_node
from bot.localhub.state.merging import methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.localhub.exchange import Call
    from bot.localhub.state.nouns import Comment, Issue, Pull, Repository, User
    from bot.localhub.state.store import Store

View = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Graph:
    """One request with what it has worked out so far."""

    call: Call
    show_pull: Callable[[Graph, Repository, Pull], View]  # what commits and repositories lead to
    show_queue: Callable[[Graph, Repository, str], View | None]
    _brought: dict[int, dict[str, list[Pull]]] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """Everything the local GitHub remembers."""
        return self.call.store

    @property
    def actor(self) -> User:
        """In whose name the request acts."""
        return self.call.actor

    def sees(self, repository: Repository) -> bool:
        """This function will say whether the credential may read a repository."""
        return not repository.private or self.call.identity.sees(repository)

    def need(self, repository: Repository, *permissions: str) -> None:
        """This function will let a request pass that may write all of these in a repository."""
        identity = self.call.identity
        allowed = all(covers(identity.permissions, name, "write") for name in permissions)
        if not identity.sees(repository) or not allowed:
            raise forbidden()

    def pulls_of(self, repository: Repository, sha: str) -> list[Pull]:
        """This function will list the pull requests that brought, or would bring, a commit."""
        if repository.id not in self._brought:
            found: dict[str, list[Pull]] = {}
            for pull in repository.pulls.values():
                own = methods.own_commits(self.store, repository, pull)
                for name in dict.fromkeys((*own, *pull.landed)):
                    found.setdefault(name, []).append(pull)
            self._brought[repository.id] = found
        return self._brought[repository.id].get(sha, [])

    def pull(self, node_id: str) -> tuple[Repository, Pull]:
        """This function will find the pull request that an id names."""
        for repository in self.store.repositories.values():
            for pull in repository.pulls.values():
                if _number(node_id, "PR") == pull.id and self.sees(repository):
                    return repository, pull
        raise unknown_node(node_id)

    def issue(self, node_id: str) -> tuple[Repository, Issue]:
        """This function will find the issue that an id names."""
        for repository in self.store.repositories.values():
            for issue in repository.issues.values():
                if _number(node_id, "IS") == issue.id and self.sees(repository):
                    return repository, issue
        raise unknown_node(node_id)

    def comment(self, node_id: str) -> tuple[Repository, Comment]:
        """This function will find the comment that an id names."""
        for repository in self.store.repositories.values():
            found = repository.comments.get(_number(node_id, "IC"))
            if found is not None and self.sees(repository):
                return repository, found
        raise unknown_node(node_id)


def _number(node_id: str, kind: str) -> int:
    """The number in a global id, 0 in one of another kind."""
    start, _, encoded = node_id.partition("_")
    if start != kind:
        return 0
    try:
        text = base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except ValueError:
        return 0
    return int(text) if text.isdecimal() else 0
