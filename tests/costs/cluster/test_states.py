"""A cluster stands as its table of states says, and no state is a dead end in which machines go on costing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.costs.cluster.model import Act, ClusterState, SteerCluster, groups_of, hourly, scaled
from bot.costs.cluster.states import BUSY, KEEPABLE, MOVES, diagram, may_move
from tests.support.cluster_facts import GROUPS, NOW, cluster, config
from tests.support.commands import PERSON, REPOSITORY

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from bot.engine.model import Queue


@pytest.mark.parametrize("state", ClusterState)
def test_every_state_leads_to_the_ground(state: ClusterState) -> None:
    reached, edge = {state}, {state}
    while edge:
        edge = {to for one in edge for to in MOVES[one]} - reached
        reached |= edge
    assert ClusterState.DOWN in reached


@pytest.mark.parametrize("state", ClusterState)
def test_whatever_may_cost_can_be_ended(state: ClusterState) -> None:
    assert may_move(state, ClusterState.ENDING)


def test_nothing_rises_twice() -> None:
    """Whoever asks for a cluster that stands would pay for two."""
    assert [state for state in ClusterState if ClusterState.RISING in MOVES[state]] == [ClusterState.DOWN]


def test_to_stay_is_no_move() -> None:
    assert all(may_move(state, state) for state in ClusterState)


def test_busy_and_keepable_states_are_states_that_move() -> None:
    assert all(MOVES[state] for state in BUSY | KEEPABLE)
    assert ClusterState.DOWN not in BUSY | KEEPABLE


def test_the_diagram(snapshot: SnapshotAssertion) -> None:
    assert diagram() == snapshot


def test_the_reference_cluster_costs_four_dollars_an_hour_on_demand() -> None:
    """5 i4i.2xlarge, 3 c7a.xlarge and a t3.medium: about $4.1."""
    on_demand, spot = hourly(GROUPS, is_spot=False), cluster().hourly
    assert on_demand == Decimal("4.08744")
    assert spot == Decimal("1.1048")


@pytest.mark.parametrize(("nodes", "expected"), [(None, (5, 3, 1)), (2, (2, 3, 1))])
def test_only_the_scaling_group_takes_the_number(nodes: int | None, expected: tuple[int, ...]) -> None:
    assert tuple(group.count for group in groups_of(config(), nodes)) == expected
    assert scaled(config(), nodes) == expected[0]


def test_without_a_scaling_group_no_number_is_passed_on() -> None:
    fixed = config(groups={"client": config().groups["client"]})
    assert scaled(fixed, 3) is None


def test_one_price_that_is_not_known_leaves_the_sum_unknown() -> None:
    """Unknown is never nothing."""
    unknown = (replace(GROUPS[0], spot=None), *GROUPS[1:])
    assert hourly(unknown, is_spot=True) is None
    assert hourly(unknown, is_spot=False) is not None
    empty = (replace(GROUPS[0], spot=None, count=0), *GROUPS[1:])
    assert hourly(empty, is_spot=True) is not None


def test_a_look_waits_for_nothing_that_changes_the_cluster() -> None:
    def start(act: Act) -> tuple[str, Queue]:
        asked = SteerCluster(
            repository=REPOSITORY,
            key=f"1/{act}",
            act=act,
            author=PERSON,
            asked_at=NOW,
            number=12,
        )
        return asked.start().partition, asked.start().queue

    assert start(Act.UP) == start(Act.DOWN) != start(Act.STATUS)
