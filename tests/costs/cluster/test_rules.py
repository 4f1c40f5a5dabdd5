"""Whether the cluster may be brought up: a table of what stands against it, and the day's limit in view."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.budget.model import Mode, Stage
from bot.commands.model import Reason, Refused
from bot.config.costing import CostConfig, EnforceConfig, FleetConfig
from bot.costs.cluster.model import ClusterState, Details, Raised
from bot.costs.cluster.rules import (
    costs_of_cluster,
    decide_cluster,
    kept_until,
    limit_condition,
    limit_in,
    state_of,
)
from bot.decisions.model import Outcome, Standing
from tests.support.cluster_facts import GROUPS, NOW, cluster, config, facts, standing

FLEET = FleetConfig(launch_template="test", subnets=("subnet-0123456789abcdef0",))
UNPRICED = tuple(replace(group, spot=None, on_demand=None) for group in GROUPS)
NO_SPOT = tuple(replace(group, spot=None) for group in GROUPS)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"config": None}, Reason.NO_CLUSTER),
        ({"config": None, "mistakes": ("line 3: no such key",)}, Reason.CONFIGURATION_INVALID),
        ({"state": ClusterState.UP}, Reason.CLUSTER_UP),
        ({"state": ClusterState.PARTIAL}, Reason.CLUSTER_UP),
        ({"state": ClusterState.UNCLEAR}, Reason.CLUSTER_UP),
        ({"state": ClusterState.RISING}, Reason.CLUSTER_BUSY),
        ({"state": ClusterState.ENDING}, Reason.CLUSTER_BUSY),
        ({"strays": 3}, Reason.CLUSTER_UP),
        ({"nodes": 0}, Reason.PARAMETER_INVALID),
        ({"nodes": 101}, Reason.PARAMETER_INVALID),
        (
            {"nodes": 3, "config": config(groups={"client": config().groups["client"]})},
            Reason.PARAMETER_INVALID,
        ),
        ({"length": "13h"}, Reason.TIME_INVALID),
        ({"config": config(fleet=FLEET), "aws_gap": "Not allowed."}, Reason.AWS_NOT_ALLOWED),
        ({"standing": standing(stage=Stage.FROZEN)}, Reason.BUDGET_FROZEN),
        ({"standing": standing("80", "97")}, Reason.OVER_LIMIT),
    ],
)
def test_each_thing_that_stands_against_it_refuses_it(changes: dict[str, Any], reason: Reason) -> None:
    decision = decide_cluster(facts(**changes))
    assert decision.outcome is Outcome.REFUSE
    assert decision.reason == reason


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"nodes": 1},
        {"nodes": 100, "standing": None},
        {"length": "12h"},
        {"standing": None},
        {"aws_gap": "Not allowed."},  # a workflow needs no credentials of the bot's
        {"config": config(fleet=FLEET)},
        {"config": config(fleet=FLEET), "aws_gap": None},
        {"standing": standing(stage=Stage.FROZEN, mode=Mode.DRY_RUN)},
        {"standing": standing(stage=Stage.FROZEN, day=(NOW - timedelta(days=1)).date())},
        {"standing": standing("80", "97", mode=Mode.DRY_RUN)},
        {"standing": standing("80", "97", is_sure=False)},
        {"standing": standing("80", "97"), "length": "1h"},
        {"standing": standing("80", "97"), "groups": UNPRICED},
    ],
)
def test_it_goes_ahead_where_nothing_does(changes: dict[str, Any]) -> None:
    assert decide_cluster(facts(**changes)).outcome is Outcome.PROCEED


def test_every_refusal_says_what_may_help() -> None:
    decision = decide_cluster(facts(standing=standing("80", "97")))
    assert "/cluster up 3 --for 1h" in decision.text
    assert "/budget extend" in decision.text


def test_only_this_days_part_of_its_time_counts_against_the_limit() -> None:
    """The limit is of a day: what runs after midnight is the next day's."""
    late = NOW.replace(hour=23)
    told = limit_condition(facts(now=late, standing=standing("80", "97", read_at=late)))
    assert told.standing is Standing.MET
    assert "1.0 h of this day" in told.text
    assert "$98.10" in told.text


