"""What the pack gives to actions is what they take: of every rendered file, also of jobs that no test runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.actions.stand_ins import STAND_INS
from tests.support.actions.using import declared_inputs
from tests.support.packs import PIPELINES, pack_of, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN = "$/.github/actions/"


def uses(content: bytes) -> Iterator[dict[str, Any]]:
    """Every step of a file that uses an action."""
    told = read_yaml(content)
    lists = [job.get("steps", []) for job in told.get("jobs", {}).values()]
    lists.append(told.get("runs", {}).get("steps", []))
    for steps in lists:
        yield from (step for step in steps if "uses" in step)


@pytest.mark.parametrize("name", PIPELINES)
def test_every_action_gets_inputs_that_it_declares(name: str) -> None:
    """GitHub only warns of an input that an action does not know, and the action goes without."""
    pack = pack_of(name)
    files = {
        path: content
        for path, content in pack.items()
        if path.endswith(".yml") and path.startswith(".github/")
    }
    seen: set[str] = set()
    for path, content in files.items():
        for step in uses(content):
            action, given = step["uses"].partition("@")[0], step.get("with", {})
            seen.add(action)
            if action.startswith(_OWN):
                declared = read_yaml(pack[f"{action.removeprefix('$/')}/action.yml"]).get("inputs", {})
            else:
                assert action in STAND_INS, f"nothing stands in for {action}"
                declared = declared_inputs(action)
            needed = {key for key, one in declared.items() if one and one.get("required")}
            assert given.keys() <= declared.keys(), f"{path}: {action}"
            assert needed <= given.keys(), f"{path}: {action}"
    assert "actions/checkout" in seen
