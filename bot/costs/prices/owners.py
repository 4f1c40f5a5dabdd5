"""Says from its tags whose something in AWS is, and what it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.costs.model import AGENT_TAG, CLUSTER_TAG, ENVIRONMENT_TAG, MANAGED_TAG, PULL_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER = re.compile(r"#?([1-9]\d{0,8})")
_OURS = frozenset({AGENT_TAG, CLUSTER_TAG, ENVIRONMENT_TAG, MANAGED_TAG, PULL_TAG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose something is."""

    agent: str = ""
    number: int | None = None  # of a pull request
    environment: str = ""
    is_tagged: bool = False


def tags_of(thing: Mapping[str, Any]) -> Mapping[str, str]:
    """This function will return the tags that EC2 tells of something."""
    return {tag["Key"]: tag.get("Value", "") for tag in thing.get("Tags") or ()}


def owner_of(tags: Mapping[str, str], wanted: Mapping[str, str]) -> Owner:
    """This function will say whose it is; the tags that are wanted of all that is the repository's say so too."""
    number = _NUMBER.fullmatch(tags.get(PULL_TAG, "").strip())
    return Owner(
        agent=tags.get(AGENT_TAG, ""),
        number=int(number[1]) if number else None,
        environment=tags.get(ENVIRONMENT_TAG, ""),
        is_tagged=not _OURS.isdisjoint(tags) or (bool(wanted) and bears(tags, wanted)),
    )


def bears(tags: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """This function will say whether it bears all the tags that are wanted."""
    return wanted.items() <= tags.items()
