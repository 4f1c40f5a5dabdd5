"""Operations about GitHub itself, users, rate limits and repositories as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.access import covers
from bot.localhub.bodies import accounts, repositories
from bot.localhub.exchange import Answer, Refused, not_found

if TYPE_CHECKING:
    from bot.localhub.exchange import Body, Call, Handlers

_ROOT = (
    "authorizations",
    "code_search",
    "commit_search",
    "emails",
    "emojis",
    "events",
    "feeds",
    "followers",
    "following",
    "gists",
    "issue_search",
    "issues",
    "keys",
    "label_search",
    "notifications",
    "organization",
    "organization_repositories",
    "organization_teams",
    "public_gists",
    "rate_limit",
    "repository",
    "repository_search",
    "current_user_repositories",
    "starred",
    "starred_gists",
    "user",
    "user_organizations",
    "user_repositories",
    "user_search",
    "current_user",
    "current_user_authorizations_html",
)


def root(call: Call) -> Answer:
    """This function will list the API's entry points."""
    return Answer(body={f"{name}_url": f"{call.store.base_url}/{name}" for name in _ROOT})


def meta(call: Call) -> Answer:
    """This function will say what GitHub tells about its own network."""
    return Answer(
        body={
            "verifiable_password_authentication": False,
            "hooks": ["127.0.0.1/32"],
            "web": ["127.0.0.1/32"],
            "api": ["127.0.0.1/32"],
            "git": ["127.0.0.1/32"],
            "domains": {"website": [call.store.base_url]},
        }
    )


def versions(_: Call) -> Answer:
    """This function will list the REST versions."""
    return Answer(body=["2026-03-10", "2022-11-28"])


def rate_limit(call: Call) -> Answer:
    """This function will tell how much of the hour is used, at no cost."""
    window = call.world.limits.window(call.identity.key)
    core: Body = {
        "limit": call.world.limits.limit,
        "used": window.used,
        "remaining": max(0, call.world.limits.limit - window.used),
        "reset": int(window.resets_at.timestamp()),
    }
    idle: Body = {"limit": 30, "used": 0, "remaining": 30, "reset": core["reset"]}
    return Answer(body={"resources": {"core": core, "search": idle, "graphql": core}})


def authenticated_user(call: Call) -> Answer:
    """This function will show whom a token stands for; no credential of an App is a user."""
    if call.identity.person is None:
        raise Refused(403, "Resource not accessible by integration")
    return Answer(body=accounts.public_user(call.store, call.identity.person))


def user(call: Call) -> Answer:
    """This function will show a user."""
    found = call.store.users.get(call.path["username"].lower())
    if found is None:
        raise not_found()
    return Answer(body=accounts.public_user(call.store, found))


def repository(call: Call) -> Answer:
    """This function will show a repository."""
    sees_settings = covers(call.identity.permissions, "contents", "write")
    shown = repositories.with_settings if sees_settings else repositories.in_rest
    body = shown(call.store, call.repository)
    body["permissions"] = repositories.permissions("none")
    return Answer(body=body)


HANDLERS: Handlers = {
    "meta/root": root,
    "meta/get": meta,
    "meta/get-all-versions": versions,
    "rate-limit/get": rate_limit,
    "repos/get": repository,
    "users/get-authenticated": authenticated_user,
    "users/get-by-username": user,
}
