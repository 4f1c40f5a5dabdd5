"""What the web process serves to browsers, by what is set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app.site import add_site
from bot.config.web_settings import WebSettings
from bot.storage.database import Database
from bot.storage.inbox_sqlite import SqliteInbox
from bot.web.metrics import COUNTS, WebMetrics
from tests.support.diagnosis import NOON
from tests.support.process_settings import settings_with

if TYPE_CHECKING:
    from pathlib import Path

    from bot.config.settings import Settings

SETTINGS = settings_with(public_url="https://bot.example.org", client_id="Iv1.1", client_secret="secret")


async def first_page(folder: Path, settings: Settings) -> tuple[int, str, str]:
    """Status, text and type of what stands at the root."""
    inbox = SqliteInbox(folder / "inbox.db", clock=lambda: NOON, on_commit=lambda: None)
    inbox.open()
    database = Database(f"sqlite:///{folder / 'bot.db'}")
    database.open()
    database.close()
    app = web.Application()
    app[COUNTS] = WebMetrics()
    add_site(app, settings, inbox, open_database=lambda: Database(f"sqlite:///{folder / 'bot.db'}"))
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession() as session,
        session.get(server.make_url("/"), allow_redirects=False) as response,
    ):
        told = response.status, await response.text(), response.content_type
    inbox.close()
    return told


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (replace(SETTINGS, public_url=""), ("PILOTHOUSE_PUBLIC_URL",)),
        (replace(SETTINGS, web=WebSettings()), ("PILOTHOUSE_CLIENT_ID", "PILOTHOUSE_CLIENT_SECRET")),
        (
            replace(SETTINGS, public_url="", web=WebSettings()),
            ("PILOTHOUSE_PUBLIC_URL", "PILOTHOUSE_CLIENT_ID", "PILOTHOUSE_CLIENT_SECRET"),
        ),
    ],
)
async def test_without_what_signing_in_takes_one_sentence_says_what_to_set(
    tmp_path: Path, settings: Settings, named: tuple[str, ...]
) -> None:
    status, text, kind = await first_page(tmp_path, settings)
    assert (status, kind) == (200, "text/plain")
    every = {"PILOTHOUSE_PUBLIC_URL", "PILOTHOUSE_CLIENT_ID", "PILOTHOUSE_CLIENT_SECRET"}
    assert {name for name in every if name in text} == set(named)


async def test_where_people_can_sign_in_the_root_lets_them(tmp_path: Path) -> None:
    status, text, kind = await first_page(tmp_path, SETTINGS)
    assert (status, kind) == (200, "text/html")
    assert "Sign in with GitHub" in text
