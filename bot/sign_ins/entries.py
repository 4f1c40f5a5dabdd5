"""Makes the journal's entries of who signed in and out; never of a token, nor of where somebody is."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bot.audit.effects import NOWHERE
from bot.audit.model import Entry, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sign_ins.model import SignIn

# Whom GitHub has not named: no login has brackets.
UNKNOWN = "(unknown)"
_NAMED = 12  # digits of a digest that tell one sign-in of a person from the others


class Ending(StrEnum):
    """Why a sign-in ended before its time was over."""

    SIGNED_OUT = "signed_out"
    EVERYWHERE = "signed_out_everywhere"  # in this browser or in another one
    ANEW = "signed_in_anew"  # in the same browser
    REVOKED = "revoked"  # they took back on GitHub what they allowed the App
    NOT_ACCEPTED = "not_accepted"  # GitHub does not take what stands for them any more


def begun(sign_in: SignIn) -> Entry:
    """This function will make the entry of a sign-in."""
    return _entry(sign_in, "begun", what="signed in", result="signed_in", at=sign_in.created_at)


def ended(sign_in: SignIn, ending: Ending, *, at: datetime) -> Entry:
    """This function will make the entry of a sign-in's end, which is one, however many processes find it."""
    return _entry(sign_in, "ended", what="sign-in ended", result=ending.value, at=at)


def refused(outcome: str, *, at: datetime) -> Entry:
    """This function will make the entry of a sign-in that led nowhere.

    Strangers can bring this about as often as they like, so it is noted once a minute for each outcome; the metrics
    have every one.
    """
    return Entry(
        key=f"sign-in/{outcome}/{at:%Y%m%dT%H%M}",
        repository_id=NOWHERE,
        kind=Kind.SIGN_IN,
        at=at,
        actor=UNKNOWN,
        actor_id=0,
        what="sign-in refused",
        subject="",
        result=outcome,
    )


def _entry(sign_in: SignIn, part: str, *, what: str, result: str, at: datetime) -> Entry:
    name = sign_in.token_hash[:_NAMED]
    return Entry(
        key=f"sign-in/{sign_in.user_id}/{name}/{part}",
        repository_id=NOWHERE,
        kind=Kind.SIGN_IN,
        at=at,
        actor=sign_in.login,
        actor_id=sign_in.user_id,
        what=what,
        subject=f"browser {name}",
        result=result,
    )
