"""What deploy-prod writes, what machines make of it and what verify-deployment reads of them are the same words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.machines import INSTANCE
from tests.support.shipped import module

if TYPE_CHECKING:
    from tests.support.machines import Machine

pytestmark = pytest.mark.no_cover

ONE, TWO = "1" * 40, "2" * 40


push, verify = module("pilothouse-deploy/push.py"), module("pilothouse-deploy/verify.py")


def _released(
    machine: Machine, sha: str, program: bytes, before: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Push and point as deploy-binaries does."""
    digest = machine.push(sha, breakwaterd=program)
    told: dict[str, Any] = push.release_of(
        {"SHA": sha, "CANARY": "100", "LEASE_TOKEN": "7"}, digest[7:], before
    )
    return told | {"nodes": []}


def _standing(machine: Machine, release: dict[str, Any]) -> Any:
    seen = verify.Look(now=datetime.now(UTC), machines=(INSTANCE,), reports={INSTANCE: machine.told()})
    return verify.standing(INSTANCE, release, seen)


def test_a_machine_that_runs_the_release_is_well(started: Machine) -> None:
    release = _released(started, ONE, b"one")
    started.release(release)
    started.keep()

    standing = _standing(started, release)

    assert (standing.is_well, standing.is_new) == (True, True), standing.text


def test_a_machine_that_has_not_looked_yet_is_waited_for(started: Machine) -> None:
    first = _released(started, ONE, b"one")
    started.release(first)
    started.keep()

    standing = _standing(started, _released(started, TWO, b"two", first))

    assert (standing.is_well, standing.is_new) == (False, False)


def test_outside_of_a_canary_a_machine_is_well_as_it_is(started: Machine) -> None:
    first = _released(started, ONE, b"one")
    started.release(first)
    started.keep()
    second = _released(started, TWO, b"two", first) | {"canary": 10, "nodes": ["i-0ffffffffffffffff"]}
    started.release(second)
    started.keep()

    standing = _standing(started, second)

    assert (standing.is_well, standing.is_new) == (True, False), standing.text


def test_why_a_machine_is_not_well_is_told(started: Machine) -> None:
    release = _released(started, ONE, b"one")
    started.release(release)
    started.metadata.is_well = False
    started.keep()

    standing = _standing(started, release)

    assert not standing.is_well
    assert standing.text == "breakwaterd does not run, or is not healthy"


def test_a_report_is_json_of_a_known_version(started: Machine) -> None:
    started.keep()

    told = started.told()

    assert told["version"] == 1
    assert verify.moment(told["at"]).year >= 2026
    assert json.dumps(told)
