"""The rows of those who signed in."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update

from bot.sign_ins.model import SignIn
from bot.sign_ins.rules import HOLDS_IDLE
from bot.storage.web_tables import sign_ins

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def begin(connection: Connection, sign_in: SignIn) -> None:
    """This function will write down that somebody signed in, and forget those whose time is over."""
    now = sign_in.created_at
    over = or_(sign_ins.c.expires_at <= now, sign_ins.c.seen_at <= now - HOLDS_IDLE)
    connection.execute(delete(sign_ins).where(over))
    connection.execute(sign_ins.insert().values(**asdict(sign_in)))


def find(connection: Connection, token_hash: str) -> SignIn | None:
    """This function will read a sign-in, whether it holds or not."""
    row = connection.execute(select(sign_ins).where(sign_ins.c.token_hash == token_hash)).first()
    return None if row is None else SignIn(**row._asdict())


def note(connection: Connection, token_hash: str, seen_at: datetime) -> None:
    """This function will write down that somebody was there; a clock behind another sets nothing back."""
    mine = (sign_ins.c.token_hash == token_hash) & (sign_ins.c.seen_at < seen_at)
    connection.execute(update(sign_ins).where(mine).values(seen_at=seen_at))


def rename(connection: Connection, user_id: int, login: str) -> None:
    """This function will write down that a person has another login now."""
    theirs = (sign_ins.c.user_id == user_id) & (sign_ins.c.login != login)
    connection.execute(update(sign_ins).where(theirs).values(login=login))


def reseal(connection: Connection, token_hash: str, *, before: str, after: str) -> bool:
    """This function will put new tokens into the place of the old ones, unless somebody else has done so."""
    mine = (sign_ins.c.token_hash == token_hash) & (sign_ins.c.sealed == before)
    return connection.execute(update(sign_ins).where(mine).values(sealed=after)).rowcount == 1


def end(connection: Connection, token_hash: str) -> SignIn | None:
    """This function will end one sign-in, and say which that was; None where it had ended."""
    ended = find(connection, token_hash)
    connection.execute(delete(sign_ins).where(sign_ins.c.token_hash == token_hash))
    return ended


def end_all(connection: Connection, user_id: int) -> tuple[SignIn, ...]:
    """This function will end every sign-in of a person, and say which these were."""
    ended = all_of(connection, user_id)
    connection.execute(delete(sign_ins).where(sign_ins.c.user_id == user_id))
    return ended


def all_of(connection: Connection, user_id: int) -> tuple[SignIn, ...]:
    """This function will read every sign-in of a person, the one seen last first."""
    query = select(sign_ins).where(sign_ins.c.user_id == user_id).order_by(sign_ins.c.seen_at.desc())
    return tuple(SignIn(**row._asdict()) for row in connection.execute(query))
