"""Reads how large the step of a dependency's version is, as dependabot and renovate tell it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.config.merging import Bump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.merging.judging.fact_model import ChangeFacts

_VERSION = r"[~^=v]{0,2}(\d{1,9}(?:\.\d{1,9}){0,3}(?:[-+.][0-9A-Za-z.+-]{1,60})?)"
# "Bump requests from 2.31.0 to 2.32.1", and the table of renovate: `4.17.20` -> `4.17.21`
_FROM_TO = re.compile(rf"\bfrom `?{_VERSION}`? to `?{_VERSION}", re.IGNORECASE)
_ARROW = re.compile(rf"`{_VERSION}` ?(?:->|→) ?`{_VERSION}`")
_ORDER = tuple(Bump)
_SEVERAL = re.compile(
    r"\b(?:with|across) \d{1,4} (?:update|director)|\band \d{1,4} (?:more|other)", re.IGNORECASE
)
MOST_STEPS = 100


def largest_bump(change: ChangeFacts) -> Bump | None:
    """This function will say how large the largest step is that a pull request tells of; None where it tells none.

    Labels speak where they name a step; what the title and the description tell may make it larger, never smaller.
    """
    steps = [*_of_labels(change.labels), *_of_versions(change)]
    if _SEVERAL.search(change.title) and not change.body_steps:
        return None  # one title for many steps: the largest of them is not known
    return max(steps, key=_ORDER.index, default=None)


def steps_in(body: str) -> tuple[str, ...]:
    """This function will find the steps of versions that a description tells, each as `1.2.3 1.3.0`."""
    found = (*_FROM_TO.findall(body), *_ARROW.findall(body))
    return tuple(dict.fromkeys(f"{before} {after}" for before, after in found))[:MOST_STEPS]


def _of_labels(labels: tuple[str, ...]) -> Iterator[Bump]:
    for label in labels:
        word = re.split(r"[^a-z]+", label.casefold())[-1]
        if word in list(Bump):
            yield Bump(word)


def _of_versions(change: ChangeFacts) -> Iterator[Bump]:
    for step in (*steps_in(change.title), *change.body_steps):
        before, _, after = step.partition(" ")
        yield _step(before, after)


def _step(before: str, after: str) -> Bump:
    """A step below version 1 may break at every minor version, and one back is never a patch."""
    old, new = _numbers(before), _numbers(after)
    if new[0] != old[0] or new < old or len(before.split(".")) == 1:
        return Bump.MAJOR
    if old[0] == 0:
        return Bump.PATCH if new[1] == old[1] and old[1] else Bump.MAJOR
    return Bump.PATCH if new[1] == old[1] else Bump.MINOR


def _numbers(version: str) -> tuple[int, int, int]:
    parts = [int(part) for part in re.match(r"[\d.]*\d", version)[0].split(".")]  # type: ignore[index] # it begins with one
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return major, minor, patch
