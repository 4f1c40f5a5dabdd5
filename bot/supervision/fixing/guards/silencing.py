"""Finds where a fix tells a tool to look away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.supervision.fixing.guards.languages.known import SILENCES
from bot.supervision.fixing.guards.model import Finding, condition
from bot.supervision.fixing.guards.testing import is_added

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.decisions.model import Condition
    from bot.supervision.fixing.guards.model import Change


def silences(changes: Iterable[Change]) -> Condition:
    """This function will see whether any file tells tools to look away more often than before."""
    found = [finding for change in changes for finding in _added(change)]
    met = "It tells no tool to look away."
    return condition("silences", Reason.FIX_SILENCES, met, found, "It tells tools to look away")


def _added(change: Change) -> Iterator[Finding]:
    if change.after is None:
        return
    window = change.window(change.after)
    for sign in SILENCES:
        if is_added(sign, window, change.before or "", change.after):
            yield Finding(path=change.path, text=f"gets {sign.shown}")
