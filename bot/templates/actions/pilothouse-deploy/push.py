"""Pushes programs to the bucket, never over others, and points an environment's machines to them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SUMS = "SHA256SUMS"
TRIES = 5  # at pointing the machines, while another run points them too


class Bucket:
    """The bucket of programs, by the AWS CLI."""

    def __init__(self, name: str, region: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self._command = ["aws", "--region", region, "--output", "json"]

    def call(self, *arguments: str) -> tuple[dict[str, Any], str]:
        """This function will call AWS and return what it answered, or its complaint."""
        answer = subprocess.run([*self._command, *arguments], check=False, capture_output=True, text=True)
        if answer.returncode != 0:
            return {}, answer.stderr.strip() or "the AWS CLI failed without a word"
        return (json.loads(answer.stdout) if answer.stdout.strip() else {}), ""

    def get(self, key: str) -> tuple[bytes, str] | None:
        """This function will read an object with its version's mark; None where there is none."""
        out = self.folder / "fetched"
        told, problem = self.call("s3api", "get-object", "--bucket", self.name, "--key", key, str(out))
        if "NoSuchKey" in problem or "(404)" in problem:
            return None
        if problem:
            raise failed(f"s3://{self.name}/{key} could not be read: {problem}")
        return out.read_bytes(), told["ETag"]

    def put(self, key: str, body: Path, *condition: str) -> bool:
        """This function will write an object where the condition holds, and say whether it did."""
        put = ("s3api", "put-object", "--bucket", self.name, "--key", key, "--body", str(body))
        _, problem = self.call(*put, *condition)
        if "PreconditionFailed" in problem or "ConditionalRequestConflict" in problem:
            return False
        if problem:
            raise failed(f"s3://{self.name}/{key} could not be written: {problem}")
        return True


def failed(text: str) -> SystemExit:
    """This function will end the job with a sentence that stands on the page of the run."""
    return SystemExit(f"::error::{text}")


def unpacked(folder: Path, into: Path, sha: str) -> list[Path]:
    """This function will take the programs of the commit out of their archive, in the order of their names."""
    archives = sorted(folder.glob("*.tar.gz"))
    if len(archives) != 1:
        raise failed(f"one archive of programs is expected in {folder}, and {len(archives)} are there")
    if sha not in archives[0].name:
        raise failed(f"{archives[0].name} was not built of {sha}: it is another run's")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(into, filter="data")
    files = (each for each in into.rglob("*") if each.is_file() and os.access(each, os.X_OK))
    return sorted(files, key=lambda each: each.name)


def pushed(bucket: Bucket, told: dict[str, str]) -> str:
    """This function will push the programs, their checksums last, and return the digest of these.

    A build lies under its own digest: another build of the same commit never comes in its place, and one whose
    checksums are there is there as a whole.
    """
    programs = unpacked(Path(told["FOLDER"]), bucket.folder / "programs", told["SHA"])
    sums = bucket.folder / SUMS
    lines = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in programs]
    sums.write_text("".join(lines))
    digest = hashlib.sha256(sums.read_bytes()).hexdigest()
    place = f"builds/{told['SHA']}/{digest}"
    if bucket.get(f"{place}/{SUMS}") is None:
        for each in (*programs, sums):
            bucket.put(f"{place}/{each.name}", each)
    print("".join(lines), end="")
    return digest


def found(bucket: Bucket, told: dict[str, str]) -> str:
    """This function will find programs that were pushed before, and return their digest."""
    digest = told["DIGEST"].removeprefix("sha256:")
    there = bucket.get(f"builds/{told['SHA']}/{digest}/{SUMS}")
    if there is None or hashlib.sha256(there[0]).hexdigest() != digest:
        raise failed(f"the bucket has no programs of {told['SHA']} with the digest {told['DIGEST']}")
    print(there[0].decode(), end="")
    return digest


