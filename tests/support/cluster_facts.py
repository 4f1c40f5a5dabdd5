"""Facts about a cluster: by default it is down, priced, and the day is young."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.budget.model import BudgetStanding, Mode, Stage
from bot.config.costing import ClusterConfig, NodeGroup
from bot.costs.cluster.model import Cluster, ClusterState, Details, Group
from bot.costs.cluster.rules import ClusterFacts
from tests.support.commands import REPOSITORY

if TYPE_CHECKING:
    from bot.config.costing import FleetConfig

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
GROUPS = (
    Group(
        name="storage",
        type="i4i.2xlarge",
        count=5,
        spot=Decimal("0.18522"),
        on_demand=Decimal("0.686"),
    ),
    Group(name="client", type="c7a.xlarge", count=3, spot=Decimal("0.0554"), on_demand=Decimal("0.20528")),
    Group(name="conduit", type="t3.medium", count=1, spot=Decimal("0.0125"), on_demand=Decimal("0.0416")),
)


def config(*, fleet: FleetConfig | None = None, **changes: Any) -> ClusterConfig:
    """This function will make the configuration of the reference cluster."""
    groups = {
        "storage": NodeGroup(type="i4i.2xlarge", count=5, scales=True),
        "client": NodeGroup(type="c7a.xlarge", count=3),
        "conduit": NodeGroup(type="t3.medium"),
    }
    return ClusterConfig(**{"groups": groups, "fleet": fleet, **changes})


def standing(spent: str = "20", forecast: str = "40", **changes: Any) -> BudgetStanding:
    """This function will let the limit be enforced on a day of which this was spent."""
    told = {
        "repository_id": REPOSITORY.id,
        "day": NOW.date(),
        "stage": Stage.UNDER,
        "mode": Mode.ENFORCE,
        "limit": Decimal(100),
        "spent": Decimal(spent),
        "forecast": Decimal(forecast),
        "read_at": NOW,
    }
    return BudgetStanding(**{**told, **changes})


def facts(**changes: Any) -> ClusterFacts:
    """This function will make what is decided from."""
    told = {
        "config": config(),
        "mistakes": (),
        "state": ClusterState.DOWN,
        "nodes": None,
        "length": "",
        "groups": GROUPS,
        "standing": standing(),
        "rate": Decimal(2),
        "aws_gap": "",
        "now": NOW,
    }
    return ClusterFacts(**{**told, **changes})


def cluster(**changes: Any) -> Cluster:
    """This function will make a cluster that is up."""
    told = {
        "repository_id": REPOSITORY.id,
        "state": ClusterState.UP,
        "person": "ada",
        "person_id": 7,
        "number": 12,
        "begun_at": NOW,
        "keep_until": NOW.replace(hour=13),
        "updated_at": NOW,
        "details": Details(repository=REPOSITORY, groups=GROUPS),
    }
    return Cluster(**{**told, **changes})
