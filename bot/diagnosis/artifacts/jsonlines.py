"""Cuts a stream into lines, with bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST = 1 << 20  # bytes of a line that is read; a longer one is passed over


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """This function will yield the lines of a stream that are not longer than a line of a report is."""
    rest, is_too_long = b"", False
    for chunk in chunks:
        first, *more = chunk.split(b"\n")
        if not more:
            is_too_long = is_too_long or len(rest) + len(first) > LONGEST
            rest = b"" if is_too_long else rest + first
            continue
        for ended in (rest + first, *more[:-1]):
            if not is_too_long and ended.strip() and len(ended) <= LONGEST:
                yield ended
            is_too_long = False
        rest = more[-1]
    if rest.strip() and not is_too_long:
        yield rest
