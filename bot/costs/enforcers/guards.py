"""Decides which machines may be ended at all; whatever is not plainly ours to end is left alone."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations at run time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.costs.model import CLUSTER_TAG, MANAGED_TAG, PROTECTED_TAG, REAP_TAG
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Callable

_YES = "true"
_STANDING = frozenset({"pending", "running"})
ENDING = frozenset({"shutting-down", "terminated"})


class Why(StrEnum):
    """Which guard keeps a machine."""

    UNMANAGED = "unmanaged"
    NOT_REAPABLE = "not_reapable"
    OTHER_CLUSTER = "other_cluster"
    PROTECTED_TAG = "protected_tag"
    PROTECTED_ID = "protected_id"
    THIS_HOST = "this_host"
    NOT_SPOT = "not_spot"
    NOT_RUNNING = "not_running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """An EC2 instance, as it was read a moment ago."""

    id: str
    account: str
    region: str
    state: str  # EC2's word: pending, running, …
    type: str = ""
    lifecycle: str = ""  # EC2's word: spot, or empty for one on demand
    spot_request: str = ""  # sir-…
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What a machine is held against."""

    cluster: str  # the value of the tag `pilothouse:cluster` that may be ended
    protected: tuple[str, ...] = ()  # ids that are never touched
    host: str = ""  # the id of the machine that this runs on; empty where it is none of EC2's, or not known
    spot_only: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a machine is left alone."""

    why: Why
    text: str  # safe Markdown, one sentence


# In the order in which they are told: each must hold.
_GUARDS: tuple[tuple[Why, Callable[[Machine, Guards], bool], str], ...] = (
    (Why.PROTECTED_ID, lambda machine, guards: machine.id not in guards.protected, "is protected by its id"),
    (
        Why.PROTECTED_TAG,
        lambda machine, _: machine.tags.get(PROTECTED_TAG, "").strip().casefold() in {"", "false"},
        f"bears the tag {code(PROTECTED_TAG)}",
    ),
    (
        Why.THIS_HOST,
        lambda machine, guards: machine.id != guards.host,
        "is the machine that this bot runs on",
    ),
    (
        Why.UNMANAGED,
        lambda machine, _: machine.tags.get(MANAGED_TAG) == _YES,
        f"does not bear the tag {code(f'{MANAGED_TAG}={_YES}')}",
    ),
    (
        Why.NOT_REAPABLE,
        lambda machine, _: machine.tags.get(REAP_TAG) == _YES,
        f"does not bear the tag {code(f'{REAP_TAG}={_YES}')}",
    ),
    (
        Why.OTHER_CLUSTER,
        lambda machine, guards: machine.tags.get(CLUSTER_TAG) == guards.cluster,
        f"is of another cluster by its tag {code(CLUSTER_TAG)}",
    ),
    (
        Why.NOT_SPOT,
        lambda machine, guards: machine.lifecycle == "spot" or not guards.spot_only,
        "is no spot instance",
    ),
    (Why.NOT_RUNNING, lambda machine, _: machine.state in _STANDING, "does not run any more"),
)


def may_terminate(machine: Machine, guards: Guards) -> Refusal | None:
    """This function will say why the machine is left alone; None where it may be ended."""
    for why, holds, text in _GUARDS:
        if not holds(machine, guards):
            return Refusal(why=why, text=f"{code(machine.id)} {text}.")
    return None
