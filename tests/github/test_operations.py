"""The table of operations, held against GitHub's own description."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.github.operations import OPERATIONS, REQUIRED_PERMISSIONS

if TYPE_CHECKING:
    from bot.github.operation import Operation

# What a description says in words alone: "If making a request on behalf of a GitHub App you must also have
# permissions to write the contents of the head repository.", and "Only users with push access will receive listings
# for draft releases."
IN_WORDS = {
    "repos/get": {"contents": "write"},
    "pulls/update-branch": {"contents": "write"},
    "repos/list-releases": {"contents": "write"},
    "repos/get-release": {"contents": "write"},
    "repos/list-release-assets": {"contents": "write"},
    "repos/get-release-asset": {"contents": "write"},
}
DATA = Path(__file__).parents[1] / "data" / "github"


def by_id(operation: Operation) -> str:
    return operation.id


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(
        gzip.decompress((DATA / "permissions.json.gz").read_bytes())
    )["operations"]
    return found


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_id)
def test_an_operation_is_what_github_describes(
    operation: Operation, described: dict[str, dict[str, object]]
) -> None:
    entry = described[operation.id]
    assert (operation.method, operation.path) == (entry["method"], entry["path"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_id)
def test_an_operations_permissions_are_enough_and_no_more(
    operation: Operation, described: dict[str, dict[str, object]]
) -> None:
    entry = described[operation.id]
    if entry["credential"] == "app JWT":
        assert not operation.permissions
        return
    sets = entry["any_of"]
    assert isinstance(sets, list)
    # where GitHub asks for nothing, a token is still narrowed to what every token may do
    beside = IN_WORDS.get(operation.id, {})
    assert dict(operation.permissions) in [(one or {"metadata": "read"}) | beside for one in sets]


def test_no_operation_stands_twice() -> None:
    assert len({operation.id for operation in OPERATIONS}) == len(OPERATIONS)


def test_the_app_needs_the_strongest_of_each_permission() -> None:
    assert REQUIRED_PERMISSIONS["issues"] == "write"
    assert REQUIRED_PERMISSIONS["metadata"] == "read"
    held = {(name, level) for name, level in REQUIRED_PERMISSIONS.items()}
    for operation in OPERATIONS:
        for name, level in operation.permissions:
            assert (name, level) in held or (name, "write") in held


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_id)
def test_reading_costs_one_point_and_writing_five(operation: Operation) -> None:
    assert operation.points == (1 if operation.method == "GET" else 5)
