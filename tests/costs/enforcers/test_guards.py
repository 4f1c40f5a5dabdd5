"""Which machines the limit may end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.costs.enforcers.guards import Guards, Machine, Why, may_terminate

OURS = Machine(
    id="i-0aaaaaaaaaaaaaaa1",
    account="111122223333",
    region="us-east-1",
    state="running",
    type="i4i.2xlarge",
    lifecycle="spot",
    tags={"pilothouse:managed": "true", "pilothouse:reap": "true", "pilothouse:cluster": "test"},
)
GUARDS = Guards(cluster="test", protected=("i-0bbbbbbbbbbbbbbb2",), host="i-0ccccccccccccccc3")


def tagged(**changes: str | None) -> Machine:
    """This function will change the machine's tags; None takes one away."""
    tags = {name: value for name, value in OURS.tags.items() if changes.get(name.partition(":")[2], value)}
    new = {f"pilothouse:{name}": value for name, value in changes.items() if value}
    return replace(OURS, tags={**tags, **new})


KEPT: tuple[tuple[str, Machine, Why], ...] = (
    ("a stranger's, without tags", replace(OURS, tags={}), Why.UNMANAGED),
    ("managed is missing", tagged(managed=None), Why.UNMANAGED),
    ("managed says something else", tagged(managed="yes"), Why.UNMANAGED),
    ("managed in capitals is not what the policy of AWS lets end", tagged(managed="True"), Why.UNMANAGED),
    ("reap is missing", tagged(reap=None), Why.NOT_REAPABLE),
    ("reap is false", tagged(reap="false"), Why.NOT_REAPABLE),
    ("another cluster", tagged(cluster="production"), Why.OTHER_CLUSTER),
    ("no cluster", tagged(cluster=None), Why.OTHER_CLUSTER),
    ("protected", tagged(protected="true"), Why.PROTECTED_TAG),
    ("protected, in other words", tagged(protected="Yes"), Why.PROTECTED_TAG),
    ("protected by id", replace(OURS, id="i-0bbbbbbbbbbbbbbb2"), Why.PROTECTED_ID),
    ("the machine that the bot runs on", replace(OURS, id="i-0ccccccccccccccc3"), Why.THIS_HOST),
    ("on demand", replace(OURS, lifecycle=""), Why.NOT_SPOT),
    ("a capacity block", replace(OURS, lifecycle="capacity-block"), Why.NOT_SPOT),
    *(
        (f"it is {state}", replace(OURS, state=state), Why.NOT_RUNNING)
        for state in ("stopping", "stopped", "terminated", "shutting-down", "")
    ),
)


@pytest.mark.parametrize(("machine", "why"), [case[1:] for case in KEPT], ids=[case[0] for case in KEPT])
def test_what_is_left_alone(machine: Machine, why: Why) -> None:
    """A machine that fails one guard is left alone, and the guard is named.

    https://github.com/ekristen/aws-nuke/issues/278 tells of tags that protected nothing.
    """
    refusal = may_terminate(machine, GUARDS)
    assert refusal is not None
    assert refusal.why is why
    assert f"`{machine.id}`" in refusal.text


@pytest.mark.parametrize("machine", [OURS, replace(OURS, state="pending"), tagged(protected="false")])
def test_what_may_be_ended(machine: Machine) -> None:
    """A running spot instance of the cluster that bears both tags may be ended."""
    assert may_terminate(machine, GUARDS) is None


def test_a_cluster_on_demand_is_ended_by_people_only() -> None:
    """What a person takes down may be on demand; all other guards hold there too."""
    guards = replace(GUARDS, spot_only=False)
    assert may_terminate(replace(OURS, lifecycle=""), guards) is None
    assert may_terminate(replace(OURS, lifecycle="", tags={}), guards) is not None
