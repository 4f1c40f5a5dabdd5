"""Weighs the words of a line: how much more often they stand in what people quote as a failure than elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.diagnosis.choice.templates import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD = re.compile(r"<[a-z-]>|[A-Za-z]{2,}|[^\w\s]")
_CAMEL = re.compile(r"[A-Z]?[a-z]{2,}$")
_MOST = 24  # words of a line that are weighed
_INDENT = 8  # wider indents are one word


@dataclass(frozen=True, slots=True)
class WordScore:
    """What the words of one line speak for, in log odds; above 0 for a failure."""

    mean: float = 0.0
    most: float = 0.0
    least: float = 0.0
    template: float = 0.0  # of the whole line, where several projects have it
    known: float = 0.0  # share of the words that are weighed


def tokens(text: str) -> tuple[str, ...]:
    """This function will name the words, pairs of words and the template of a line, in this order."""
    template = fold(text)
    found = _WORD.findall(template)[:_MOST]
    words = [word.lower() for word in found]
    kinds = [f"~{end[0].lower()}" for word in found if (end := _CAMEL.search(word)) and end[0] != word]
    if words:
        words.insert(0, f"^{min(_INDENT, len(text) - len(text.lstrip()))}")
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    return (*dict.fromkeys((*words, *kinds, *pairs)), f"={template.lower()}")


def word_score(found: tuple[str, ...], weights: Mapping[str, float]) -> WordScore:
    """This function will weigh the tokens of a line."""
    template = weights.get(found[-1], 0.0)
    known = [weight for token in found[:-1] if (weight := weights.get(token)) is not None]
    if not known:
        return WordScore(template=template)
    return WordScore(
        mean=sum(known) / len(known),
        most=max(known),
        least=min(known),
        template=template,
        known=len(known) / max(1, len(found) - 1),
    )
