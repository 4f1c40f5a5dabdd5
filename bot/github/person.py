"""GitHub as a person reaches it with a token of theirs, for what the App may not see."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.github.calls import Calls
from bot.github.credentials import PersonalToken
from bot.github.exchange import Exchange, Scope
from bot.github.limits import Priority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from bot.github.tuning import Tuning


@asynccontextmanager
async def as_person(
    token: str, *, api_url: str, clock: Callable[[], datetime], tuning: Tuning
) -> AsyncIterator[Calls]:
    """This function will open calls that are made with a person's token."""
    exchange = Exchange(api_url, PersonalToken(token), clock, tuning)
    await exchange.transport.open()
    try:
        yield Calls(exchange=exchange, scope=Scope(), priority=Priority.SUMMARY)
    finally:
        await exchange.close()
