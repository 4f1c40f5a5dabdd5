"""Makes and checks the addresses of the bot's own pages: whoever has one may read that page, nobody else."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX = "/ci"
MERGES = "queue"  # what the one page of a repository's merges is about
AGENTS = "-"  # the page of all agents, which no agent is called; that of one is found by its name
TODAY = "today"  # the page of the running day's costs; those of another day are found by its ISO date
LASTS = timedelta(days=30)  # at least so long a link can be used
# Addresses made within one of these are alike, so that a summary is not edited for nothing but a newer link.
_SPAN_SECONDS = 7 * 24 * 3600
_LABEL = b"pilothouse pages 1"
_DIGITS = 32  # of base 32: 160 bits
_TOKEN = re.compile(r"([1-9a-f][0-9a-f]{7,8})-([a-z2-7]{32})")


class Kind(StrEnum):
    """What a page shows; a link to one kind opens no other."""

    TESTS = "tests"
    METRICS = "metrics"
    HISTORY = "history"
    DEPLOYMENT = "deployment"
    GATE = "gate"
    MERGES = "merges"
    RELEASE = "release"
    COSTS = "costs"
    AGENTS = "agents"


def page_keys(webhook_secrets: Iterable[bytes]) -> tuple[bytes, ...]:
    """This function will derive the keys of the pages, so that no signature of one use serves the other."""
    return tuple(hmac.digest(secret, _LABEL, "sha256") for secret in webhook_secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLinks:
    """Makes addresses that can be read for some weeks."""

    root: str  # https://bot.example.org
    key: bytes = field(repr=False)

    def address(self, repository_id: int, kind: Kind, *parts: str, now: datetime) -> str:
        """This function will make the address of a page of a repository."""
        token = make_token(self.key, repository_id, kind, now=now)
        path = "".join(f"/{quote(part, safe='')}" for part in parts)
        return f"{self.root}{PREFIX}/{repository_id}/{kind}/{token}{path}"


def make_token(key: bytes, repository_id: int, kind: Kind, *, now: datetime) -> str:
    """This function will make what an address must carry to be answered, valid for thirty to thirty-seven days."""
    spans = int(now.timestamp()) // _SPAN_SECONDS + 1
    expires = spans * _SPAN_SECONDS + int(LASTS.total_seconds())
    return f"{expires:x}-{_signature(key, repository_id, kind, expires)}"


def is_valid(token: str, keys: Iterable[bytes], repository_id: int, kind: Kind, *, now: datetime) -> bool:
    """This function will say whether a token opens pages of this kind of this repository now."""
    form = _TOKEN.fullmatch(token)
    if form is None:
        return False
    expires, given = int(form[1], 16), form[2]
    # Every key is compared, so that the time it takes says nothing of which one fits.
    fits = [hmac.compare_digest(_signature(key, repository_id, kind, expires), given) for key in keys]
    return any(fits) and now < datetime.fromtimestamp(expires, tz=UTC)


def _signature(key: bytes, repository_id: int, kind: Kind, expires: int) -> str:
    message = f"{repository_id}\n{kind}\n{expires}".encode()
    return base64.b32encode(hmac.digest(key, message, "sha256")).decode().lower()[:_DIGITS]
