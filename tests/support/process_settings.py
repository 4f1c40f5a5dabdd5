"""Settings of a process that reaches nothing: what a test is about is said, the rest stands still."""

from __future__ import annotations

from typing import Any

from bot.config.settings import Settings
from bot.config.web_settings import WebSettings


def settings_with(*, public_url: str = "", **web: Any) -> Settings:
    """This function will make settings with these about the pages."""
    return Settings(
        app_id="1",
        private_key="",
        webhook_secrets=(b"a webhook secret",),
        github_api_url="https://api.github.com",
        database_url="",
        host="127.0.0.1",
        port=0,
        public_url=public_url,
        obeyed_apps=frozenset(),
        write_pace=1.0,
        log_level="info",
        web=WebSettings(**web),
    )
