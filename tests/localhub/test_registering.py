"""The local GitHub registers an App as GitHub does: a manifest is confirmed, its keys are told once, it is deleted."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.localhub.pages.routes import open_site
from bot.localhub.server import AppSettings, LocalHub
from bot.localhub.state import accounts
from tests.support.hub import assert_true_to_github, record_file
from tests.support.hub_client import app_jwt, calling, receiving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aiohttp import web

    from tests.support.clock import Clock

MANIFEST: dict[str, Any] = {
    "name": "Harbour pilot",
    "url": "https://example.org",
    "hook_attributes": {"url": "http://127.0.0.1:9/webhook"},
    "redirect_url": "http://127.0.0.1:9/setup/created",
    "setup_url": "http://127.0.0.1:9",
    "public": False,
    "default_events": ["push"],
    "default_permissions": {"checks": "write"},
}
FIELDS = re.compile(r'name="(\w+)" value="([^"]*)"')


@pytest.fixture
async def bare(clock: Clock, tmp_path: Path) -> AsyncIterator[LocalHub]:
    """A local GitHub on which no App is registered, recorded."""
    record = record_file(tmp_path)

    def extend(hub: LocalHub, application: web.Application) -> None:
        open_site(hub, application)

    hub = await LocalHub.start(
        clock=clock, settings=AppSettings(is_registered=False), extend=extend, record=record
    )
    hub.store.user("ada")
    yield hub
    await hub.close()
    assert_true_to_github(record)


class Person:
    """Somebody with a browser whose cookies go with every form."""

    def __init__(self, hub: LocalHub, session: aiohttp.ClientSession) -> None:
        self._url = hub.url
        self._session = session

    async def post(self, path: str, form: dict[str, str]) -> tuple[int, str, str]:
        """This function will send a form, and give status, text and where it leads."""
        async with self._session.post(self._url + path, data=form, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers.get("Location", "")

    async def propose(self, manifest: object, path: str = "/settings/apps/new?state=s1") -> tuple[int, str]:
        """This function will send a manifest as the App's own server has the browser do."""
        status, text, _ = await self.post(path, {"manifest": json.dumps(manifest)})
        return status, text

    async def create(self, text: str, name: str, path: str = "/settings/apps") -> str:
        """This function will confirm the form of a page, and give where it leads."""
        form = {field: unescape(value) for field, value in FIELDS.findall(text)}
        return (await self.post(path, form | {"name": name}))[2]


@pytest.fixture
async def ada(bare: LocalHub) -> AsyncIterator[Person]:
    """A person whom the pages let act."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Person(bare, session)


async def registered(ada: Person) -> str:
    """Register the App, and give the code."""
    _, text = await ada.propose(MANIFEST)
    target = urlsplit(await ada.create(text, "Harbour pilot"))
    assert f"{target.scheme}://{target.netloc}{target.path}" == MANIFEST["redirect_url"]
    query = parse_qs(target.query)
    assert query["state"] == ["s1"]
    return query["code"][0]


async def test_keys_are_told_once(bare: LocalHub, ada: Person, clock: Clock) -> None:
    """A code is good for one exchange; the key that it tells is the App's."""
    code = await registered(ada)
    async with calling(bare, "") as anyone:
        made = await anyone("POST", f"/app-manifests/{code}/conversions")
        assert (await anyone("POST", f"/app-manifests/{code}/conversions")).status == 404
    assert made.status == 201
    assert made.body["slug"] == "harbour-pilot"
    assert made.body["owner"]["login"] == "ada"
    assert made.body["permissions"] == {"checks": "write", "metadata": "read"}
    assert made.body["webhook_secret"] == bare.webhook_secret
    assert made.body["client_secret"] == bare.client_secret
    async with calling(bare, app_jwt(bare, clock())) as app:
        assert (await app("GET", "/app")).body["slug"] == "harbour-pilot"


async def test_a_code_ends_after_an_hour(bare: LocalHub, ada: Person, clock: Clock) -> None:
    code = await registered(ada)
    clock.advance(timedelta(hours=1))
    async with calling(bare, "") as anyone:
        assert (await anyone("POST", f"/app-manifests/{code}/conversions")).status == 404


