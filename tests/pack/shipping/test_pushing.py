"""Programs that are pushed, and the machines that are pointed to them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.gates.plan_summary import digest_from
from tests.support.shipped import Job, module

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.aws_cli import Account

pytestmark = pytest.mark.no_cover

PUSH = "pilothouse-deploy/push.py"
BUCKET = "acme-artifacts"
RELEASE = "environments/production/release.json"
SHA, NEXT = "a" * 40, "b" * 40


def pushing(
    folder: Path, aws: Account, program: bytes = b"one", *, is_real: bool = False, **settings: str
) -> Job:
    pack = module("pilothouse-programs/package.py")
    (folder / "programs").mkdir(parents=True, exist_ok=True)
    name = f"breakwater-{settings.get('SHA', SHA)}-linux-x64"
    files = {f"{name}/breakwaterd": (program, 0o755), f"{name}/LICENSE": (b"MIT", 0o644)}
    pack.pack(folder / "programs" / f"{name}.tar.gz", files, 0)
    job = {
        **aws.environment(is_real=is_real),
        "ARTIFACTS": BUCKET,
        "REGION": "us-east-1",
        "ENVIRONMENT": "production",
        "SHA": SHA,
        "CANARY": "100",
        "FOLDER": str(folder / "programs"),
        "SUMMARY": str(folder / "summary.json"),
    }
    return Job(folder, {**job, **settings})


def released(aws: Account) -> dict[str, Any]:
    return dict(json.loads(aws.objects(BUCKET)[RELEASE]))


@pytest.mark.parametrize("is_real", [True, False])
def test_programs_lie_under_their_digest_and_machines_are_pointed_there(
    tmp_path: Path, aws: Account, *, is_real: bool
) -> None:
    """Two builds of a commit never come in each other's place, and the same one is pushed once."""
    job = pushing(tmp_path / "one", aws, is_real=is_real)
    ended = job.run(PUSH)
    assert ended.returncode == 0, ended.stderr
    sums = f"{hashlib.sha256(b'one').hexdigest()}  breakwaterd\n".encode()
    digest = hashlib.sha256(sums).hexdigest()
    there = aws.objects(BUCKET)
    assert there[f"builds/{SHA}/{digest}/SHA256SUMS"] == sums
    assert there[f"builds/{SHA}/{digest}/breakwaterd"] == b"one"
    release = released(aws)
    assert release.pop("at").endswith("Z")
    assert release == {
        "version": 1,
        "sha": SHA,
        "digest": f"sha256:{digest}",
        "prefix": f"builds/{SHA}/{digest}",
        "canary": 100,
        "nodes": [],
        "lease": None,
        "previous": None,
    }
    assert job.outputs["digest"] == f"sha256:{digest}"
    assert digest_from((tmp_path / "one" / "summary.json").read_bytes()) == f"sha256:{digest}"
    assert pushing(tmp_path / "two", aws, b"two").run(PUSH).returncode == 0
    assert len([key for key in aws.objects(BUCKET) if key.startswith(f"builds/{SHA}/")]) == 4
    assert released(aws)["previous"] == {name: release[name] for name in ("sha", "digest", "prefix")}


def test_programs_of_another_commit_are_not_pushed(tmp_path: Path, aws: Account) -> None:
    """The run that planned is named by whoever dispatches."""
    ended = pushing(tmp_path, aws).run(PUSH, SHA=NEXT)
    assert ended.returncode == 1
    assert f"was not built of {NEXT}: it is another run's" in ended.stderr
    assert aws.objects(BUCKET) == {}


def test_a_rollback_points_back_to_what_is_there(tmp_path: Path, aws: Account) -> None:
    first = pushing(tmp_path / "one", aws)
    assert first.run(PUSH).returncode == 0
    digest = first.outputs["digest"]
    assert pushing(tmp_path / "two", aws, b"two", SHA=NEXT).run(PUSH).returncode == 0
    before = set(aws.objects(BUCKET))
    back = pushing(tmp_path / "back", aws, DIGEST=digest)
    assert back.run(PUSH).returncode == 0
    assert set(aws.objects(BUCKET)) == before
    assert (released(aws)["sha"], released(aws)["digest"]) == (SHA, digest)
    lost = pushing(tmp_path / "lost", aws, DIGEST=f"sha256:{'0' * 64}").run(PUSH)
    assert lost.returncode == 1
    assert f"::error::the bucket has no programs of {SHA} with the digest sha256:000" in lost.stderr


def test_who_comes_late_points_nobody_anywhere(tmp_path: Path, aws: Account) -> None:
    """A job that was asleep while the environment was handed on would undo what its next holder did.

    https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html
    """
    assert pushing(tmp_path / "new", aws, LEASE_TOKEN="8").run(PUSH).returncode == 0
    before = released(aws)
    late = pushing(tmp_path / "late", aws, b"two", LEASE_TOKEN="7").run(PUSH)
    assert late.returncode == 1
    assert "::error::lease 7 is over: production was handed on as lease 8" in late.stderr
    assert released(aws) == before


def test_a_canary_reaches_at_least_one_machine_and_then_more(tmp_path: Path, aws: Account) -> None:
    """What all others run stays what all ran before, however many steps there are."""
    ids = aws.machines("production", 5)
    aws.machines("staging", 2)
    assert pushing(tmp_path / "whole", aws).run(PUSH).returncode == 0
    whole = released(aws)["digest"]
    reached = []
    for share in ("10", "50"):
        canary = pushing(tmp_path / share, aws, b"two", SHA=NEXT, CANARY=share)
        assert canary.run(PUSH).returncode == 0
        reached.append(released(aws)["nodes"])
        assert released(aws)["previous"]["digest"] == whole
    assert [len(nodes) for nodes in reached] == [1, 3]
    assert set(reached[0]) < set(reached[1]) < set(ids)


@pytest.mark.parametrize("is_real", [True, False])
def test_a_bucket_refuses_what_was_read_before_somebody_else_wrote(
    tmp_path: Path, aws: Account, monkeypatch: pytest.MonkeyPatch, *, is_real: bool
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html."""
    for name, value in aws.environment(is_real=is_real).items():
        monkeypatch.setenv(name, value)
    bucket, body = module(PUSH).Bucket(BUCKET, "us-east-1", tmp_path), tmp_path / "body"
    body.write_text("{}")
    assert bucket.get(RELEASE) is None
    assert bucket.put(RELEASE, body, "--if-none-match", "*")
    assert not bucket.put(RELEASE, body, "--if-none-match", "*")
    assert bucket.get(RELEASE)[0] == b"{}"


def test_who_points_at_the_same_moment_is_taken_into_account(tmp_path: Path, aws: Account) -> None:
    """What is written is made of what was there last: `previous` and the lease would be wrong otherwise."""
    assert pushing(tmp_path / "one", aws).run(PUSH).returncode == 0
    other = {**released(aws), "digest": f"sha256:{'9' * 64}"}
    job = pushing(tmp_path / "two", aws, b"two", DIGEST=released(aws)["digest"])
    aws.commands.before["s3api:put-object"] = lambda _: aws.put(BUCKET, RELEASE, other)
    assert job.run(PUSH).returncode == 0
    assert released(aws)["previous"]["digest"] == other["digest"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"canary": 100}'])
def test_a_release_that_cannot_be_read_is_not_written_over(body: bytes) -> None:
    with pytest.raises(SystemExit, match="is no release that this workflow has written"):
        module(PUSH).known(body, RELEASE)
