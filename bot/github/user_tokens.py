"""Signing people in with GitHub: the address they are sent to, and the tokens that stand for them.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import msgspec
from gidgethub import sansio

from bot.forms import decode
from bot.github.addresses import site_of
from bot.github.answers import Failing
from bot.github.errors import Unavailable
from bot.github.exchange import API_VERSION, USER_AGENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.github.answers import Raw
    from bot.github.transport import Transport

_SERVER_ERRORS = 500
_LONGEST = 1_024  # characters of a token; today's have 40 and 80


class SignInRefusedError(Exception):
    """GitHub makes no token of this; `code` is its own name for the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(f"GitHub refused the sign-in: {code}")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class UserToken:
    """A token that stands for a person as far as the App reaches; its text stays out of logs."""

    value: str = field(repr=False)
    expires_at: datetime | None  # None: the App has opted out of user tokens that expire
    refresh: str = field(default="", repr=False)  # good for one use


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKeys:
    """The App as signing in knows it."""

    client_id: str
    client_secret: str = field(repr=False)


class _Answer(msgspec.Struct):
    """A token or an error: GitHub answers 200 to both, as https://github.com/codecov/shared/pull/52 shows."""

    access_token: str = ""
    expires_in: int | None = None
    refresh_token: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTokens:
    """Makes, renews and revokes the tokens of people who signed in.

    Args:
        keys: of the App.
        api_url: where GitHub's API is; its pages are found from it.
        transport: an opened one; it may be shared.
        clock: the time in UTC.
    """

    keys: ClientKeys
    api_url: str
    transport: Transport
    clock: Callable[[], datetime]

    def address(self, *, redirect_uri: str, state: str, challenge: str) -> str:
        """This function will give the address that asks a person; nothing is asked of GitHub for it."""
        query = {
            "client_id": self.keys.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{site_of(self.api_url)}/login/oauth/authorize?{urlencode(query)}"

    async def redeem(self, code: str, *, redirect_uri: str, verifier: str) -> UserToken:
        """This function will make a token of the code that a browser brought back.

        Raises:
            SignInRefusedError: the code is worth nothing, or the App's own id or secret is wrong.
            Unavailable: GitHub does not answer; the code may be used up.
        """
        return await self._token({"code": code, "redirect_uri": redirect_uri, "code_verifier": verifier})

    async def renew(self, token: UserToken) -> UserToken:
        """This function will make a new token of an old one, which works no longer then.

        Raises:
            SignInRefusedError: `bad_refresh_token` where it has been used already, or was revoked.
            Unavailable: GitHub does not answer.
        """
        return await self._token({"grant_type": "refresh_token", "refresh_token": token.refresh})

    async def revoke(self, token: UserToken) -> None:
        """This function will make a token useless; one that is so already is fine.

        Raises:
            Unavailable: GitHub does not answer.
        """
        headers = sansio.create_headers(USER_AGENT)
        headers |= {"authorization": self._basic(), "x-github-api-version": API_VERSION}
        url = f"{self.api_url}/applications/{quote(self.keys.client_id, safe='')}/token"
        body = msgspec.json.encode({"access_token": token.value})
        _answered(await self.transport.send("DELETE", url, headers, body))

    def _basic(self) -> str:
        return "Basic " + b64encode(f"{self.keys.client_id}:{self.keys.client_secret}".encode()).decode()

    async def _token(self, form: Mapping[str, str]) -> UserToken:
        url = f"{site_of(self.api_url)}/login/oauth/access_token"
        headers = {"accept": "application/json", "user-agent": USER_AGENT}
        headers["content-type"] = "application/x-www-form-urlencoded"
        given = {"client_id": self.keys.client_id, "client_secret": self.keys.client_secret, **form}
        began = self.clock()
        raw = _answered(await self.transport.send("POST", url, headers, urlencode(given).encode()))
        return _read(raw, began)


def _answered(raw: Raw | Failing) -> Raw:
    if isinstance(raw, Failing):
        raise Unavailable(raw.reason)
    if raw.status >= _SERVER_ERRORS or raw.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Unavailable(f"GitHub answered {raw.status}", status=raw.status)
    return raw


def _read(raw: Raw, now: datetime) -> UserToken:
    try:
        answer = decode(raw.body, _Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unavailable(f"GitHub's answer cannot be read: {error}", status=raw.status) from error
    if answer.error or not 0 < len(answer.access_token) <= _LONGEST:
        raise SignInRefusedError(answer.error[:100] or f"status {raw.status}")
    lasts = answer.expires_in
    return UserToken(
        value=answer.access_token,
        expires_at=None if lasts is None else now + timedelta(seconds=lasts),
        refresh=answer.refresh_token[:_LONGEST],
    )
