"""The bodies of users, organisations, teams, Apps and installations."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.state.nouns import App, Installation, Team, User
    from bot.localhub.state.store import Store

Body = dict[str, Any]
# GitHub's description of an App within a payload lacks them.
UNLISTED = {"deployment_protection_rule", "merge_group", "workflow_job"}

_USER_LINKS = {
    "url": "",
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


def moment(at: datetime) -> str:
    """This function will write a time as GitHub does, in whole seconds of UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_or_none(at: datetime | None) -> str | None:
    """This function will write a time that may not have come yet."""
    return None if at is None else moment(at)


def node_id(kind: str, number: int) -> str:
    """This function will make a global node id of an object."""
    return f"{kind}_{base64.b64encode(str(number).encode()).decode().rstrip('=')}"


def user(store: Store, who: User) -> Body:
    """This function will give a simple user."""
    home = f"{store.base_url}/users/{who.login}"
    html = f"{store.base_url}/{who.login}"
    if who.type == "Bot":
        html = f"{store.base_url}/apps/{who.login.removesuffix('[bot]')}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node_id("U", who.id),
        "avatar_url": f"{store.base_url}/avatars/{who.id}",
        "gravatar_id": "",
        "html_url": html,
        "type": who.type,
        "user_view_type": "public",
        "site_admin": False,
        **{name: home + tail for name, tail in _USER_LINKS.items()},
    }


def user_or_none(store: Store, who: User | None) -> Body | None:
    """This function will give a simple user, or null."""
    return None if who is None else user(store, who)


def public_user(store: Store, who: User) -> Body:
    """This function will give what everyone may see of a user."""
    return {
        **user(store, who),
        "name": who.login,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": moment(who.created_at),
        "updated_at": moment(who.created_at),
    }


def organization(store: Store, who: User) -> Body:
    """This function will give an organisation as webhooks and memberships name it."""
    home = f"{store.base_url}/orgs/{who.login}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node_id("O", who.id),
        "url": home,
        "repos_url": f"{home}/repos",
        "events_url": f"{home}/events",
        "hooks_url": f"{home}/hooks",
        "issues_url": f"{home}/issues",
        "members_url": f"{home}/members{{/member}}",
        "public_members_url": f"{home}/public_members{{/member}}",
        "avatar_url": f"{store.base_url}/avatars/{who.id}",
        "description": "",
    }


def team(store: Store, which: Team) -> Body:
    """This function will give a team."""
    return _plain_team(store, which) | {
        "parent": None if which.parent is None else _plain_team(store, which.parent)
    }


def _plain_team(store: Store, which: Team) -> Body:
    organization = which.organization
    url = f"{store.base_url}/organizations/{organization.id}/team/{which.id}"
    return {
        "id": which.id,
        "node_id": node_id("T", which.id),
        "name": which.slug,
        "slug": which.slug,
        "description": "",
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "url": url,
        "html_url": f"{store.base_url}/orgs/{organization.login}/teams/{which.slug}",
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
        "type": "organization",
        "organization_id": organization.id,
    }


def app(store: Store, which: App) -> Body:
    """This function will give a GitHub App."""
    return {
        "id": which.id,
        "client_id": which.client_id,
        "slug": which.slug,
        "node_id": node_id("A", which.id),
        "owner": user(store, which.owner),
        "name": which.name,
        "description": "",
        "external_url": store.base_url,
        "html_url": f"{store.base_url}/apps/{which.slug}",
        "created_at": moment(which.created_at),
        "updated_at": moment(which.created_at),
        "permissions": which.permissions,
        "events": [name for name in which.events if name not in UNLISTED],
    }


def app_or_none(store: Store, which: App | None) -> Body | None:
    """This function will give a GitHub App, or null."""
    return None if which is None else app(store, which)


def installation(store: Store, which: Installation) -> Body:
    """This function will give an installation."""
    home = f"{store.base_url}/app/installations/{which.id}"
    return {
        "id": which.id,
        "node_id": node_id("I", which.id),
        "account": _account(store, which.account),
        "access_tokens_url": f"{home}/access_tokens",
        "repositories_url": f"{store.base_url}/installation/repositories",
        "html_url": f"{store.base_url}/settings/installations/{which.id}",
        "app_id": which.app.id,
        "app_slug": which.app.slug,
        "client_id": which.app.client_id,
        "target_id": which.account.id,
        "target_type": which.account.type,
        "permissions": which.permissions,
        "events": list(which.events),
        "single_file_name": None,
        "single_file_paths": [],
        "has_multiple_single_files": False,
        "repository_selection": which.selection,
        "created_at": moment(which.created_at),
        "updated_at": moment(which.created_at),
        "suspended_at": moment_or_none(which.suspended_at),
        "suspended_by": None,
    }


def _account(store: Store, who: User) -> Body:
    """GitHub's description asks of an account everything that a user has and everything that an enterprise has."""
    made = moment(who.created_at)
    return {
        **user(store, who),
        "name": who.login,
        "slug": who.login.lower(),
        "created_at": made,
        "updated_at": made,
    }
