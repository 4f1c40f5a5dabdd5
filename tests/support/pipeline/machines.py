"""The machines of the reference pipeline, and what each has cost by the second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.costs.model import CLUSTER_TAG, MANAGED_TAG, PROTECTED_TAG, REAP_TAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support.cloud.aws import Cloud

CLUSTER = "test"
OWN = {MANAGED_TAG: "true", CLUSTER_TAG: CLUSTER, REAP_TAG: "true"}
# Five storage servers, two clients and the Jepsen controller, the cloud conduit.
TOPOLOGY = (("i4i.2xlarge", 5), ("c7a.xlarge", 3), ("t3.medium", 1))
_HOURLY = Decimal(3600)
_DISK_HOURS = 730  # of a month


@dataclass(kw_only=True)
class Machine:
    """A machine with its whole life."""

    id: str
    kind: str
    zone: str
    is_spot: bool
    launched: datetime
    disk: Decimal  # dollars a month
    ended: datetime | None = None

    def cost(self, world: Cloud, begin: datetime, end: datetime) -> Decimal:
        """This function will return what it cost between two times, at the prices that held."""
        begin, end = max(begin, self.launched), min(end, self.ended or end)
        if end <= begin:
            return Decimal(0)
        if not self.is_spot:
            return world.prices.on_demand[self.kind] * _hours(begin, end)
        history = world.prices.history(self.zone, self.kind)
        edges = [begin, *(one.since for one in history if begin < one.since < end), end]
        total = Decimal(0)
        for low, high in pairwise(edges):
            price = [one for one in history if one.since <= low][-1].price
            total += price * _hours(low, high)
        return total

    def disk_cost(self, begin: datetime, end: datetime) -> Decimal:
        """This function will return what its disk cost between two times."""
        begin, end = max(begin, self.launched), min(end, self.ended or end)
        return self.disk * _hours(begin, end) / _DISK_HOURS if end > begin else Decimal(0)


def _hours(begin: datetime, end: datetime) -> Decimal:
    return Decimal(str((end - begin).total_seconds())) / _HOURLY


class Machines:
    """All machines that ever were in the account."""

    def __init__(self, world: Cloud) -> None:
        self.world = world
        self.all: dict[str, Machine] = {}

    def launch(
        self,
        kind: str,
        count: int = 1,
        *,
        spot: bool,
        tags: Mapping[str, str],
        disk: tuple[int, str] = (8, "gp3"),
    ) -> list[str]:
        """This function will launch machines."""
        zone = "us-east-1a"
        made = self.world.make.machines(kind, count, spot=spot, tags=tags, zone=zone, disk=disk)
        gigabytes, of = disk
        monthly = gigabytes * self.world.prices.volumes[of]
        now = self.world.clock().replace(microsecond=0)
        for one in made:
            self.all[one] = Machine(id=one, kind=kind, zone=zone, is_spot=spot, launched=now, disk=monthly)
        return made

    def launch_cluster(self) -> list[str]:
        """This function will bring the cluster up."""
        return [one for kind, count in TOPOLOGY for one in self.launch(kind, count, spot=True, tags=OWN)]

    def see(self) -> None:
        """This function will note which machines have ended, and when."""
        answer = self.world.make.ec2().describe_instances()
        for group in answer["Reservations"]:
            for one in group["Instances"]:
                machine = self.all[one["InstanceId"]]
                if one["State"]["Name"] == "terminated" and machine.ended is None:
                    machine.ended = _told(one["StateTransitionReason"])

    def cost_of(self, ids: Iterable[str], *, since: datetime, until: datetime) -> Decimal:
        """This function will return what machines and their disks cost between two times."""
        costs = (
            self.all[one].cost(self.world, since, until) + self.all[one].disk_cost(since, until)
            for one in ids
        )
        return sum(costs, Decimal(0))

    def running(self) -> set[str]:
        """This function will list the machines that have not ended."""
        return {one.id for one in self.all.values() if one.ended is None}


def _told(reason: str) -> datetime:
    """The time in `User initiated (2026-11-03 16:00:00 UTC)`."""
    text = reason.partition("(")[2].removesuffix(" UTC)")
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def launch_strangers(machines: Machines) -> dict[str, str]:
    """This function will launch what the limit may never touch, by what keeps it: one lacks, each time, one thing."""
    small = "t3.medium"
    protected = {**OWN, PROTECTED_TAG: "true"}
    kinds: dict[str, tuple[bool, dict[str, str]]] = {
        "on demand": (False, OWN),
        "no tags": (True, {}),
        "another cluster": (True, {**OWN, CLUSTER_TAG: "staging"}),
        "not to be reaped": (True, {**OWN, REAP_TAG: "false"}),
        "not managed": (True, {name: value for name, value in OWN.items() if name != MANAGED_TAG}),
        "protected by tag": (True, protected),
        "protected by id": (True, OWN),
        "this host": (True, OWN),
    }
    return {name: machines.launch(small, spot=spot, tags=tags)[0] for name, (spot, tags) in kinds.items()}


def launch_orchestrator(machines: Machines) -> str:
    """This function will launch the machine that the agents live on."""
    tags = {MANAGED_TAG: "true", PROTECTED_TAG: "true", "Name": "orchestrator"}
    return machines.launch("c7a.2xlarge", spot=False, tags=tags, disk=(100, "gp3"))[0]
