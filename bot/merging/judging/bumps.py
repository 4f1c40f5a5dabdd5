"""Reads how large the step of a dependency's version is, as dependabot and renovate tell it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.config.merging import Bump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.merging.judging.fact_model import ChangeFacts

MOST_STEPS = 100
UNKNOWN = "?"  # stands for a step that is told and cannot be read
_LONGEST = 65_536  # as long as GitHub lets a description be
_WORD = r"`?([~^=vV]{0,2}\d[0-9A-Za-z.+_-]{0,60}?)`?(?=[\s,;|)\]]|\.?(?:\s|$)|$)"
# "Bump requests from 2.31.0 to 2.32.1"
_FROM_TO = re.compile(rf"\bfrom {_WORD} to {_WORD}", re.IGNORECASE)
# renovate's table: `4.17.20` -> `4.17.21`
_ARROW = re.compile(r"`([^`\n]{1,80})` ?(?:->|→) ?`([^`\n]{1,80})`")
# Within these lie the notes of those who made the dependency, about other things.
_FOLDED = re.compile(r"<details\b.*?</details>", re.IGNORECASE | re.DOTALL)
_VERSION = re.compile(r"[~^=vV]{0,2}(\d{1,9}(?:\.\d{1,9}){0,3})(?:[-+._][0-9A-Za-z.+_-]{1,60})?")
_SEVERAL = re.compile(
    r"\b(?:with|across) \d{1,4} (?:update|director)|\band \d{1,4} (?:more|other)", re.IGNORECASE
)
_ORDER = tuple(Bump)
_PARTS = 3


def largest_bump(change: ChangeFacts) -> Bump | None:
    """This function will say how large the largest step is that a pull request tells of; None where it is not known.

    Labels, the title and the description may each make it larger; none of them makes it smaller.
    """
    told = (*steps_in(change.title), *change.body_steps)
    if UNKNOWN in told or (_SEVERAL.search(change.title) and not change.body_steps):
        return None  # the largest of several is not known where one of them is not
    steps = [*_of_labels(change.labels), *(_size(*step.split(" ")) for step in told)]
    return max(steps, key=_ORDER.index, default=None)


def steps_in(text: str) -> tuple[str, ...]:
    """This function will find the steps of versions that a title or description tells, each as `1.2.3 1.3.0`."""
    told = _FOLDED.sub(" ", text[:_LONGEST])
    found = dict.fromkeys(_step(*pair) for pattern in (_FROM_TO, _ARROW) for pair in pattern.findall(told))
    return tuple(found) if len(found) <= MOST_STEPS else (UNKNOWN,)


def _step(before: str, after: str) -> str:
    old, new = _VERSION.fullmatch(before.strip()), _VERSION.fullmatch(after.strip())
    return f"{old[1]} {new[1]}" if old and new else UNKNOWN


def _of_labels(labels: tuple[str, ...]) -> Iterator[Bump]:
    for label in labels:
        word = re.split(r"[^a-z]+", label.casefold())[-1]
        if word in _ORDER:
            yield Bump(word)


def _size(before: str, after: str) -> Bump:
    """Below version 1 every minor version may break something, and a step back is never a small one."""
    old, new = _numbers(before), _numbers(after)
    if new[0] != old[0] or new < old or "." not in before:
        return Bump.MAJOR
    if new[1] == old[1] and (old[0] or old[1]):
        return Bump.PATCH
    return Bump.MINOR if old[0] else Bump.MAJOR


def _numbers(version: str) -> tuple[int, ...]:
    found = [int(part) for part in version.split(".")]
    return tuple((*found, *[0] * _PARTS)[:_PARTS])