async def test_the_webhook_is_greeted(bare: LocalHub, ada: Person) -> None:
    """The ping is sent when the App is made, before anybody has its keys."""
    await registered(ada)
    await bare.settle()
    assert [one.event for one in bare.deliveries.listed] == ["ping"]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("nothing", "does not appear to be a valid GitHub App manifest"),
        ({key: value for key, value in MANIFEST.items() if key != "url"}, '"url" wasn\'t supplied'),
        (MANIFEST | {"hook_attributes": {"active": False}}, '"url" wasn\'t supplied'),
        (MANIFEST | {"callback_urls": ["https://a"] * 11}, "callback_urls"),
        (MANIFEST | {"default_permissions": {"checks": "everything"}}, "default_permissions"),
        (MANIFEST | {"default_events": "push"}, "default_events"),
    ],
)
async def test_a_manifest_that_github_would_not_take_is_refused(
    ada: Person, manifest: object, said: str
) -> None:
    """A webhook without an address is refused as one without a homepage is (alp82/curia#933)."""
    status, text = await ada.propose(manifest)
    assert status == 422
    assert "Invalid GitHub App configuration" in text
    assert said in unescape(text)


async def test_names_are_unique_and_short(bare: LocalHub, ada: Person) -> None:
    bare.store.user("taken")
    _, text = await ada.propose(MANIFEST)
    for name in ("taken", "x" * 35, "…"):
        assert await ada.create(text, name) == ""
    assert not bare.app.is_registered


async def test_an_organization_registers_only_through_who_administers_it(bare: LocalHub, ada: Person) -> None:
    octo = bare.store.user("octo", type="Organization")
    octo.members["ada"] = "member"
    path = "/organizations/octo/settings/apps/new"
    assert (await ada.propose(MANIFEST, path))[0] == 404
    assert (await ada.propose(MANIFEST, "/organizations/nobody/settings/apps/new"))[0] == 404
    octo.members["ada"] = "admin"
    _, text = await ada.propose(MANIFEST, path)
    assert await ada.create(text, "Harbour pilot", "/organizations/octo/settings/apps")
    assert bare.app.owner is octo


async def test_a_private_app_is_installed_on_its_owners_repositories(bare: LocalHub, ada: Person) -> None:
    own = accounts.create_repository(bare.store, "ada/harbour", owner_type="User")
    accounts.create_repository(bare.store, "octo/elsewhere")
    await registered(ada)
    async with receiving(bare):
        path = "/apps/harbour-pilot/installations/new"
        assert (await ada.post(path, {}))[0] == 403  # no form of a page
        status, shown = await ada_reads(ada, path)
        assert status == 200
        assert "octo/elsewhere" not in shown
        form = dict(FIELDS.findall(shown)) | {f"repository-{own.id}": "yes"}
        _, _, target = await ada.post(path, form)
    (made,) = bare.store.installations.values()
    assert made.repository_ids == {own.id}
    assert target == f"http://127.0.0.1:9?installation_id={made.id}&setup_action=install"


async def ada_reads(ada: Person, path: str) -> tuple[int, str]:
    """Open a page."""
    async with ada._session.get(ada._url + path) as answer:  # noqa: SLF001 - our own
        return answer.status, await answer.text()


async def test_a_deleted_app_is_nobody(bare: LocalHub, ada: Person, clock: Clock) -> None:
    """Its JWT is answered as octokit/rest.js#218 was, its installations are gone, and its name is free again."""
    repository = accounts.create_repository(bare.store, "ada/harbour", owner_type="User")
    await registered(ada)
    token = bare.access.issue(
        accounts.install(bare.store, bare.app, repository), permissions=None, repository_ids=None
    )
    bearer = app_jwt(bare, clock())
    _, shown = await ada_reads(ada, "/settings/apps/harbour-pilot")
    assert (await ada.post("/settings/apps/harbour-pilot/delete", dict(FIELDS.findall(shown))))[0] == 303
    async with calling(bare, bearer) as app:
        answer = await app("GET", "/app")
    assert (answer.status, answer.body["message"]) == (404, "Integration not found")
    async with calling(bare, token.text) as installation:
        assert (await installation("GET", "/installation/repositories")).status == 401
    assert await registered(ada)
