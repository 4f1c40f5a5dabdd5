"""The words that findings share: lists, and permissions as GitHub's settings name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 10
# GitHub's pages name some otherwise than its API.
_TITLES = {"actions_variables": "Variables"}


def listed(items: Iterable[str]) -> str:
    """This function will join items to a list, cut off where it gets long."""
    every = list(items)
    if len(every) > _MOST:
        return f"{', '.join(every[:_MOST])} and {len(every) - _MOST} more"
    return ", ".join(every)


def permission(name: str, level: str) -> str:
    """This function will name a permission as GitHub's settings do."""
    return f"{_TITLES.get(name, name.replace('_', ' ').capitalize())}: {level}"
