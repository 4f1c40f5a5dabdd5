"""Waits until every machine that should run a release says that it does, and is healthy."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PAUSE = 10  # seconds between two looks
UNHEALTHY = timedelta(minutes=3)  # for which a machine that runs the release may say that it is not well
STALE = timedelta(minutes=12)  # a machine tells at least every five minutes


@dataclass(frozen=True)
class Look:
    """What one look found: the machines that run, and what each reported."""

    now: datetime
    machines: tuple[str, ...]
    reports: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Standing:
    """How a machine stands."""

    machine: str
    is_well: bool
    is_new: bool  # it runs the release
    text: str


def aws(*arguments: str) -> Any:
    """This function will call AWS, and give nothing where the object is not there."""
    command = ["aws", "--region", os.environ["REGION"], "--output", "json", *arguments]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    if answer.returncode == 0:
        return json.loads(answer.stdout) if answer.stdout.strip() else None
    if "NoSuchKey" in answer.stderr or "(404)" in answer.stderr:
        return None
    raise SystemExit(f"::error::AWS could not be asked: {answer.stderr.strip()}")


def read(key: str) -> dict[str, Any] | None:
    """This function will read a JSON object of the bucket; None where it is not there or is none."""
    out = Path(os.environ["RUNNER_TEMP"]) / "read.json"
    if aws("s3api", "get-object", "--bucket", os.environ["ARTIFACTS"], "--key", key, str(out)) is None:
        return None
    try:
        told = json.loads(out.read_bytes())
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def look(environment: str) -> Look:
    """This function will see which machines run, and what each has reported last."""
    filters = (
        f"Name=tag:pilothouse:environment,Values={environment}",
        "Name=instance-state-name,Values=running",
    )
    query = "Reservations[].Instances[].InstanceId"
    machines = aws("ec2", "describe-instances", "--filters", *filters, "--query", query) or []
    found = {each: read(f"environments/{environment}/nodes/{each}.json") for each in machines}
    reports = {machine: report for machine, report in found.items() if report is not None}
    return Look(now=datetime.now(UTC), machines=tuple(sorted(machines)), reports=reports)


def standings(release: dict[str, Any], seen: Look) -> list[Standing]:
    """This function will hold each machine's report against the release; one that is being drained does not count."""
    return [
        standing(machine, release, seen)
        for machine in seen.machines
        if not seen.reports.get(machine, {}).get("draining")
    ]


def standing(machine: str, release: dict[str, Any], seen: Look) -> Standing:
    """This function will hold one machine's report against the release."""
    report = seen.reports.get(machine)
    if report is None:
        return Standing(machine, is_well=False, is_new=False, text="it has not reported yet")
    is_meant = release["canary"] == 100 or machine in release["nodes"]  # noqa: PLR2004 - percent
    is_new = report.get("digest") == release["digest"]
    why = str(report.get("problem") or "it says that it is not healthy")
    if is_meant and not is_new:
        asked = "it has not got to it yet" if report.get("healthy") else why
        return Standing(machine, is_well=False, is_new=False, text=asked)
    if not report.get("healthy"):
        return Standing(machine, is_well=False, is_new=is_new, text=why)
    if seen.now - moment(report.get("at")) > STALE:
        return Standing(machine, is_well=False, is_new=is_new, text=f"it is silent since {report.get('at')}")
    return Standing(machine, is_well=True, is_new=is_new, text="healthy")


def moment(text: object) -> datetime:
    """This function will read a time; what is none is long ago."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def is_hopeless(found: list[Standing], since: dict[str, datetime], now: datetime) -> bool:
    """This function will say whether a machine that runs the release is not well for so long that waiting is vain."""
    ill = {each.machine for each in found if each.is_new and not each.is_well}
    for machine in set(since) - ill:
        del since[machine]
    return any(now - since.setdefault(machine, now) > UNHEALTHY for machine in ill)


def page_of(found: list[Standing], environment: str) -> str:
    """This function will write how the machines stand, as people read it on the page of the run."""
    lines = [f"### Machines of {environment}", "", "| machine | release | |", "| --- | --- | --- |"]
    for each in found:
        text = "".join(sign if sign.isalnum() or sign in " .,:;-_/()" else " " for sign in each.text)[:200]
        lines.append(f"| `{each.machine}` | {'new' if each.is_new else 'as before'} | {text} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """This function will wait, and end well once all machines are."""
    environment, limit = os.environ["ENVIRONMENT"], int(os.environ.get("PATIENCE", "1200"))
    release = read(f"environments/{environment}/release.json")
    if release is None or release.get("digest") != os.environ["DIGEST"]:
        raise SystemExit(f"::error::{environment} was pointed elsewhere meanwhile")
    since: dict[str, datetime] = {}
    end = time.monotonic() + limit
    while True:
        seen = look(environment)
        found = standings(release, seen)
        is_done = bool(found) and all(each.is_well for each in found)
        if is_done or time.monotonic() > end or is_hopeless(found, since, seen.now):
            break
        print(f"{sum(each.is_well for each in found)} of {len(found)} machines are well", flush=True)
        time.sleep(min(PAUSE, limit))
    with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a") as page:
        page.write(page_of(found, environment))
    for each in found:
        print(f"{'' if each.is_well else '::error::'}{each.machine}: {each.text}")
    if not is_done:
        raise SystemExit("" if found else f"::error::no machine of {environment} runs, so nothing is healthy")


if __name__ == "__main__":
    main()
