"""Finds the next of many literal texts in bytes, whatever their case, with google-re2 where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

try:
    import re2  # type: ignore[import-untyped]  # google-re2 ships no types
except ImportError:  # the extra is not installed: the literal search below serves
    re2 = None

# Words that speak of failure. Most of what tools write about one contains such a word.
WORDS = (
    "error", "fail", "exception", "fatal", "panic", "traceback", "abort", "denied", "not found", "cannot",
    "timed out", "timeout", "killed", "unable to", "undefined", "exited with", "##[", "no such", "conflict",
)  # fmt: skip
WORDLESS = 24  # signs without such a word that are looked for without google-re2
MISSES = 1_000  # times that a word may stand in a window without one of the signs that contain it

_SET_MEMORY = 64 << 20  # bytes; a text that contains every one of 400 signs needs less than a tenth

Find = Callable[[bytes, int, int], int]  # the next hit in a window from one position up to another, or -1


@cache
def searcher(signs: tuple[str, ...], *, fast: bool = True) -> Callable[[], Find]:
    """This function will compile the signs; each call of the result begins the search of one window."""
    lower = {sign.lower() for sign in signs}
    # Where "error" is looked for, "error[E" need not be.
    least = tuple(sorted(one for one in lower if not any(other in one for other in lower - {one})))
    if not least:
        return lambda: _nothing
    if fast and re2 is not None:
        return _alternation(least)
    anchors = _anchors(least)
    return lambda: _Literals(anchors).find


@cache
def presence(signs: tuple[str, ...], *, fast: bool = True) -> Callable[[str], frozenset[str]]:
    """This function will compile the signs to a function that says which of them, letter by letter, a text contains."""

    def one_by_one(text: str) -> frozenset[str]:
        return frozenset(sign for sign in signs if sign in text)

    if not fast or re2 is None or not signs:
        return one_by_one
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    options.max_mem = _SET_MEMORY
    compiled = re2.Set.SearchSet(options)
    for sign in signs:
        compiled.Add(re2.escape(sign))
    compiled.Compile()

    def at_once(text: str) -> frozenset[str]:
        found = compiled.Match(text)
        # Where its memory was too small for a text, the set says that it found nothing.
        return frozenset(signs[index] for index in found) if found else one_by_one(text)

    return at_once


def _nothing(_data: bytes, _position: int, _end: int) -> int:
    return -1


def _alternation(signs: tuple[str, ...]) -> Callable[[], Find]:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    compiled: Any = re2.compile("|".join(re2.escape(sign) for sign in signs).encode(), options)

    def find(data: bytes, position: int, end: int) -> int:
        found = compiled.search(data, position, end)
        return -1 if found is None else found.start()

    return lambda: find


Anchor = tuple[
    bytes, tuple[tuple[bytes, int], ...]
]  # a text and the signs that contain it, each from where on


def _anchors(signs: tuple[str, ...]) -> tuple[Anchor, ...]:
    """The fewest texts to look for: a word for all the signs that contain it, and the signs without a word.

    Each text costs a pass over the log, a long one less than a short one. Where there are many signs without a word
    the shortest go unsought: what they stand for is seldom told without a word of failure near by.
    """
    held: dict[str, list[tuple[bytes, int]]] = {}
    wordless = sorted((sign for sign in signs if not any(word in sign for word in WORDS)), key=len)
    unsought = frozenset(wordless[: max(0, len(wordless) - WORDLESS)])
    for sign in sorted(set(signs) - unsought):
        anchor = next((word for word in WORDS if word in sign), sign)
        offset = len(sign[: sign.index(anchor)].encode())
        held.setdefault(anchor, []).append((sign.encode(), offset))
    return tuple((anchor.encode(), tuple(holders)) for anchor, holders in held.items())


_UNKNOWN = -2  # where an anchor's next sign is, is not known yet; -1 means nowhere


class _Literals:
    """Searches one window for several anchors, each going over the window once."""

    def __init__(self, anchors: tuple[Anchor, ...]) -> None:
        self._next: list[tuple[Anchor, int]] = [(anchor, _UNKNOWN) for anchor in anchors]
        self._lower: bytes | None = None

    def find(self, data: bytes, position: int, end: int) -> int:
        """This function will return where the next sign begins, or -1 where none begins before the end."""
        if self._lower is None:
            self._lower = data.lower()
        best, index = -1, 0
        while index < len(self._next):  # the list may grow
            anchor, place = self._next[index]
            if place != -1 and place < position:
                place = self._place(index, self._lower, position)
                anchor = self._next[index][0]
                self._next[index] = (anchor, place)
            if place != -1 and (best == -1 or place < best):
                best = place
            index += 1
        return best if best < end else -1

    def _place(self, index: int, lower: bytes, position: int) -> int:
        """Where the first sign of an anchor begins, from the position on."""
        (anchor, holders), _ = self._next[index]
        found = lower.find(anchor, position)
        for _ in range(MISSES):
            if found == -1:
                return -1
            begins = [
                found - offset
                for sign, offset in holders
                if found - offset >= position and lower.startswith(sign, found - offset)
            ]
            if begins:
                return min(begins)
            found = lower.find(anchor, found + 1)
        # The word is this log's manner of speaking: look for each of its signs instead.
        first, *others = holders
        self._next[index] = ((first[0], ((first[0], 0),)), _UNKNOWN)
        self._next += [((sign, ((sign, 0),)), _UNKNOWN) for sign, _ in others]
        return lower.find(first[0], position)
