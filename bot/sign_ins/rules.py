"""Says how long a sign-in holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sign_ins.model import SignIn

HOLDS_FOR = timedelta(days=7)  # whatever is done meanwhile
HOLDS_IDLE = timedelta(hours=8)
NOTED_EVERY = timedelta(minutes=5)  # that somebody was there; not with each page


def holds(sign_in: SignIn, now: datetime) -> bool:
    """This function will say whether a sign-in is still good; one seen by a clock ahead of ours is."""
    return now < sign_in.expires_at and now - sign_in.seen_at < HOLDS_IDLE


def is_to_be_noted(sign_in: SignIn, now: datetime) -> bool:
    """This function will say whether it is time to write down that somebody was there."""
    return now - sign_in.seen_at >= NOTED_EVERY
