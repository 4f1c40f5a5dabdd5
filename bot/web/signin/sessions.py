"""Who has signed in with which browser: begun, found again, kept alive, ended."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - a sealed form reads the annotations at run time
from typing import TYPE_CHECKING

import msgspec

from bot.audit.store import append, journal
from bot.forms import decode
from bot.github.user_tokens import UserToken
from bot.sealing import Sealer, UnsealError
from bot.sign_ins import store
from bot.sign_ins.entries import Ending, begun, ended, refused
from bot.sign_ins.model import SignIn
from bot.sign_ins.rules import HOLDS_FOR, holds, is_to_be_noted

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.storage.database import Database

PURPOSE = "sign-ins"
_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sign-in that holds, with the token that stands for the person at GitHub."""

    row: SignIn
    token: UserToken
    csrf: str = field(repr=False)

    @property
    def key(self) -> str:
        """What it is stored under."""
        return self.row.token_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The sign-ins in the database.

    Args:
        database: an opened one.
        sealer: encrypts GitHub's tokens.
        clock: the time in UTC.
    """

    database: Database
    sealer: Sealer
    clock: Callable[[], datetime]

    async def begin(self, user_id: int, login: str, token: UserToken) -> str:
        """This function will sign somebody in, note that in the journal, and give what their browser keeps."""
        secret, now = secrets.token_urlsafe(_BYTES), self.clock()
        row = SignIn(
            token_hash=_hashed(secret),
            user_id=user_id,
            login=login,
            sealed=self._sealed(token),
            created_at=now,
            seen_at=now,
            expires_at=now + HOLDS_FOR,
        )

        def write(connection: Connection) -> None:
            store.begin(connection, row)
            append(connection, begun(row))

        await self.database.write(write)
        return secret

    async def refuse(self, outcome: str) -> None:
        """This function will note in the journal that a way to sign in led nowhere."""
        await journal(self.database, refused(outcome, at=self.clock()))

    async def find(self, secret: str) -> Session | None:
        """This function will find who a browser stands for, and note that they were there."""
        if not secret:
            return None
        key = _hashed(secret)
        row = await self.database.read(lambda connection: store.find(connection, key))
        if row is None:
            return None
        now = self.clock()
        session = self._opened(row, secret) if holds(row, now) else None
        if session is None:  # its time is over, or nobody can read any more what stands for the person
            await self.database.write(lambda connection: store.end(connection, key))
        elif is_to_be_noted(row, now):
            await self.database.write(lambda connection: store.note(connection, key, now))
        return session

    async def again(self, session: Session) -> Session | None:
        """This function will read a sign-in once more: another process may have renewed its token."""
        row = await self.database.read(lambda connection: store.find(connection, session.key))
        return None if row is None else self._with_csrf(row, session.csrf)

    async def renew(self, session: Session, token: UserToken) -> bool:
        """This function will put a new token into the place of the old one, unless somebody else has done so."""
        sealed = self._sealed(token)
        return await self.database.write(
            lambda connection: store.reseal(connection, session.key, before=session.row.sealed, after=sealed)
        )

    async def rename(self, user_id: int, login: str) -> None:
        """This function will note what a person is called now."""
        await self.database.write(lambda connection: store.rename(connection, user_id, login))

    async def end(self, key: str, ending: Ending) -> None:
        """This function will end a sign-in, and note that in the journal."""
        now = self.clock()

        def write(connection: Connection) -> None:
            row = store.end(connection, key)
            if row is not None:
                append(connection, ended(row, ending, at=now))

        await self.database.write(write)

    async def end_all(self, user_id: int) -> tuple[UserToken, ...]:
        """This function will end every sign-in of a person, and give the tokens that stood for them."""
        now = self.clock()

        def write(connection: Connection) -> tuple[SignIn, ...]:
            rows = store.end_all(connection, user_id)
            for row in rows:
                append(connection, ended(row, Ending.EVERYWHERE, at=now))
            return rows

        rows = await self.database.write(write)
        opened = (self._with_csrf(row, "") for row in rows)
        return tuple(one.token for one in opened if one is not None)

    def _opened(self, row: SignIn, secret: str) -> Session | None:
        return self._with_csrf(row, hmac.digest(secret.encode(), b"csrf", "sha256").hex())

    def _with_csrf(self, row: SignIn, csrf: str) -> Session | None:
        try:
            token = decode(self.sealer.open(row.sealed), UserToken)
        except (UnsealError, msgspec.MsgspecError):  # the key was changed: they sign in again
            return None
        return Session(row=row, token=token, csrf=csrf)

    def _sealed(self, token: UserToken) -> str:
        return self.sealer.seal(msgspec.json.encode(token).decode())


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
