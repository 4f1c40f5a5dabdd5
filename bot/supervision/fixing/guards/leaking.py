"""Finds secrets that a fix would publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.redaction import holds_secret
from bot.supervision.fixing.guards.model import Finding, condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.decisions.model import Condition
    from bot.supervision.fixing.guards.model import Change
    from bot.supervision.fixing.model import Patch


def secrets(patch: Patch, changes: Iterable[Change]) -> Condition:
    """This function will look for secrets in what is added, in whole files where they had none, and in names.

    Files that are no text are looked at as well, since a secret may stand between other bytes.
    """
    known = {change.path: change for change in changes}
    found: list[Finding] = []
    for file in patch.files:
        if holds_secret(file.path):
            found.append(Finding(path="…", text="has a name with a secret in it"))
        elif _leaks(known.get(file.path), file.content):
            found.append(Finding(path=file.path))
    met = "No secret of a known form stands in it."
    return condition("secrets", Reason.FIX_LEAKS, met, found, "A secret stands in it")


def _leaks(change: Change | None, content: bytes | None) -> bool:
    if change is None:
        return content is not None and holds_secret(content.decode(errors="replace"))
    if any(holds_secret(block) for block in change.added):
        return True
    return holds_secret(change.after or "") and not holds_secret(change.before or "")
