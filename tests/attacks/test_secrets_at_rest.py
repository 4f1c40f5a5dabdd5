"""A thief who has the disk: the product is played as a real process, then everything it left is searched."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
import zlib
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from bot.demo.process import BotProcess
from bot.localhub.server import LocalHub
from bot.localhub.state import accounts, git, pulls, runs
from tests.support.hub import wall_clock
from tests.support.secret_forms import SECRETS
from tests.support.secret_search import found_in

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.state.nouns import Pull

pytestmark = [pytest.mark.no_cover, pytest.mark.timeout(90)]
KEY = "a key of the tests that is long enough and no other"
PAGES = ("/", "/deliveries", "/repos/octo/harbour", "/audit", "/costs", "/agents", "/metrics", "/healthz")


async def test_what_a_process_leaves_behind_holds_no_secret(tmp_path: Path) -> None:
    """Not the private key, the secrets of App and webhook, a token of an installation or a person, nor a cookie."""
    hub = await LocalHub.start(clock=wall_clock)
    process = BotProcess(
        hub, tmp_path, settings={"PILOTHOUSE_SECRET_KEY": KEY, "PILOTHOUSE_LOG_LEVEL": "debug"}
    )
    hub.authorizations.callback_urls = (f"{process.url}/sign-in/callback",)
    pull = world(hub)
    try:
        await process.start(seconds=60)
        hub.set_webhook(f"{process.url}/webhook")
        async with aiohttp.ClientSession(process.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            comments = await broken(hub, pull)
            texts = await visit(browser, hub)
            cookies = [cookie.value for cookie in browser.cookie_jar]
    finally:
        hub.set_webhook(None)
        await hub.deliveries.close()
        await process.stop()
        await hub.close()
    secrets = [*ours(hub), *cookies, *SECRETS_IN_LOG]
    assert len(secrets) > 12
    assert found_in(tmp_path, secrets) == []
    shown = "\n".join([*texts, *comments])
    assert [secret[:12] for secret in secrets if secret in shown] == []


def ours(hub: LocalHub) -> list[str]:
    """Every secret that was handed out while it was played."""
    lines = [line for line in hub.private_key_pem.splitlines() if "-----" not in line and len(line) == 64]
    people = hub.authorizations._tokens.values()  # noqa: SLF001 - all that were made
    return [
        *lines[:5],
        *(hub.webhook_secret, hub.client_secret, KEY),
        *hub.access._tokens,  # noqa: SLF001 - see above
        *(text for one in people for text in (one.text, one.refresh)),
    ]


def world(hub: LocalHub) -> Pull:
    store = hub.store
    repository = accounts.create_repository(store, "octo/harbour")
    accounts.install(store, hub.app, repository)
    ada = store.user("ada")
    accounts.set_role(repository, ada, "admin")
    git.push(store, repository, "topic", files={"a.txt": "1"}, message="Dredge", author=ada)
    return pulls.open_pull(store, repository, title="Dredge", head="topic", author=ada)


async def visit(browser: aiohttp.ClientSession, hub: LocalHub) -> list[str]:
    """Sign in, and read pages."""
    async with browser.get("/sign-in?to=/", allow_redirects=False) as begun:
        asked = dict(parse_qsl(urlsplit(begun.headers["Location"]).query))
    code = hub.authorizations.allow(
        hub.store.user("ada"), redirect_uri=asked["redirect_uri"], challenge=asked["code_challenge"]
    )
    back = f"/sign-in/callback?code={code}&state={asked['state']}"
    async with browser.get(back, allow_redirects=False) as signed_in:
        assert signed_in.status == 303, await signed_in.text()
    texts = []
    for page in PAGES:
        async with browser.get(page) as answer:
            texts.append(await answer.text())
            assert answer.status in {200, 404}, page
    assert "ada" in texts[0]
    return texts


SECRETS_IN_LOG = tuple(SECRETS.values())[:20]


async def broken(hub: LocalHub, pull: Pull) -> list[str]:
    """A red run whose log prints secrets of known forms; what the bot says of it."""
    store = hub.store
    repository = store.repository("octo/harbour")
    workflow = runs.workflow_of(store, repository, "ci.yml", name="CI")
    new = runs.NewRun(head_sha=pull.head_sha, head_branch="topic", actor=store.user("ada"))
    run = runs.start_run(store, repository, workflow, new, jobs=("test",))
    printed = "\n".join(
        f"2026-01-01T00:00:00.0000000Z Error: token {secret} was refused" for secret in SECRETS_IN_LOG
    )
    runs.finish_job(store, run.latest.jobs[0], "failure", log=printed.encode())
    runs.finish_run(store, run)
    comments = repository.issues[pull.number].comments
    moved = asyncio.Event()
    store.listeners.append(lambda _: moved.set())
    async with asyncio.timeout(45):
        while not any("pilothouse:summary" in one.body for one in comments):
            await moved.wait()
            moved.clear()
    return [one.body for one in comments]


def test_the_search_finds_a_secret_however_it_was_written_down(tmp_path: Path) -> None:
    """In a log, a cell, compressed as payloads are, encoded as the engine encodes."""
    secret = "a-secret-of-the-tests-0123456789"
    (tmp_path / "bot.log").write_text(f"token={secret}")
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection, connection:
        connection.execute("create table kept (cell)")
        hidden = (zlib.compress(secret.encode(), 1), base64.b64encode(f"x{secret}".encode()).decode())
        connection.executemany("insert into kept values (?)", [(cell,) for cell in hidden])
    assert len(found_in(tmp_path, [secret])) == 3
    assert found_in(tmp_path, ["another-secret"]) == []
