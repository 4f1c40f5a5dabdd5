"""Holds small changes against the guards of fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.decisions.model import Standing
from bot.supervision.fixing.guarding import guard
from bot.supervision.fixing.guards.model import GuardTerms
from tests.support.patches import patch_of

if TYPE_CHECKING:
    from tests.support.patches import Edit

TERMS = GuardTerms(files=20, lines=400, keep_out=("infra/", "*.sql", "./docs/*.md"))


def broken_rules(edits: dict[str, Edit | tuple[str | None, str | None]]) -> dict[str, str]:
    """This function will return what is said of each rule that a change breaks, by the rule's name."""
    found = guard(patch_of(edits), TERMS)
    return {one.name: one.text for one in found if one.standing is not Standing.MET}
