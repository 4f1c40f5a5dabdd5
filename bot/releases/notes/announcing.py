"""Tells every pull request and issue that a release holds in which version it came out, each of them once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.releases.model import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What is told, and to whom."""

    tag: str
    url: str  # of the published release
    numbers: tuple[int, ...]  # of pull requests and issues, smallest first


def announcement(tag: str, url: str, changes: Iterable[Change]) -> Announcement:
    """This function will find whom to tell about a release: its pull requests and the issues that they closed."""
    found: set[int] = set()
    for change in changes:
        found.update(change.closes)
        if change.node_id and change.number is not None:
            found.add(change.number)
    return Announcement(tag=tag, url=url, numbers=tuple(sorted(found)))
