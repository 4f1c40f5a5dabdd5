"""Reads code without its comments and literal texts, each sign still at its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.supervision.fixing.guards.languages.model import Language

_INNER = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """The same text three times; what is taken out is blank."""

    text: str
    plain: str  # without comments
    bare: str  # without comments, and literal texts without what they say

    def part(self, begin: int, end: int) -> Code:
        """This function will return what stands between two places."""
        return Code(text=self.text[begin:end], plain=self.plain[begin:end], bare=self.bare[begin:end])


def read_code(text: str, language: Language) -> Code:
    """This function will read a file's text as code."""
    return Code(
        text=text,
        plain=language.noise.sub(partial(_blank, keeps_text=True), text),
        bare=language.noise.sub(partial(_blank, keeps_text=False), text),
    )


def _blank(found: re.Match[str], *, keeps_text: bool) -> str:
    whole = found[0]
    if found["text"] is None:
        return _INNER.sub(" ", whole)
    if keeps_text or len(whole) == 1:
        return whole
    return whole[0] + _INNER.sub(" ", whole[1:-1]) + whole[-1]
