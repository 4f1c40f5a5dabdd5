"""Credentials and permissions, as strict as GitHub's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from bot.localhub.access import generated_key
from bot.localhub.state import accounts
from tests.localhub.conftest import seed
from tests.support.hub_client import app_jwt, calling

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from tests.localhub.conftest import Seeded
    from tests.support.clock import Clock
    from tests.support.hub_client import Caller

R = "/repos/acme/rocket"


async def status_of(hub: LocalHub, credential: str, path: str = "/app") -> int:
    """This function will give the status that a credential gets."""
    async with calling(hub, credential) as call:
        return (await call("GET", path)).status


async def test_a_jwt_by_client_id_or_app_id_is_the_app(wild_hub: LocalHub, clock: Clock) -> None:
    assert await status_of(wild_hub, app_jwt(wild_hub, clock())) == 200
    assert await status_of(wild_hub, app_jwt(wild_hub, clock(), iss=str(wild_hub.app_id))) == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "someone-else"},
        {"iat": 1.5},
        {"exp": "soon"},
    ],
)
async def test_a_jwt_with_wrong_claims_is_refused(
    wild_hub: LocalHub, clock: Clock, wrong: dict[str, Any]
) -> None:
    assert await status_of(wild_hub, app_jwt(wild_hub, clock(), **wrong)) == 401


async def test_a_jwt_may_live_ten_minutes_and_not_longer(wild_hub: LocalHub, clock: Clock) -> None:
    exactly = app_jwt(wild_hub, clock(), life=timedelta(minutes=10))
    longer = app_jwt(wild_hub, clock(), life=timedelta(minutes=10, seconds=1))
    assert await status_of(wild_hub, exactly) == 200
    assert await status_of(wild_hub, longer) == 401


async def test_a_jwt_from_the_future_or_the_past_is_refused(wild_hub: LocalHub, clock: Clock) -> None:
    future = int((clock() + timedelta(seconds=30)).timestamp())
    assert await status_of(wild_hub, app_jwt(wild_hub, clock(), iat=future)) == 401
    assert await status_of(wild_hub, app_jwt(wild_hub, clock(), life=timedelta(seconds=-1))) == 401


async def test_a_jwt_must_be_signed_with_rs256_and_the_apps_key(wild_hub: LocalHub, clock: Clock) -> None:
    now = int(clock().timestamp())
    claims = {"iat": now - 60, "exp": now + 60, "iss": wild_hub.client_id}
    secret = "x" * 64
    assert await status_of(wild_hub, jwt.encode(claims, secret, algorithm="HS512")) == 401
    assert await status_of(wild_hub, jwt.encode(claims, generated_key(), algorithm="RS512")) == 401
    tampered = app_jwt(wild_hub, clock())[:-8] + "AAAAAAAA"
    assert await status_of(wild_hub, tampered) == 401


async def test_an_installation_token_has_the_new_form_and_lives_an_hour(
    wild_hub: LocalHub, clock: Clock
) -> None:
    seeded = seed(wild_hub)
    async with calling(wild_hub, app_jwt(wild_hub, clock())) as app:
        made = (await app("POST", f"/app/installations/{seeded.installation.id}/access_tokens")).body
    assert made["token"].startswith(f"ghs_{wild_hub.app_id}_")
    assert made["token"].count(".") == 2
    assert await status_of(wild_hub, made["token"], R) == 200
    clock.advance(timedelta(hours=1))
    assert await status_of(wild_hub, made["token"], R) == 401


async def test_a_token_can_be_narrowed_but_not_widened(hub: LocalHub, seeded: Seeded, as_app: Caller) -> None:
    other = accounts.create_repository(hub.store, "acme/other")
    accounts.install(hub.store, hub.app, other)
    path = f"/app/installations/{seeded.installation.id}/access_tokens"
    narrow = {"repository_ids": [other.id], "permissions": {"issues": "read"}}
    made = await as_app("POST", path, narrow)
    assert made.status == 201
    assert made.body["permissions"] == {"metadata": "read", "issues": "read"}
    assert [one["full_name"] for one in made.body["repositories"]] == ["acme/other"]
    assert (await as_app("POST", path, {"permissions": {"administration": "write"}})).status == 422
    assert (await as_app("POST", path, {"repository_ids": [other.id, 1]})).status == 422
    assert (await as_app("POST", path, {"repositories": ["rocket"]})).status == 201
    as_app.credential = made.body["token"]
    assert (await as_app("GET", R)).status == 404
    assert (await as_app("GET", "/repos/acme/other/issues")).status == 200
    assert (await as_app("POST", "/repos/acme/other/issues", {"title": "x"})).status == 403


async def test_a_missing_permission_is_named(hub: LocalHub, seeded: Seeded) -> None:
    token = hub.access.issue(seeded.installation, permissions={"checks": "read"}, repository_ids=None)
    async with calling(hub, token.text) as call:
        refused = await call("POST", f"{R}/issues/{seeded.pull.number}/comments", {"body": "hello"})
    assert refused.status == 403
    assert refused.body["message"] == "Resource not accessible by integration"
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write; pull_requests=write"


async def test_reacting_on_a_pull_request_needs_issues_write(hub: LocalHub, seeded: Seeded) -> None:
    needed = {"pull_requests": "write"}
    token = hub.access.issue(seeded.installation, permissions=needed, repository_ids=None)
    async with calling(hub, token.text) as call:
        made = await call("POST", f"{R}/issues/{seeded.pull.number}/comments", {"body": "hello"})
        path = f"{R}/issues/comments/{made.body['id']}/reactions"
        refused = await call("POST", path, {"content": "eyes"})
    assert made.status == 201
    assert refused.status == 403


async def test_an_unseen_private_repository_is_not_there(hub: LocalHub, as_installation: Caller) -> None:
    accounts.create_repository(hub.store, "acme/secret")
    assert (await as_installation("GET", "/repos/acme/secret")).status == 404
    assert (await as_installation("GET", "/repos/acme/nothing")).status == 404


async def test_everyone_reads_a_public_repository_but_only_the_installed_write(
    hub: LocalHub, as_installation: Caller
) -> None:
    accounts.create_repository(hub.store, "other/open", private=False)
    assert (await as_installation("GET", "/repos/other/open")).status == 200
    assert (await as_installation("POST", "/repos/other/open/issues", {"title": "x"})).status == 403
    as_installation.credential = ""
    assert (await as_installation("GET", "/repos/other/open")).status == 200
    assert (await as_installation("POST", "/repos/other/open/issues", {"title": "x"})).status == 401


async def test_an_app_jwt_is_no_installation_token_and_the_other_way_round(
    seeded: Seeded, as_app: Caller, as_installation: Caller
) -> None:
    path = f"{R}/issues/{seeded.pull.number}/comments"
    assert (await as_app("POST", path, {"body": "hello"})).status == 401
    assert (await as_installation("GET", "/app")).status == 401


async def test_a_private_repository_is_hidden_from_the_anonymous(
    as_installation: Caller,
) -> None:
    as_installation.credential = ""
    assert (await as_installation("GET", R)).status == 404


async def test_an_uninstalled_apps_token_stops_working(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    accounts.uninstall(hub.store, seeded.installation)
    assert (await as_installation("GET", R)).status == 401


async def test_a_suspended_installation_is_refused(
    hub: LocalHub, seeded: Seeded, as_installation: Caller, as_app: Caller
) -> None:
    seeded.installation.suspended_at = hub.store.now()
    assert (await as_installation("GET", R)).status == 403
    path = f"/app/installations/{seeded.installation.id}/access_tokens"
    assert (await as_app("POST", path)).status == 403


async def test_a_garbled_credential_is_refused(hub: LocalHub) -> None:
    for credential in ("nonsense", "ghs_unknown"):
        assert await status_of(hub, credential) == 401


async def test_roles_are_told_exactly_by_role_name(
    hub: LocalHub, seeded: Seeded, as_installation: Caller
) -> None:
    """`permission` knows only the old four; `role_name` tells maintain and triage apart."""
    told = {}
    for role in ("admin", "maintain", "write", "triage", "read"):
        accounts.set_role(seeded.repository, hub.store.user("grace"), role)
        body = (await as_installation("GET", f"{R}/collaborators/grace/permission")).body
        told[body["role_name"]] = body["permission"]
    hub.store.user("eve")
    outsider = (await as_installation("GET", f"{R}/collaborators/eve/permission")).body
    assert told == {"admin": "admin", "maintain": "write", "write": "write", "triage": "read", "read": "read"}
    assert outsider["role_name"] == "none"
    assert (await as_installation("GET", f"{R}/collaborators/nobody/permission")).status == 404
