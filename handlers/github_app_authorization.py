"""A person took back what they allowed the App to do in their name; the App always hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sign_ins.model import EndSignIns

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.github.events import AuthorizationEvent


def revoked(event: AuthorizationEvent, guid: str) -> tuple[Intent, ...]:
    """This function will end what they signed in to."""
    return (EndSignIns(user_id=event.sender.id, cause=guid).start(),)