def test_without_spot_prices_it_is_held_to_the_list_price() -> None:
    """Unknown is not nothing: the dearer price is taken."""
    told = limit_condition(facts(groups=NO_SPOT, standing=standing("80", "90")))
    assert told.standing is Standing.UNMET
    assert "$106.35" in told.text


def test_what_is_counted_already_is_not_counted_twice() -> None:
    up = facts(state=ClusterState.UP, is_counted=True, standing=standing("80", "99"))
    assert "is expected to cost $99.00" in limit_condition(up).text
    assert limit_in(up) == timedelta(hours=10)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rate": Decimal("2.8952")}, timedelta(hours=20)),  # 80 dollars at 4 an hour
        ({"standing": standing("120", "130")}, timedelta()),
        ({"standing": None}, None),
        ({"rate": None}, None),
        ({"groups": UNPRICED}, None),
        ({"groups": (), "rate": Decimal(0)}, None),
        ({"standing": standing(day=(NOW - timedelta(days=1)).date())}, None),
    ],
)
def test_the_time_to_the_limit(changes: dict[str, Any], expected: timedelta | None) -> None:
    assert limit_in(facts(**changes)) == expected


@pytest.mark.parametrize(
    ("raised", "state"),
    [
        ((Raised(group="a", wanted=1, ids=("i-1",)),), ClusterState.UP),
        ((Raised(group="a", wanted=2, ids=("i-1",)),), ClusterState.PARTIAL),
        ((Raised(group="a", wanted=1), Raised(group="b", wanted=1, ids=("i-1",))), ClusterState.PARTIAL),
        ((Raised(group="a", wanted=1),), ClusterState.DOWN),
        ((), ClusterState.DOWN),
        (
            (
                Raised(group="a", wanted=1, is_uncertain=True),
                Raised(group="b", wanted=1, ids=("i-1",)),
            ),
            ClusterState.UNCLEAR,
        ),
    ],
)
def test_how_it_stands_after_its_machines_were_asked_for(
    raised: tuple[Raised, ...], state: ClusterState
) -> None:
    assert state_of(raised) is state


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("2h", NOW.replace(hour=13)),  # it stays until then anyway
        ("6h", NOW.replace(hour=15)),
        ("12h", NOW.replace(hour=21)),
    ],
)
def test_it_is_kept_from_now_on_and_never_shorter_than_before(length: str, expected: object) -> None:
    assert kept_until(cluster(), length, longest="12h", now=NOW) == expected


@pytest.mark.parametrize(
    ("changes", "length", "reason"),
    [
        ({}, "13h", Reason.TIME_INVALID),
        ({"state": ClusterState.DOWN}, "1h", Reason.CLUSTER_DOWN),
        ({"state": ClusterState.ENDING}, "1h", Reason.CLUSTER_BUSY),
        ({"begun_at": None}, "1h", Reason.CLUSTER_DOWN),
    ],
)
def test_it_is_not_kept_for_ever_nor_where_there_is_none(
    changes: dict[str, Any], length: str, reason: Reason
) -> None:
    told = kept_until(cluster(**changes), length, longest="12h", now=NOW)
    assert isinstance(told, Refused)
    assert told.reason is reason


def test_a_cluster_without_an_end_is_given_one() -> None:
    assert kept_until(cluster(keep_until=None), "2h", longest="12h", now=NOW) == NOW.replace(hour=11)


def test_it_is_ended_by_the_configuration_that_brought_it_up() -> None:
    """A newer one may look for other tags; what it protects is protected too."""
    old = CostConfig(cluster=config(), enforce=EnforceConfig(cluster="old", protected=("i-00000001",)))
    new = CostConfig(enforce=EnforceConfig(cluster="new", protected=("i-00000002",)))
    up = cluster(details=Details(costs=old))
    for newer, protected in ((new, ("i-00000001", "i-00000002")), (None, ("i-00000001",))):
        held = costs_of_cluster(newer, up)
        assert held is not None
        assert held.enforce == EnforceConfig(cluster="old", protected=protected)
        assert held.cluster == old.cluster
    assert costs_of_cluster(new, replace(up, state=ClusterState.DOWN)) is new
    assert costs_of_cluster(new, cluster()) is new
