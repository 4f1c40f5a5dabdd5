"""Applies exactly the plan that was approved, unless somebody else has come to hold the environment since."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

LOCK = ".terraform.lock.hcl"
TRIES = 5  # at noting the lease, while others note theirs


def fail(text: str) -> SystemExit:
    """This function will end the job with a sentence that stands on the page of the run."""
    return SystemExit(f"::error::{text}")


def aws(told: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """This function will call the AWS CLI and return what it answered, good or bad."""
    command = ["aws", "--region", told["REGION"], "--output", "json", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def fetch(told: dict[str, str], out: Path) -> None:
    """This function will fetch the plan and see that it is the one that was approved, to the last bit."""
    digest, run = told["DIGEST"].lower(), told["PLAN_RUN_ID"]
    if not re.fullmatch(r"[0-9a-f]{64}", digest) or not re.fullmatch(r"[0-9]{1,20}", run):
        raise fail("there is no plan to apply: its digest and the run that made it have to be given")
    key = f"plans/{told['ENVIRONMENT']}/{run}/{digest}.tfplan"
    answer = aws(told, "s3api", "get-object", "--bucket", told["STATE"], "--key", key, str(out))
    if answer.returncode != 0:
        raise fail(f"the plan {key} was not found in {told['STATE']}: {answer.stderr.strip()}")
    found = hashlib.sha256(out.read_bytes()).hexdigest()
    if found != digest:
        raise fail(
            f"the plan in the bucket has the digest {found}, and {digest} was approved: nothing is applied"
        )


def hold(told: dict[str, str]) -> None:
    """This function will refuse a run that comes after a newer holder of the environment, and note what it holds."""
    token = told.get("LEASE_TOKEN", "")
    if not token:
        return
    out = Path(told["RUNNER_TEMP"]) / "pilothouse-lease.json"
    key = f"leases/{told['ENVIRONMENT']}.json"
    for _ in range(TRIES):
        answer = aws(told, "s3api", "get-object", "--bucket", told["STATE"], "--key", key, str(out))
        is_first = "NoSuchKey" in answer.stderr or "404" in answer.stderr
        if answer.returncode != 0 and not is_first:
            raise fail(f"it could not be read who holds {told['ENVIRONMENT']}: {answer.stderr.strip()}")
        held = 0 if is_first else int(json.loads(out.read_text())["token"])
        if held > int(token):
            late = f"lease {token} is over: {told['ENVIRONMENT']} was handed on as lease {held}, nothing is applied"
            raise fail(
                f"{late}. Where Pilothouse counts anew, with a new database, delete {key} in {told['STATE']}"
            )
        if held == int(token):
            return
        out.write_text(json.dumps({"version": 1, "token": int(token)}))
        condition = (
            ["--if-none-match", "*"] if is_first else ["--if-match", json.loads(answer.stdout)["ETag"]]
        )
        put = ["s3api", "put-object", "--bucket", told["STATE"], "--key", key, "--body", str(out)]
        if aws(told, *put, *condition).returncode == 0:
            return
    raise fail(f"the lease of {told['ENVIRONMENT']} could not be noted: others note theirs all the time")


def lock(plan: Path) -> None:
    """This function will lay out the providers' versions that the plan was made with: no others may apply it."""
    with zipfile.ZipFile(plan) as archive:
        Path(LOCK).write_bytes(archive.read(LOCK))


def apply(told: dict[str, str], plan: Path) -> None:
    """This function will apply the plan."""
    backend = [
        f"-backend-config=bucket={told['STATE']}",
        f"-backend-config=key=environments/{told['ENVIRONMENT']}/terraform.tfstate",
        f"-backend-config=region={told['REGION']}",
    ]
    run = ["terraform", "init", "-input=false", "-no-color", "-lockfile=readonly", *backend]
    if subprocess.run(run, check=False).returncode != 0:
        raise fail("terraform init failed; its own words stand above")
    command = ["terraform", "apply", "-input=false", "-no-color", "-lock-timeout=5m", str(plan)]
    if subprocess.run(command, check=False).returncode != 0:
        raise fail(
            "terraform apply failed; its own words stand above. What it did is in the state: plan again"
        )


def main() -> None:
    """This function will apply."""
    told = dict(os.environ)
    plan = Path(told["RUNNER_TEMP"]) / "approved.tfplan"
    fetch(told, plan)
    hold(told)
    lock(plan)
    apply(told, plan)
    with Path(told["GITHUB_STEP_SUMMARY"]).open("a") as page:
        page.write(f"Applied the plan `{told['DIGEST']}` to {told['ENVIRONMENT']}.\n")


if __name__ == "__main__":
    main()
