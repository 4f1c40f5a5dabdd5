"""People sign in at the local GitHub as its documentation says, and what they can reach is described as it is."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import aiohttp
import pytest

from bot.localhub.server import LocalHub
from tests.localhub.conftest import seed
from tests.support.hub import assert_true_to_github, wall_clock
from tests.support.hub_client import app_jwt, calling

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.clock import Clock

BACK = "https://bot.example.org/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
async def people(tmp_path: Path) -> AsyncIterator[LocalHub]:
    """A local GitHub whose traffic is held against this package's description, which CI's own does not have."""
    record = tmp_path / "people.jsonl"
    started = await LocalHub.start(clock=wall_clock, record=record)
    seed(started)
    yield started
    await started.close()
    assert_true_to_github(record)


async def ask(hub: LocalHub, accept: str = "application/json", **form: str) -> dict[str, Any]:
    """This function will ask for a token as an App does."""
    given = {"client_id": hub.client_id, "client_secret": hub.client_secret, **form}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{hub.url}/login/oauth/access_token", data=given, headers={"Accept": accept}) as answer,
    ):
        assert answer.status == 200
        if answer.content_type == "application/json":
            return dict(await answer.json())
        return dict(parse_qsl(await answer.text()))


def allowed(hub: LocalHub, login: str = "ada") -> str:
    """This function will let a person allow the App, and give the code."""
    person = hub.store.user(login)
    return hub.authorizations.allow(person, redirect_uri=BACK, challenge=CHALLENGE)


async def redeemed(hub: LocalHub, login: str = "ada") -> dict[str, Any]:
    """This function will give a person's token with what comes along."""
    return await ask(hub, code=allowed(hub, login), code_verifier=VERIFIER, redirect_uri=BACK)


async def test_what_a_person_can_reach_is_as_github_describes_it(people: LocalHub) -> None:
    token = (await redeemed(people))["access_token"]
    async with calling(people, token) as caller:
        assert (await caller("GET", "/user")).body["login"] == "ada"
        listed = await caller("GET", "/user/installations?per_page=100")
        assert listed.body["total_count"] == 1
        number = listed.body["installations"][0]["id"]
        found = await caller("GET", f"/user/installations/{number}/repositories?per_page=100")
        assert [one["permissions"]["push"] for one in found.body["repositories"]] == [True]
        assert (await caller("GET", "/user/installations/999/repositories")).status == 404
    basic = base64.b64encode(f"{people.client_id}:{people.client_secret}".encode()).decode()
    async with calling(people, "") as caller:
        headers = {"Authorization": f"Basic {basic}"}
        base, body = f"/applications/{people.client_id}", {"access_token": token}
        assert (await caller("POST", f"{base}/token", body, **headers)).status == 200
        assert (await caller("DELETE", f"{base}/token", body, **headers)).status == 204
        assert (await caller("POST", f"{base}/token", body, **headers)).status == 404
        again = {"access_token": (await redeemed(people))["access_token"]}
        assert (await caller("DELETE", f"{base}/grant", again, **headers)).status == 204
        assert (await caller("DELETE", f"{base}/grant", again, **headers)).status == 404


async def test_only_a_persons_token_by_the_app_lists_what_they_reach(people: LocalHub) -> None:
    for token, status in (
        (app_jwt(people, wall_clock()), 403),
        (people.access.personal_token(people.store.user("ada")), 403),
        ("ghu_unknown", 401),
    ):
        async with calling(people, token) as caller:
            assert (await caller("GET", "/user/installations")).status == status


@pytest.mark.parametrize("login", ["mallory", "ada"])
async def test_the_clients_own_operations_want_its_secret(people: LocalHub, login: str) -> None:
    token = (await redeemed(people, login))["access_token"]
    path = f"/applications/{people.client_id}/token"
    for given, status in (
        ("Basic " + base64.b64encode(b"a:b").decode(), 401),
        ("Basic \N{SNOWMAN}".encode().decode("latin-1"), 401),
        (f"Bearer {token}", 404),
        (f"Bearer {app_jwt(people, wall_clock())}", 404),
    ):
        async with calling(people, "") as caller:
            answer = await caller("POST", path, {"access_token": token}, Authorization=given)
            assert answer.status == status, given


async def test_a_code_is_good_once_for_ten_minutes_with_its_verifier(
    wild_hub: LocalHub, clock: Clock
) -> None:
    good = {"code_verifier": VERIFIER, "redirect_uri": BACK}
    code = allowed(wild_hub)
    assert (await ask(wild_hub, code=code, **good))["token_type"] == "bearer"
    assert (await ask(wild_hub, code=code, **good))["error"] == "bad_verification_code"
    for wrong in ({"code_verifier": "w" * 43}, {"code_verifier": ""}):
        refused = await ask(wild_hub, code=allowed(wild_hub), **{**good, **wrong})
        assert refused["error"] == "bad_verification_code"
    elsewhere = await ask(wild_hub, code=allowed(wild_hub), **{**good, "redirect_uri": BACK + "/x"})
    assert elsewhere["error"] == "redirect_uri_mismatch"
    code = allowed(wild_hub)
    clock.advance(timedelta(minutes=10))
    assert (await ask(wild_hub, code=code, **good))["error"] == "bad_verification_code"
    assert (await ask(wild_hub, client_secret="x", **good))["error"] == "incorrect_client_credentials"


async def test_tokens_end_and_refresh_tokens_serve_once(wild_hub: LocalHub, clock: Clock) -> None:
    """https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens."""
    first = await redeemed(wild_hub)
    assert (first["access_token"][:4], first["refresh_token"][:4]) == ("ghu_", "ghr_")
    assert (first["expires_in"], first["refresh_token_expires_in"]) == (28_800, 15_811_200)
    second = await ask(wild_hub, grant_type="refresh_token", refresh_token=first["refresh_token"])
    used = await ask(wild_hub, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert used["error"] == "bad_refresh_token"
    authorizations = wild_hub.authorizations
    assert authorizations.person_of(first["access_token"]) is None
    assert authorizations.person_of(second["access_token"]) is wild_hub.store.user("ada")
    clock.advance(timedelta(hours=8))
    assert authorizations.person_of(second["access_token"]) is None
    clock.advance(timedelta(days=184))
    late = await ask(wild_hub, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert late["error"] == "bad_refresh_token"


async def test_an_app_may_have_tokens_that_do_not_end_and_answers_as_forms(wild_hub: LocalHub) -> None:
    wild_hub.authorizations.expires = False
    made = await ask(wild_hub, "*/*", code=allowed(wild_hub), code_verifier=VERIFIER)
    assert set(made) == {"access_token", "token_type"}
