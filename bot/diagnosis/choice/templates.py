"""Remembers how the lines of green logs look, folded and counted in little room: what is rare there is telling."""

from __future__ import annotations

import re
import struct
from array import array
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.diagnosis.log.logs import Log

MOST = 10_000  # templates and pairs of templates remembered, six bytes each
FORGOTTEN = 60  # green logs after which a template that none of them had is dropped
WIDEST = 400  # characters of a line that make its template
_FULL = 255  # the greatest count and age that are told apart
_FADE = 0.95  # what a count is worth after one log without it
_HEAD = struct.Struct("<4sII")
_MAGIC = b"PLT1"

_FOLDS = (
    (re.compile(r"\b[a-z][a-z0-9+.-]{1,9}://[^\s'\"<>)]+"), "<u>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<h>"),
    (re.compile(r"(?<![\w.@~+-])(?:[A-Za-z]:)?(?:[\w.@~+-]*[/\\])+[\w.@+-]*"), "<p>"),
    (re.compile(r"\b(?:0x)?(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{7,}\b"), "<h>"),
    (re.compile(r"\d+(?:[.,:_-]\d+)*"), "<n>"),
    (re.compile(r"([=_*~#.\-])\1{3,}"), "<->"),
    (re.compile(r"\s+"), " "),
)


class Familiarity(Enum):
    """How well green logs know a line."""

    IN_PLACE = "in place"  # below the same line as here
    KNOWN = "known"
    UNKNOWN = "unknown"


def fold(text: str) -> str:
    """This function will make the template of a line: numbers, paths, addresses and hashes folded away."""
    folded = text[:WIDEST]
    for pattern, sign in _FOLDS:
        folded = pattern.sub(sign, folded)
    return folded.strip()


@dataclass(frozen=True, slots=True)
class KnownTemplates:
    """The templates of a workflow's green logs, each with how many logs had it and how many have passed since."""

    logs: int = 0
    _seen: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # hash: logs, age

    def knows(self, template: str) -> bool:
        """This function will say whether a green log had a line of the template."""
        return crc32(template.encode()) in self._seen

    def familiarity(self, log: Log, index: int) -> Familiarity:
        """This function will say whether green logs had a line like this one, and right below the same line."""
        template = fold(log.lines[index].text)
        if not self.knows(template):
            return Familiarity.UNKNOWN
        above = fold(log.lines[index - 1].text) if index else ""
        return Familiarity.IN_PLACE if _pair(above, template) in self._seen else Familiarity.KNOWN

    def learned(self, log: Log) -> KnownTemplates:
        """This function will return what is known after one more green log."""
        fresh = dict.fromkeys(_keys(log), (1, 0))
        old = {key: (count, age + 1) for key, (count, age) in self._seen.items()}
        return KnownTemplates(self.logs + 1, _kept(_joined(old, fresh)))

    def merged(self, other: KnownTemplates) -> KnownTemplates:
        """This function will return what both know, whichever is asked."""
        return KnownTemplates(self.logs + other.logs, _kept(_joined(self._seen, other._seen)))

    def to_bytes(self) -> bytes:
        """This function will state what is known in at most 64 KiB, the same for the same logs."""
        keys = sorted(self._seen)
        counts = bytes(self._seen[key][0] for key in keys)
        ages = bytes(self._seen[key][1] for key in keys)
        packed = struct.pack(f"<{len(keys)}I", *keys)
        return _HEAD.pack(_MAGIC, self.logs, len(keys)) + packed + counts + ages

    @classmethod
    def from_bytes(cls, data: bytes) -> KnownTemplates:
        """This function will read what `to_bytes` stated; of anything else nothing is known."""
        if len(data) < _HEAD.size:
            return cls()
        magic, logs, size = _HEAD.unpack_from(data)
        if magic != _MAGIC or len(data) != _HEAD.size + 6 * size:
            return cls()
        keys = struct.unpack_from(f"<{size}I", data, _HEAD.size)
        rest = array("B", data[_HEAD.size + 4 * size :])
        return cls(logs, dict(zip(keys, zip(rest[:size], rest[size:], strict=True), strict=True)))


def _keys(log: Log) -> Iterable[int]:
    templates = [fold(line.text) for line in log.lines]
    found = Counter(crc32(template.encode()) for template in templates if template)
    pairs = Counter(_pair(above, below) for above, below in pairwise(templates) if below)
    # A log of nothing but rarities must not drive out what every log has.
    return [key for key, _ in (*found.most_common(MOST // 2), *pairs.most_common(MOST // 4))]


def _pair(above: str, below: str) -> int:
    return crc32(below.encode(), crc32(above.encode()) ^ 1)


def _joined(
    one: Mapping[int, tuple[int, int]], other: Mapping[int, tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    joined = dict(one)
    for key, (count, age) in other.items():
        known = joined.get(key)
        joined[key] = (min(_FULL, known[0] + count), min(known[1], age)) if known else (count, age)
    return joined


def _kept(seen: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """What is worth its room: the most often and most lately seen."""
    young = {key: value for key, value in seen.items() if value[1] < FORGOTTEN}
    if len(young) <= MOST:
        return young
    best = sorted(young, key=lambda key: (-young[key][0] * _FADE ** young[key][1], key))
    return {key: young[key] for key in best[:MOST]}
