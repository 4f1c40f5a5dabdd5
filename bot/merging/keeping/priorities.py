"""Says which place the labels of a pull request give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.config.merging import MergeConfig


def priority_of(policy: MergeConfig, labels: Collection[str], *, given: int = 0) -> int:
    """This function will say a pull request's priority: the given one, or that of its best label where it is larger.

    The last of `priority_labels` counts 1, the one before it 2, and so on.
    """
    there = {label.casefold() for label in labels}
    names = [label.casefold() for label in policy.priority_labels]
    ranks = [len(names) - index for index, name in enumerate(names) if name in there]
    return max((given, *ranks))
