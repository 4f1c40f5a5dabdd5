"""The logs and reports that played jobs leave: real ones from the package, short ones written here for the rest."""

from __future__ import annotations

import gzip
from importlib import resources
from typing import TYPE_CHECKING

from bot.localhub.state import artifacts

if TYPE_CHECKING:
    from datetime import datetime

    from bot.localhub.scenarios.plans import JobPlan
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.store import Store


def log_of(job: JobPlan, *, at: datetime) -> bytes:
    """This function will give the log of a played job as GitHub's job log API would: a timestamp before each line."""
    if job.log is not None:
        return real_log(job.log)
    return _short_log(job, at=at)


def real_log(name: str) -> bytes:
    """This function will read one of the real logs that the package carries."""
    packed = resources.files("bot.localhub.scenarios").joinpath("logs", f"{name}.log.gz").read_bytes()
    return gzip.decompress(packed)


def upload_report(store: Store, run: WorkflowRun, job: JobPlan) -> None:
    """This function will upload the report of a played job, if it has one, as an artifact of its run."""
    if job.report is None:
        return
    packed = resources.files("bot.localhub.scenarios").joinpath("artifacts", f"{job.report}.gz").read_bytes()
    artifacts.upload(
        store, run, job.artifact, artifacts.packed({f"reports/{job.report}": gzip.decompress(packed)})
    )


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
