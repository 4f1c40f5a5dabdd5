"""The logs that played jobs leave: real ones from the package, short ones written here for the rest."""

from __future__ import annotations

import gzip
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.scenarios.plans import JobPlan


def log_of(job: JobPlan, *, at: datetime) -> bytes:
    """This function will give the log of a played job as GitHub's job log API would: a timestamp before each line."""
    if job.log is not None:
        return real_log(job.log)
    return _short_log(job, at=at)


def real_log(name: str) -> bytes:
    """This function will read one of the real logs that the package carries."""
    packed = resources.files("bot.localhub.scenarios").joinpath("logs", f"{name}.log.gz").read_bytes()
    return gzip.decompress(packed)


def _short_log(job: JobPlan, *, at: datetime) -> bytes:
    lines = [f"Complete job name: {job.name}"]
    for step in job.steps:
        if step.startswith("Run "):
            lines += [f"##[group]{step}", step.removeprefix("Run "), "##[endgroup]"]
            lines += _ending(step, failing=step == job.failing_step)
    lines.append("Cleaning up orphan processes")
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
    return "".join(f"{stamp} {line}\n" for line in lines).encode()


def _ending(step: str, *, failing: bool) -> list[str]:
    if not failing:
        return []
    return [
        f"{step.removeprefix('Run ')}: GET https://harbour.example/healthz answered 503, expected 200",
        "##[error]Process completed with exit code 1.",
    ]
