"""Understands what `/stats` was asked: over how many days, of which workflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.commands.model import Reason, Refused
from bot.markdown import code
from bot.stats.model import MEASURED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.pack.model import Workflow

DAYS: Mapping[str, int] = {"7d": 7, "30d": 30}
USUAL_DAYS = 7
WORKFLOWS: Mapping[str, Workflow] = {file.value.removesuffix(".yml"): file for file in MEASURED.values()}
_ALIKE = 60  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be measured."""

    days: int = USUAL_DAYS
    workflow: Workflow | None = None  # None: all


def asked_of(words: Sequence[str]) -> Asked | Refused:
    """This function will understand the words behind the verb."""
    days, workflow = USUAL_DAYS, None
    for word in words:
        plain = word.casefold().removesuffix(".yml")
        if plain in DAYS:
            days = DAYS[plain]
        elif plain in WORKFLOWS:
            workflow = WORKFLOWS[plain]
        elif plain:
            return _unknown(word)
    return Asked(days=days, workflow=workflow)


def _unknown(word: str) -> Refused:
    known = [*DAYS, *WORKFLOWS]
    found = process.extractOne(word, known, scorer=fuzz.WRatio, score_cutoff=_ALIKE)
    hint = f" Did you mean {code('/stats ' + found[0])}?" if found else ""
    text = f"{code(word)} is nothing that is measured; write one of {', '.join(map(code, known))}.{hint}"
    return Refused(reason=Reason.UNKNOWN_WORKFLOW, text=text)
