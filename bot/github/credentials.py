"""The App's key, its JWT, and the installation tokens made with it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import jwt
from cachetools import TLRUCache
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.github.operation import Permissions

# GitHub refuses a JWT from its future or of more than 10 minutes; clocks differ
# https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
_BACKDATED = timedelta(seconds=60)
_LIFETIME = timedelta(minutes=9)
_REUSED_FOR = timedelta(minutes=7)
_TOKEN_MARGIN = timedelta(minutes=5)  # a token this near to its end is not used any more
_TOKENS_KEPT = 4_096  # repositories whose tokens are kept


class InvalidPrivateKey(ValueError):  # noqa: N818 - the event, not a bug
    """The private key is no RSA key in PEM form."""


class AppKey:
    """The App's private key, read once: reading it from PEM costs 70 ms, signing with it 0.4 ms."""

    def __init__(self, app_id: str, private_key: str, clock: Callable[[], datetime]) -> None:
        self._app_id = app_id
        self._key = rsa_key(private_key)
        self._clock = clock
        self._jwt = ""
        self._reusable_until: datetime | None = None

    def bearer(self) -> str:
        """This function will return a JWT that is good for at least another minute."""
        now = self._clock()
        if (
            self._reusable_until is None
            or not self._reusable_until - _REUSED_FOR <= now < self._reusable_until
        ):
            issued = now - _BACKDATED
            claims = {
                "iat": int(issued.timestamp()),
                "exp": int((issued + _LIFETIME).timestamp()),
                "iss": self._app_id,
            }
            self._jwt = jwt.encode(claims, self._key, algorithm="RS256")
            self._reusable_until = now + _REUSED_FOR
        return self._jwt


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """A person's own token, in place of the App's key; its text stays out of logs and error messages."""

    value: str = field(repr=False)

    def bearer(self) -> str:
        """This function will return the token."""
        return self.value


@lru_cache(maxsize=1)  # the proof that it is a key takes longer than all else a client does at its start
def rsa_key(private_key: str) -> RSAPrivateKey:
    """This function will read a key from PEM text.

    Raises:
        InvalidPrivateKey: it is none, or of another kind.
    """
    try:
        key = load_pem_private_key(private_key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidPrivateKey(
            "the private key cannot be read: it has to be the App's key in PEM form"
        ) from error
    if not isinstance(key, RSAPrivateKey):
        raise InvalidPrivateKey("the private key is no RSA key; a GitHub App's always is")
    return key


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token shall be good for: one operation's permissions on one repository."""

    installation_id: int
    repository_id: int | None  # None: all of the installation's
    permissions: Permissions


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token; its text stays out of logs and error messages."""

    value: str = field(repr=False)
    permissions: Permissions
    expires_at: datetime

    def serves(self, permissions: Permissions, now: datetime) -> bool:
        """This function will say whether it holds these permissions for some time to come.

        A token to write also reads, and every token may read metadata.
        """
        held = self.permissions | {(name, "read") for name, _ in self.permissions} | {("metadata", "read")}
        return permissions <= held and now < self.expires_at - _TOKEN_MARGIN


class InstallationTokens:
    """Tokens kept until they expire, each minted once however many calls wait for it."""

    def __init__(
        self, mint: Callable[[Grant], Awaitable[tuple[str, datetime]]], clock: Callable[[], datetime]
    ) -> None:
        self._mint = mint
        self._clock = clock
        self._tokens: TLRUCache[tuple[int, int | None], tuple[Token, ...]] = TLRUCache(
            _TOKENS_KEPT,
            ttu=lambda _key, tokens, _now: max(token.expires_at for token in tokens).timestamp(),
            timer=lambda: clock().timestamp(),
        )
        self._locks: WeakValueDictionary[Grant, asyncio.Lock] = WeakValueDictionary()

    async def token(self, grant: Grant) -> str:
        """This function will return a token for the grant, minted only where none is at hand."""
        found = self._find(grant)
        if found is None:
            lock = self._locks.setdefault(grant, asyncio.Lock())
            async with lock:
                found = self._find(grant) or await self._minted(grant)
        return found.value

    def drop(self, value: str) -> None:
        """This function will forget a token that GitHub no longer accepts."""
        for key, tokens in list(self._tokens.items()):
            left = tuple(token for token in tokens if token.value != value)
            if left:
                self._tokens[key] = left
            else:
                self._tokens.pop(key, None)

    def _find(self, grant: Grant) -> Token | None:
        tokens = self._tokens.get((grant.installation_id, grant.repository_id), ())
        now = self._clock()
        return next((token for token in tokens if token.serves(grant.permissions, now)), None)

    async def _minted(self, grant: Grant) -> Token:
        value, expires_at = await self._mint(grant)
        token = Token(value, grant.permissions, expires_at)
        key, now = (grant.installation_id, grant.repository_id), self._clock()
        alive = tuple(old for old in self._tokens.get(key, ()) if old.serves(old.permissions, now))
        self._tokens[key] = (*alive, token)
        return token
