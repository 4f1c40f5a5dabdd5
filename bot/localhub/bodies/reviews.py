"""The bodies of reviews and commit statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import issues, repositories
from bot.localhub.bodies.accounts import Body, moment, node_id, user

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Pull, Repository, Review
    from bot.localhub.state.reports import CommitStatus
    from bot.localhub.state.store import Store


def review(store: Store, repository: Repository, pull: Pull, which: Review) -> Body:
    """This function will give a review as REST does, its state in capitals."""
    page = f"{repositories.html_url(store, repository)}/pull/{pull.number}"
    url = f"{repositories.api_url(store, repository)}/pulls/{pull.number}"
    html = f"{page}#pullrequestreview-{which.id}"
    return {
        "id": which.id,
        "node_id": node_id("PRR", which.id),
        "user": user(store, which.author),
        "body": which.body,
        "state": which.state.upper(),
        "html_url": html,
        "pull_request_url": url,
        "author_association": issues.association(repository, which.author),
        "_links": {"html": {"href": html}, "pull_request": {"href": url}},
        "submitted_at": moment(which.submitted_at),
        "commit_id": which.sha,
    }


def review_in_payload(store: Store, repository: Repository, pull: Pull, which: Review) -> Body:
    """This function will give a review as webhooks do: its state in small letters, no text as null."""
    body = review(store, repository, pull, which)
    return body | {"state": which.state, "body": which.body or None}


def simple_status(store: Store, repository: Repository, sha: str, which: CommitStatus) -> Body:
    """This function will give a commit status as the combined status lists it."""
    return {
        "id": which.id,
        "node_id": node_id("SC", which.id),
        "url": f"{repositories.api_url(store, repository)}/statuses/{sha}",
        "avatar_url": f"{store.base_url}/avatars/{which.creator.id}",
        "state": which.state,
        "description": which.description,
        "target_url": which.target_url,
        "context": which.context,
        "created_at": moment(which.created_at),
        "updated_at": moment(which.created_at),
    }


def status(store: Store, repository: Repository, sha: str, which: CommitStatus) -> Body:
    """This function will give a commit status with who reported it."""
    return simple_status(store, repository, sha, which) | {"creator": user(store, which.creator)}
