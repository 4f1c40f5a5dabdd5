"""The nouns of the cluster: its states, what is asked of it, what it is made of and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.commands.model import ObeyRequest, Receipt  # noqa: TC001 - as above
from bot.config.costing import CostConfig  # noqa: TC001 - as above
from bot.costs.model import CLUSTER
from bot.engine.model import Queue, Start
from bot.github.models import Actor, RepositoryRef  # noqa: TC001 - as above

if TYPE_CHECKING:
    from bot.config.costing import ClusterConfig

SWEEP_CLUSTERS = "sweep_clusters"  # the flow by which the clock ends what nobody ends
REQUEST_TAG = "pilothouse:request"  # which asking made the machine: what is made twice is found by it
GROUP_TAG = "pilothouse:group"  # the name of its group in the configuration
STOP = "stop"  # the topic by which the end of a cluster interrupts its beginning


class ClusterState(StrEnum):
    """How the cluster stands."""

    DOWN = "down"
    RISING = "rising"
    UP = "up"
    PARTIAL = "partial"  # fewer machines than were asked for
    ENDING = "ending"
    UNCLEAR = "unclear"  # something went wrong half-way: machines may run


class Act(StrEnum):
    """What is asked of the cluster."""

    UP = "up"
    DOWN = "down"
    STATUS = "status"


class Way(StrEnum):
    """How the cluster is made."""

    WORKFLOW = "workflow"
    FLEET = "fleet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Machines of one kind as they were asked for, with what an hour of one of them costs."""

    name: str
    type: str
    count: int
    spot: Decimal | None = None  # dollars an hour, the highest of the zones; None where it is not known
    on_demand: Decimal | None = None

    def hourly(self, *, is_spot: bool) -> Decimal | None:
        """This function will return what an hour of the whole group costs; None where it is not known."""
        price = self.spot if is_spot else self.on_demand
        return None if price is None else price * self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What became of one group that was asked for."""

    group: str
    wanted: int
    ids: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()  # safe Markdown
    is_uncertain: bool = False  # whether machines may run that are not among the ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is kept of the cluster beside its columns."""

    repository: RepositoryRef | None = None
    costs: CostConfig | None = (
        None  # with which it was brought up: it is ended as that says, whatever became of it
    )
    run_id: str = ""  # of the run that brings it up
    groups: tuple[Group, ...] = ()
    is_spot: bool = True
    raised: tuple[Raised, ...] = ()
    workflow_run_url: str = ""
    warned_of: datetime | None = None  # the end that people were warned of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The cluster of a repository."""

    repository_id: int
    state: ClusterState = ClusterState.DOWN
    nodes: int | None = None  # asked for; None for the configured number
    way: Way = Way.WORKFLOW
    person: str = ""  # who brought it up
    person_id: int = 0
    number: int = 0  # of the issue or pull request where it was asked
    text: str = ""  # safe Markdown: how it stands
    begun_at: datetime | None = None
    keep_until: datetime | None = None
    updated_at: datetime
    details: Details = Details()

    @property
    def hourly(self) -> Decimal | None:
        """What an hour of it costs, in dollars; None where it is not known."""
        return hourly(standing_groups(self.details.groups, self.details.raised), is_spot=self.details.is_spot)


@dataclass(frozen=True, slots=True, kw_only=True)
class SteerCluster:
    """The request of `cluster`: one thing asked of it."""

    repository: RepositoryRef
    key: str  # of the receipt, or of the clock's decision to end it
    act: Act
    author: Actor
    asked_at: datetime
    number: int  # of the issue or pull request where it is said how it went
    receipt: Receipt | None = None  # None where the clock asks
    is_pull: bool = False  # whether that is a pull request, whose spend it is then
    nodes: int | None = None
    length: str = ""  # how long it stays up; empty for the configured time
    then: ObeyRequest | None = None  # what is left of the comment

    def start(self) -> Start:
        """This function will name the run that does it: what changes the cluster waits in its line, a look does not."""
        is_look = self.act is Act.STATUS
        return Start(
            flow=CLUSTER,
            run_id=f"{CLUSTER}-{self.repository.id}-{self.key}",
            request=self,
            partition=f"{self.repository.full_name}!cluster{'-status' if is_look else ''}",
            queue=Queue.EVENTS if is_look else Queue.DEPLOYMENTS,
        )


def groups_of(config: ClusterConfig, nodes: int | None) -> tuple[Group, ...]:
    """This function will return the machines that are asked for, without their prices."""
    return tuple(
        Group(
            name=name,
            type=group.type,
            count=nodes if group.scales and nodes is not None else group.count,
        )
        for name, group in config.groups.items()
    )


def hourly(groups: tuple[Group, ...], *, is_spot: bool) -> Decimal | None:
    """This function will return what an hour of all groups costs, in dollars; None where one has no known price."""
    prices = [group.hourly(is_spot=is_spot) for group in groups if group.count]
    known = [price for price in prices if price is not None]
    return sum(known, Decimal(0)) if len(known) == len(prices) else None


def standing_groups(groups: tuple[Group, ...], raised: tuple[Raised, ...]) -> tuple[Group, ...]:
    """This function will return the groups with as many machines as certainly were started; without word, all."""
    got = {one.group: len(one.ids) for one in raised if not one.is_uncertain}
    return tuple(replace(group, count=got.get(group.name, group.count)) for group in groups)


def scaled(config: ClusterConfig, nodes: int | None) -> int | None:
    """This function will return how many machines the scaling group has; None where none scales."""
    counts = [group.count for group in config.groups.values() if group.scales]
    return (counts[0] if nodes is None else nodes) if counts else None
