"""Machines that are waited for until they are healthy with what they should run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.shipped import Job, module

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.aws_cli import Account

pytestmark = pytest.mark.no_cover

VERIFY = "pilothouse-deploy/verify.py"
BUCKET = "acme-artifacts"
DIGEST, OLD = f"sha256:{'d' * 64}", f"sha256:{'0' * 64}"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RELEASE = {"version": 1, "sha": "a" * 40, "digest": DIGEST, "canary": 100, "nodes": []}


def report(digest: str = DIGEST, *, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "digest": digest,
        "healthy": True,
        "draining": False,
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        **more,
    }


def standings(
    reports: dict[str, dict[str, Any]], machines: tuple[str, ...] = ("i-1",), **release: Any
) -> dict[str, str]:
    verify = module(VERIFY)
    seen = verify.Look(now=NOW, machines=machines, reports=reports)
    return {each.machine: each.text for each in verify.standings({**RELEASE, **release}, seen)}


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (None, "it has not reported yet"),
        (report(), "healthy"),
        (report(OLD), "it has not got to it yet"),
        (report(OLD, healthy=False, problem="SHA256SUMS is missing"), "SHA256SUMS is missing"),
        (report(healthy=False, problem="breakwaterd does not run"), "breakwaterd does not run"),
        (report(healthy=False), "it says that it is not healthy"),
        (report(at=NOW - timedelta(minutes=13)), "it is silent since 2026-03-01T11:47:00Z"),
        (report(at=NOW) | {"at": 7}, "it is silent since 7"),
    ],
)
def test_how_a_machine_stands(told: dict[str, Any] | None, text: str) -> None:
    assert standings({} if told is None else {"i-1": told}) == {"i-1": text}


def test_what_ec2_takes_back_is_not_waited_for() -> None:
    """A spot instance that is drained while a release goes out would fail it otherwise."""
    gone = report(OLD, healthy=False, draining=True)
    assert standings({"i-1": gone, "i-2": report()}, ("i-1", "i-2")) == {"i-2": "healthy"}


def test_a_canary_asks_the_others_for_nothing_but_health() -> None:
    reports = {"i-1": report(OLD), "i-2": report(), "i-3": report(OLD, healthy=False, problem="full")}
    found = standings(reports, ("i-1", "i-2", "i-3"), canary=10, nodes=["i-2"])
    assert found == {"i-1": "healthy", "i-2": "healthy", "i-3": "full"}


def test_a_machine_that_runs_it_and_is_not_well_is_given_three_minutes() -> None:
    """One that has been well in between begins anew."""
    verify = module(VERIFY)
    since: dict[str, datetime] = {}
    ill = [verify.Standing("i-1", is_well=False, is_new=True, text="")]
    well = [verify.Standing("i-1", is_well=True, is_new=True, text="")]
    minutes = [NOW + timedelta(minutes=count) for count in range(10)]
    told = [
        verify.is_hopeless(found, since, at)
        for found, at in zip((ill, ill, well, ill, ill, ill, ill, ill), minutes, strict=False)
    ]
    assert told == [False] * 7 + [True]


def verifying(folder: Path, aws: Account, *, is_real: bool = False) -> Job:
    told = {
        "ARTIFACTS": BUCKET,
        "REGION": "us-east-1",
        "ENVIRONMENT": "production",
        "DIGEST": DIGEST,
        "PATIENCE": "0",
    }
    return Job(folder, {**aws.environment(is_real=is_real), **told})


@pytest.mark.parametrize("is_real", [True, False])
def test_all_machines_of_the_environment_are_held_to_it(
    tmp_path: Path, aws: Account, *, is_real: bool
) -> None:
    first, second = aws.machines("production", 2)
    aws.machines("staging", 1)
    aws.put(BUCKET, "environments/production/release.json", RELEASE)
    aws.put(BUCKET, f"environments/production/nodes/{first}.json", report(at=datetime.now(UTC)))
    job = verifying(tmp_path, aws, is_real=is_real)
    ended = job.run(VERIFY)
    assert ended.returncode == 1
    lines = ended.stdout.splitlines()
    assert f"{first}: healthy" in lines
    assert f"::error::{second}: it has not reported yet" in lines
    aws.put(
        BUCKET, f"environments/production/nodes/{second}.json", report(at=datetime.now(UTC), problem="<b>`|")
    )
    assert job.run(VERIFY).returncode == 0
    assert f"| `{second}` | new | healthy |" in job.page


def test_nothing_is_no_health(tmp_path: Path, aws: Account) -> None:
    """An environment without machines is not one that is well."""
    aws.put(BUCKET, "environments/production/release.json", RELEASE)
    ended = verifying(tmp_path, aws).run(VERIFY)
    assert ended.returncode == 1
    assert "::error::no machine of production runs, so nothing is healthy" in ended.stderr


def test_an_environment_that_was_pointed_elsewhere_is_not_this_one(tmp_path: Path, aws: Account) -> None:
    aws.put(BUCKET, "environments/production/release.json", {**RELEASE, "digest": OLD})
    ended = verifying(tmp_path, aws).run(VERIFY)
    assert ended.returncode == 1
    assert "::error::production was pointed elsewhere meanwhile" in ended.stderr
