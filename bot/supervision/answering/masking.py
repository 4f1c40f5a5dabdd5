"""Masks secrets in what a terminal shows, also those that a program has wrapped itself, into the lines of a frame."""

from __future__ import annotations

import re

from bot.redaction import holds_secret, redact

_MASK = "***"
_FRAME = r"\s│┃║|▌▐"  # what stands beside the text of a frame
_WORD = re.compile(rf"[^{_FRAME}]+")
_MOST_LINES = 8  # that one secret is wrapped into


def masked(text: str) -> str:
    """This function will mask every secret of a known form, whole or parted by the ends of lines.

    What parts it is no part of it, so the word that ends a line is read together with the one that begins the next.
    """
    lines, shown = text.splitlines(), redact(text).splitlines()
    if len(lines) != len(shown):  # a secret of several lines was taken for one
        lines = shown
    for index in range(len(lines)):
        chain = _chain(lines, index)
        if any(holds_secret("".join(chain[:count])) for count in range(2, len(chain) + 1)):
            shown[index] = _masked(shown[index], -1)
            for after in range(index + 1, index + len(chain)):
                shown[after] = _masked(shown[after], 0)
    return "\n".join(shown)


def _chain(lines: list[str], index: int) -> list[str]:
    """The last word of a line and what may go on with it: the words that follow as long as they are alone."""
    chain = _WORD.findall(lines[index])[-1:]
    for line in lines[index + 1 : index + _MOST_LINES]:
        words = _WORD.findall(line)
        if not chain or not words:
            break
        chain.append(words[0])
        if len(words) > 1:
            break
    return chain


def _masked(line: str, position: int) -> str:
    """The line without its first or its last word."""
    found = list(_WORD.finditer(line))[position]
    return f"{line[: found.start()]}{_MASK}{line[found.end() :]}"
