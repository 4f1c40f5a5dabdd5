"""What people see of the cluster."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.costs.cluster.model import GROUP_TAG, ClusterState, Raised
from bot.costs.cluster.render import (
    Ended,
    render_broken,
    render_costs,
    render_ended,
    render_ending,
    render_kept,
    render_queued,
    render_raised,
    render_rising,
    render_status,
    render_stopped,
    render_unended,
    render_warning,
)
from bot.costs.enforcers.guards import Machine
from tests.support.cluster_facts import GROUPS, NOW, cluster, config, facts, standing

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

URL = "https://github.com/octo/harbour/actions/runs/5"
WHOLE = (Raised(group="storage", wanted=1, ids=("i-1",)),)
PART = (
    Raised(group="storage", wanted=5, ids=("i-1", "i-2"), problems=("`InsufficientInstanceCapacity`: none",)),
    Raised(group="client", wanted=3, ids=("i-3", "i-4", "i-5")),
)


def machine(number: int, **changes: str) -> Machine:
    """This function will make a machine of the cluster."""
    told = {
        "id": f"i-{number:017x}",
        "account": "111111111111",
        "region": "us-east-1",
        "state": "running",
        "type": "i4i.2xlarge",
        "lifecycle": "spot",
    }
    return Machine(**{**told, **changes}, tags={GROUP_TAG: "storage"})


@pytest.mark.parametrize("url", ["", URL])
def test_while_it_rises(snapshot: SnapshotAssertion, url: str) -> None:
    assert render_rising(facts(), url) == snapshot


@pytest.mark.parametrize(
    ("state", "raised"),
    [
        (ClusterState.UP, WHOLE),
        (ClusterState.PARTIAL, PART),
        (
            ClusterState.DOWN,
            (Raised(group="storage", wanted=5, problems=("AWS denied `ec2:CreateFleet`.",)),),
        ),
        (ClusterState.UNCLEAR, (Raised(group="storage", wanted=5, is_uncertain=True),)),
    ],
)
def test_how_it_came_up(snapshot: SnapshotAssertion, state: ClusterState, raised: tuple[Raised, ...]) -> None:
    assert render_raised(facts(), state, raised) == snapshot


def test_how_its_workflow_brought_it_up(snapshot: SnapshotAssertion) -> None:
    assert render_raised(facts(), ClusterState.UP, (), URL) == snapshot


@pytest.mark.parametrize(
    "ended",
    [
        Ended(ids=("i-1", "i-2")),
        Ended(ids=("i-1",), spared=("`i-9` bears the tag `pilothouse:protected`.",)),
        Ended(problems=("It is not known whether `i-2` was ended: timeout",)),
        Ended(),
    ],
)
def test_how_it_ended(snapshot: SnapshotAssertion, ended: Ended) -> None:
    assert render_ended(ended, name="test") == snapshot


def test_how_its_workflow_ended_it(snapshot: SnapshotAssertion) -> None:
    assert render_ended(Ended(), name="test", url=URL) == snapshot


def test_how_it_stands_up(snapshot: SnapshotAssertion) -> None:
    machines = (machine(1), machine(2, lifecycle="", state="pending"))
    up = facts(state=ClusterState.UP, is_counted=True)
    assert render_status(cluster(), up, machines, gap="") == snapshot


def test_how_it_stands_down(snapshot: SnapshotAssertion) -> None:
    down = cluster(state=ClusterState.DOWN, keep_until=None)
    assert render_status(down, facts(), (), gap="") == snapshot


def test_how_it_stands_where_aws_is_not_read(snapshot: SnapshotAssertion) -> None:
    unpriced = tuple(replace(group, spot=None, on_demand=None) for group in GROUPS)
    blind = facts(groups=unpriced, aws_gap="AWS is not read.", price_gaps=("AWS denied it.",))
    assert render_status(cluster(keep_until=None), blind, None, gap="AWS is not read.") == snapshot


def test_nothing_is_said_of_machines_that_nobody_asked_about() -> None:
    assert "machine of it" not in render_status(cluster(), facts(), None, gap="")


def test_a_large_cluster_is_cut_off() -> None:
    many = tuple(machine(number) for number in range(60))
    text = render_status(cluster(), facts(), many, gap="")
    assert "and 10 more" in text
    assert text.count("i4i.2xlarge` | spot") == 50


def test_other_words(snapshot: SnapshotAssertion) -> None:
    unpriced = cluster(details=replace(cluster().details, groups=(replace(GROUPS[0], spot=None),)))
    said = [
        render_queued("brought up"),
        render_unended("brings up", URL),
        render_unended("ends", ""),
        render_stopped(URL),
        render_stopped(""),
        render_ending("test"),
        render_broken("OSError"),
        render_kept(cluster(), NOW + timedelta(hours=3)),
        render_kept(unpriced, NOW + timedelta(hours=3)),
        render_warning(cluster(), NOW + timedelta(hours=3, minutes=50)),
        render_warning(cluster(keep_until=None), NOW),
    ]
    assert "\n---\n".join(said) == snapshot


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        ("99.9", "is reached in 1 min"),
        ("80", "is reached in 6 h 26 min"),
        ("20", "is not reached on this day"),
        ("130", "The day's limit is reached."),
    ],
)
def test_when_the_limit_is_reached(spent: str, words: str) -> None:
    told = render_costs(facts(standing=standing(spent, "130")))
    assert words in told


def test_nothing_is_said_of_a_limit_that_was_not_read() -> None:
    assert "limit is reached" not in render_costs(facts(standing=None))


def test_what_is_paid_is_named() -> None:
    assert "spot (paid)" in render_costs(facts())
    assert "on demand (paid)" in render_costs(facts(config=config(spot=False)))
