"""The bodies of repositories."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.localhub.bodies.accounts import Body, moment, node_id, user

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Repository
    from bot.localhub.state.store import Store

_LINKS = {
    "url": "",
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_ZEROES = (
    "forks",
    "forks_count",
    "network_count",
    "size",
    "stargazers_count",
    "subscribers_count",
    "watchers",
    "watchers_count",
)


def api_url(store: Store, repository: Repository) -> str:
    """This function will give a repository's address in the API."""
    return f"{store.base_url}/repos/{repository.full_name}"


def html_url(store: Store, repository: Repository) -> str:
    """This function will give a repository's page."""
    return f"{store.base_url}/{repository.full_name}"


def minimal(store: Store, repository: Repository) -> Body:
    """This function will give a repository as workflow runs and check suites name it."""
    home = api_url(store, repository)
    return {
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
        "owner": user(store, repository.owner),
        "html_url": html_url(store, repository),
        "description": repository.description,
        "fork": repository.parent is not None,
        **{name: home + tail for name, tail in _LINKS.items()},
    }


def repository(store: Store, which: Repository) -> Body:
    """This function will give a full repository."""
    page = html_url(store, which)
    return {
        **minimal(store, which),
        **dict.fromkeys(_ZEROES, 0),
        "clone_url": f"{page}.git",
        "git_url": f"{page}.git",
        "ssh_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": which.language,
        "license": None,
        "open_issues": which.open_issues,
        "open_issues_count": which.open_issues,
        "default_branch": which.default_branch,
        "archived": which.archived,
        "disabled": False,
        "has_discussions": False,
        "has_downloads": False,
        "has_issues": which.has_issues,
        "has_pages": False,
        "has_projects": False,
        "has_wiki": False,
        "is_template": False,
        "allow_forking": True,
        "web_commit_signoff_required": False,
        "topics": [],
        "visibility": "private" if which.private else "public",
        "created_at": moment(which.created_at),
        "updated_at": moment(which.updated_at),
        "pushed_at": moment(which.pushed_at),
    }


def in_rest(store: Store, which: Repository) -> Body:
    """This function will give a full repository as REST version 2026-03-10 does, without retired keys."""
    body = repository(store, which)
    del body["has_downloads"]
    return body


def with_settings(store: Store, which: Repository) -> Body:
    """This function will give a full repository with what its settings say about merging."""
    return in_rest(store, which) | asdict(which.merge_settings)


def permissions(role: str) -> dict[str, Any]:
    """This function will spell a role out as the five old permissions."""
    order = ("read", "triage", "write", "maintain", "admin")
    rank = order.index(role) if role in order else -1
    names = ("pull", "triage", "push", "maintain", "admin")
    return {name: rank >= index for index, name in enumerate(names)}
