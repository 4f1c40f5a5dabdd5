"""Finds where a fix tells a tool to look away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.supervision.fixing.guards.languages.known import SILENCES
from bot.supervision.fixing.guards.model import Finding, condition
from bot.supervision.fixing.guards.testing import more_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.decisions.model import Condition
    from bot.supervision.fixing.guards.model import Change


def silences(changes: Iterable[Change]) -> Condition:
    """This function will see whether any file tells tools to look away more often than before."""
    found = [
        Finding(path=change.path, text=f"gets {sign.shown}")
        for change in changes
        if change.after is not None
        for sign in more_of(SILENCES, change.before or "", change.after)
    ]
    met = "It tells no tool to look away."
    return condition("silences", Reason.FIX_SILENCES, met, found, "It tells tools to look away")
