"""The primary rate limit: points per credential and hour, and the headers that tell about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.state.store import Store

WINDOW = timedelta(hours=1)
# The most an installation outside GitHub Enterprise Cloud can have.
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
INSTALLATION_LIMIT = 12_500


@dataclass(slots=True)
class Window:
    """What one credential has used of its hour."""

    used: int
    resets_at: datetime


class RateLimits:
    """How much of the hour's points each credential has used."""

    def __init__(self, store: Store, *, limit: int = INSTALLATION_LIMIT) -> None:
        self._store = store
        self._windows: dict[str, Window] = {}
        self.limit = limit

    def window(self, key: str) -> Window:
        """This function will give the running window of a credential."""
        now = self._store.now()
        found = self._windows.get(key)
        if found is None or found.resets_at <= now:
            found = self._windows[key] = Window(used=0, resets_at=now + WINDOW)
        return found

    def use_up(self, key: str, *, seconds: float = 0) -> None:
        """This function will leave a credential nothing until its window ends, in `seconds` if given."""
        window = self.window(key)
        window.used = self.limit
        if seconds:
            window.resets_at = self._store.now() + timedelta(seconds=seconds)

    def headers(self, key: str, *, resource: str = "core") -> dict[str, str]:
        """This function will give the headers that every answer carries."""
        window = self.window(key)
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(max(0, self.limit - window.used)),
            "x-ratelimit-used": str(window.used),
            "x-ratelimit-reset": str(int(window.resets_at.timestamp())),
            "x-ratelimit-resource": resource,
        }
