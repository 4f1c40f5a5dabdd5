"""Answers kept with their ETags, so that an unchanged one costs nothing of the primary limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cachetools import LRUCache

if TYPE_CHECKING:
    from collections.abc import Mapping

_BIGGEST_PART = 8  # an answer above this part of the whole is not worth what it would push out
_OVERHEAD = 1_000  # bytes an entry costs beyond its body


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as its bytes; it is decoded anew each time, so nobody can change what another reads."""

    etag: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def size(self) -> int:
        """What it takes of the cache's room."""
        return len(self.body) + _OVERHEAD


class EtagCache:
    """The answers of all installations, each under its own key: a URL alone would leak between them."""

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[tuple[int | None, str], Kept] = LRUCache(size, getsizeof=lambda kept: kept.size)

    def get(self, installation_id: int | None, url: str) -> Kept | None:
        """This function will return what this installation was last answered there."""
        return self._kept.get((installation_id, url))

    def keep(self, installation_id: int | None, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """This function will keep an answer that has an ETag; the least used ones make room."""
        etag = headers.get("etag")
        if etag is None:
            return
        lean = {name: headers[name] for name in ("content-type", "link") if name in headers}
        kept = Kept(etag, lean, body)
        if kept.size <= self._kept.maxsize / _BIGGEST_PART:
            self._kept[installation_id, url] = kept