def chosen(bucket: Bucket, environment: str, canary: int) -> list[str]:
    """This function will choose the machines that take a canary: always the same first ones, and at least one."""
    filters = (
        f"Name=tag:pilothouse:environment,Values={environment}",
        "Name=instance-state-name,Values=running",
    )
    query = "Reservations[].Instances[].InstanceId"
    told, problem = bucket.call("ec2", "describe-instances", "--filters", *filters, "--query", query)
    if problem:
        raise failed(f"the machines of {environment} could not be listed: {problem}")
    ids = sorted(map(str, told), key=lambda each: hashlib.sha256(each.encode()).hexdigest())
    return ids[: -(-len(ids) * canary // 100)]


def release_of(told: dict[str, str], digest: str, before: dict[str, Any] | None) -> dict[str, Any]:
    """This function will write what the machines read: what to run, how many of them, and what the others run.

    What the others run is what all ran last, however many steps a canary takes.
    """
    whole = before if before is None or before["canary"] == 100 else before.get("previous")  # noqa: PLR2004 - percent
    previous = None if whole is None else {name: whole[name] for name in ("sha", "digest", "prefix")}
    return {
        "version": 1,
        "sha": told["SHA"],
        "digest": f"sha256:{digest}",
        "prefix": f"builds/{told['SHA']}/{digest}",
        "canary": int(told["CANARY"]),
        "lease": int(told["LEASE_TOKEN"]) if told.get("LEASE_TOKEN") else (before or {}).get("lease"),
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "previous": previous,
    }


def known(body: bytes, key: str) -> dict[str, Any]:
    """This function will read the release that the machines are pointed to now."""
    try:
        told = json.loads(body)
        if isinstance(told["canary"], int) and all(
            isinstance(told[name], str) for name in ("sha", "digest", "prefix")
        ):
            return dict(told)
    except (ValueError, TypeError, KeyError):
        pass
    raise failed(
        f"{key} is no release that this workflow has written: look at it, and delete it where it is a mistake"
    )


def point(bucket: Bucket, told: dict[str, str], digest: str) -> dict[str, Any]:
    """This function will point the environment's machines to the programs, unless a newer holder has done so."""
    key, body = f"environments/{told['ENVIRONMENT']}/release.json", bucket.folder / "release.json"
    canary = int(told["CANARY"])
    nodes = chosen(bucket, told["ENVIRONMENT"], canary) if canary < 100 else []  # noqa: PLR2004 - percent
    for _ in range(TRIES):
        there = bucket.get(key)
        before = None if there is None else known(there[0], key)
        release = release_of(told, digest, before) | {"nodes": nodes}
        held = (before or {}).get("lease") or 0
        if told.get("LEASE_TOKEN") and held > release["lease"]:
            late = f"lease {release['lease']} is over: {told['ENVIRONMENT']} was handed on as lease {held}"
            raise failed(
                f"{late}. Where Pilothouse counts anew, with a new database, set `lease` of {key} to null"
            )
        body.write_text(json.dumps(release, indent=2))
        if bucket.put(key, body, *(("--if-none-match", "*") if there is None else ("--if-match", there[1]))):
            return release
    raise failed(f"{key} changes all the time: somebody else deploys to {told['ENVIRONMENT']} too")


def main() -> None:
    """This function will push and point."""
    told = dict(os.environ)
    folder = Path(told["RUNNER_TEMP"]) / "pilothouse-push"
    folder.mkdir(parents=True, exist_ok=True)
    bucket = Bucket(told["ARTIFACTS"], told["REGION"], folder)
    digest = found(bucket, told) if told.get("DIGEST") else pushed(bucket, told)
    release = point(bucket, told, digest)
    kept = Path(told["SUMMARY"])
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"version": 1, "digest": release["digest"]}))
    with Path(told["GITHUB_OUTPUT"]).open("a") as outputs:
        outputs.write(f"digest={release['digest']}\n")
    reach = f"{len(release['nodes'])} machines" if release["nodes"] else "all machines"
    with Path(told["GITHUB_STEP_SUMMARY"]).open("a") as page:
        page.write(f"Pointed {reach} of {told['ENVIRONMENT']} to `{release['prefix']}`.\n")


if __name__ == "__main__":
    main()
