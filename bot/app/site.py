"""The pages for people who sign in, where the settings let people sign in; else a sentence that says what to set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.app.clock import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

    from bot.config.settings import Settings
    from bot.storage.database import Database
    from bot.storage.inbox import Inbox


def add_site(
    app: web.Application, settings: Settings, inbox: Inbox, *, open_database: Callable[[], Database]
) -> None:
    """This function will add the dashboard to the web process's application, behind every other route."""
    # Imported here: while a process is loaded, its worker is not yet being started.
    from bot.web.protecting import protect  # noqa: PLC0415 - see above

    protect(app, trusted=settings.web.trusted_proxies, is_secure=settings.public_url.startswith("https://"))
    missing = _missing(settings)
    if missing:
        app.router.add_get("/", partial(_closed, missing))
        return
    # Imported here: a process without a dashboard does without all this.
    from bot.app.signing_in import add_sign_in  # noqa: PLC0415 - see above
    from bot.github.addresses import site_of  # noqa: PLC0415 - see above
    from bot.page_links import PageLinks, page_keys  # noqa: PLC0415 - see above
    from bot.web.dashboard.frame import Dashboard, Means  # noqa: PLC0415 - see above
    from bot.web.live import Live  # noqa: PLC0415 - see above

    add_sign_in(app, settings, open_database=open_database)
    means = Means(
        open_database=open_database,
        inbox=inbox,
        links=PageLinks(root="", key=page_keys(settings.webhook_secrets)[0]),
        clock=clock,
        live=Live(),
        is_secure=settings.public_url.startswith("https://"),
        goals=settings.web.goals,
        github=site_of(settings.github_api_url),
    )
    Dashboard(means).add_to(app)


def _missing(settings: Settings) -> str:
    """What keeps the dashboard from being served, in a sentence; empty where nothing does."""
    names = []
    if not settings.public_url:
        names.append("PILOTHOUSE_PUBLIC_URL to the address under which browsers reach this")
    if not settings.web.has_sign_in:
        names.append("PILOTHOUSE_CLIENT_ID and PILOTHOUSE_CLIENT_SECRET to those of the App's settings page")
    return f"Pilothouse runs. For the dashboard, set {', and '.join(names)}." if names else ""


async def _closed(sentence: str, _request: web.Request) -> web.Response:
    from aiohttp import web  # noqa: PLC0415 - loaded with the application by then

    return web.Response(text=f"{sentence}\n", headers={"X-Content-Type-Options": "nosniff"})
