"""The way to GitHub and back: what is remembered of it in the browser alone, sealed, and for minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.forms import decode
from bot.sealing import Sealer, UnsealError, sealer

if TYPE_CHECKING:
    from collections.abc import Iterable

PURPOSE = "way to sign in"
HOLDS_FOR = timedelta(minutes=10)  # as long as GitHub's code
_MOST_WAYS = 3  # tabs in which somebody signs in at once
_LONGEST = 500  # characters of an address to come back to
# A path of ours: not `//host`, not `/\host`, which browsers read as another site, and nothing that is not text.
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
_NOT_BACK = ("/sign-in", "/sign-out", "/setup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to GitHub: what has to come back, what proves that we began it, and where it leads."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    to: str
    begun_at: datetime

    @property
    def challenge(self) -> str:
        """What GitHub is told of the verifier beforehand (RFC 7636, S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def new_way(to: str, now: datetime) -> Way:
    """This function will begin a way; where it leads is always a page of ours."""
    return Way(
        state=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48), to=own_path(to), begun_at=now
    )


def own_path(text: str) -> str:
    """This function will give a path of ours to come back to, `/` where it is anything else."""
    is_ours = len(text) <= _LONGEST and _OWN_PATH.fullmatch(text) and not text.startswith(_NOT_BACK)
    return text if is_ours else "/"


@dataclass(frozen=True, slots=True)
class Ways:
    """Seals the ways of one browser into a cookie, and reads them out of it."""

    _sealer: Sealer = field(repr=False)

    def read(self, cookie: str, now: datetime) -> tuple[Way, ...]:
        """This function will read the ways that are not too old; none where it is no cookie of ours."""
        try:
            ways = decode(self._sealer.open(cookie), tuple[Way, ...])
        except (UnsealError, msgspec.MsgspecError, UnicodeError):
            return ()
        return tuple(one for one in ways if now - one.begun_at < HOLDS_FOR)

    def written(self, ways: Iterable[Way]) -> str:
        """This function will write the newest ways as a cookie; empty where there is none."""
        kept = sorted(ways, key=lambda one: one.begun_at)[-_MOST_WAYS:]
        return self._sealer.seal(msgspec.json.encode(kept).decode()) if kept else ""


def ways_of(secrets_at_rest: Iterable[bytes]) -> Ways:
    """This function will make what seals ways with the keys of the process."""
    return Ways(sealer(secrets_at_rest, PURPOSE))


def taken(ways: Iterable[Way], state: str) -> Way | None:
    """This function will find the way that a state belongs to."""
    found = None
    for one in ways:  # all of them, so that it takes as long whichever it is
        if hmac.compare_digest(one.state.encode(), state.encode(errors="replace")):
            found = one
    return found
