"""Puts together what people sign in with."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from bot.app.clock import clock
from bot.web.metrics import COUNTS
from bot.web.signin.door import CALLBACK, Door

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aiohttp import web

    from bot.config.settings import Settings
    from bot.storage.database import Database
    from bot.web.signin.site import SignInSite

_LOOKS = 10
_SECONDS_BETWEEN = 0.2
_SECONDS = 10.0  # for one answer of GitHub: somebody looks at an empty page


def add_sign_in(app: web.Application, settings: Settings, *, open_database: Callable[[], Database]) -> None:
    """This function will let people sign in to the web process's application."""
    Door(partial(open_site, settings, open_database, clock, count=app[COUNTS].signed_in)).add_to(app)


async def _with_tables(database: Database, clock: Callable[[], datetime]) -> Database:
    """Wait for the worker, which makes the tables at the very first start: a browser may be faster."""
    from sqlalchemy import inspect  # noqa: PLC0415 - as below

    from bot.storage.web_tables import sign_ins  # noqa: PLC0415 - as below
    from bot.web.signin.starting import StartingError  # noqa: PLC0415 - as below

    for _ in range(_LOOKS):
        if await database.read(lambda connection: inspect(connection).has_table(sign_ins.name)):
            return database
        await asyncio.sleep(_SECONDS_BETWEEN)
    database.close()
    raise StartingError(clock())


async def open_site(
    settings: Settings,
    open_database: Callable[[], Database],
    clock: Callable[[], datetime],
    *,
    count: Callable[[str], None],
) -> SignInSite:
    """This function will make what answers people who sign in and out."""
    # Imported here: a process that nobody signs in to stays small and starts at once.
    from bot.github.readable import PeopleApi  # noqa: PLC0415 - see above
    from bot.github.transport import Transport  # noqa: PLC0415 - see above
    from bot.github.user_tokens import ClientKeys, UserTokens  # noqa: PLC0415 - see above
    from bot.recovery.store import NARROWED, watermark  # noqa: PLC0415 - see above
    from bot.sealing import sealer  # noqa: PLC0415 - see above
    from bot.web.signin.cookies import Cookies  # noqa: PLC0415 - see above
    from bot.web.signin.reaching import Reaching  # noqa: PLC0415 - see above
    from bot.web.signin.sessions import PURPOSE, Sessions  # noqa: PLC0415 - see above
    from bot.web.signin.showing import Showing  # noqa: PLC0415 - see above
    from bot.web.signin.site import Equipment, SignInSite  # noqa: PLC0415 - see above
    from bot.web.signin.tokens import Renewing  # noqa: PLC0415 - see above
    from bot.web.signin.ways import ways_of  # noqa: PLC0415 - see above

    database = await _with_tables(open_database(), clock)
    api_url = settings.github_api_url.rstrip("/")
    transport = Transport(_SECONDS)
    await transport.open()
    keys = ClientKeys(client_id=settings.web.client_id, client_secret=settings.web.client_secret)
    tokens = UserTokens(keys=keys, api_url=api_url, transport=transport, clock=clock)
    api = PeopleApi(api_url=api_url, transport=transport, clock=clock)
    secrets = settings.sealing_secrets
    sessions = Sessions(database=database, sealer=sealer(secrets, PURPOSE), clock=clock)
    renewing = Renewing(tokens=tokens, sessions=sessions, clock=clock)
    equipment = Equipment(
        redirect_uri=settings.public_url + CALLBACK,
        operators=settings.web.operators,
        clock=clock,
        cookies=Cookies(is_secure=settings.public_url.startswith("https://")),
        ways=ways_of(secrets),
        tokens=tokens,
        api=api,
        sessions=sessions,
        renewing=renewing,
        reaching=Reaching(
            api=api, renewing=renewing, clock=clock, narrowed=partial(watermark, database, NARROWED)
        ),
        showing=Showing(clock=clock),
        count=count,
    )
    return SignInSite(equipment)
