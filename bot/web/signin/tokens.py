"""Keeps the tokens of people good: renewed before they end, by one of us at a time, and revoked when they sign out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import structlog

from bot.github.errors import GitHubError, Unauthorized, Unavailable
from bot.github.user_tokens import SignInRefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.github.user_tokens import UserToken, UserTokens
    from bot.web.signin.sessions import Session, Sessions

_log = structlog.get_logger()

_MARGIN = timedelta(minutes=15)  # before its end a token is renewed
_USED = "bad_refresh_token"
_LOOKS = 4  # for the token that another process has got
_SECONDS_BETWEEN = 0.5


@dataclass(slots=True, kw_only=True)
class Renewing:
    """Renews tokens.

    A refresh token is good for one use, so of several processes one succeeds: the others take over what it wrote, as
    https://github.com/calkit/calkit-cloud/issues/317 and https://github.com/codecov/shared/pull/52 had to learn.
    """

    tokens: UserTokens
    sessions: Sessions
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def good(self, session: Session) -> UserToken:
        """This function will give a token that is good for some time to come.

        Raises:
            Unauthorized: there is none any more; the person has to sign in again.
            GitHubError: GitHub does not answer, and the old one has ended.
        """
        if not self._ends_soon(session.token):
            return session.token
        turn = self._turns.setdefault(session.key, asyncio.Lock())
        async with turn:
            present = await self.sessions.again(session)  # as it is after whoever had the turn before
            if present is None:
                raise Unauthorized("the sign-in has ended")
            return await self._renewed(present) if self._ends_soon(present.token) else present.token

    async def after_refusal(self, session: Session, refused: UserToken) -> UserToken:
        """This function will give the token that another process has got meanwhile, which made the refused one useless.

        Raises:
            Unauthorized: there is none: the refused one is the newest.
        """
        present = await self.sessions.again(session)
        if present is None or present.token.value == refused.value:
            raise Unauthorized("GitHub does not accept the token any more")
        return present.token

    async def revoke(self, tokens: Iterable[UserToken]) -> None:
        """This function will make tokens useless at GitHub; where it does not answer they end by themselves."""
        for token in tokens:
            try:
                await self.tokens.revoke(token)
            except GitHubError as error:
                _log.warning("token_not_revoked", reason=str(error))

    def _ends_soon(self, token: UserToken) -> bool:
        return token.expires_at is not None and token.expires_at - self.clock() < _MARGIN

    async def _renewed(self, session: Session) -> UserToken:
        try:
            made = await self.tokens.renew(session.token)
        except SignInRefusedError as refusal:
            if refusal.code == _USED:
                return await self._of_another(session, refusal)
            # Something about the App, not about the person: an operator can set it right.
            return self._while_it_lasts(session, Unavailable(str(refusal)))
        except GitHubError as error:
            return self._while_it_lasts(session, error)
        if not await self.sessions.renew(session, made):  # signed out meanwhile
            await self.revoke([made])
            raise Unauthorized("the sign-in has ended")
        return made

    def _while_it_lasts(self, session: Session, error: GitHubError) -> UserToken:
        """The old token, if it is still good: the next page tries again to renew it."""
        _log.warning("token_not_renewed", user_id=session.row.user_id, reason=str(error))
        ends_at = session.token.expires_at
        if ends_at is None or self.clock() >= ends_at:
            raise error
        return session.token

    async def _of_another(self, session: Session, refusal: SignInRefusedError) -> UserToken:
        for _ in range(_LOOKS):
            present = await self.sessions.again(session)
            if present is None:  # signed out meanwhile
                break
            if present.row.sealed != session.row.sealed:
                return present.token
            await self.sleep(_SECONDS_BETWEEN)
        raise Unauthorized(str(refusal)) from refusal
