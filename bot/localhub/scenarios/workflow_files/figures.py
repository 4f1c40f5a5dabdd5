"""What the last job of a played workflow tells of its run: times, cache hits, tests by category."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.localhub.state import artifacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.localhub.state.actions import Job, WorkflowRun
    from bot.localhub.state.store import Store

ARTIFACT = "pilothouse-metrics"
_TESTS_EACH = 40
_CATEGORIES: Mapping[str, str] = {"tests-all.yml": "unit", "integration-tests.yml": "integration"}


def upload_figures(store: Store, run: WorkflowRun) -> None:
    """This function will upload the figures of a run, in which every job has run the same number of tests."""
    ended = [job for job in run.latest.jobs if job.conclusion == "success"]
    category = _CATEGORIES.get(run.workflow.path.rpartition("/")[2])
    count = {"passed": _TESTS_EACH * len(ended), "failed": 0, "skipped": 0}
    told: dict[str, Any] = {
        "version": 1,
        "jobs": [{"name": job.name, "seconds": _seconds(job), "cache": "hit"} for job in ended],
        "tests": {category: count} if category else {},
    }
    artifacts.upload(store, run, ARTIFACT, artifacts.packed({"metrics.json": json.dumps(told).encode()}))


def _seconds(job: Job) -> int:
    if job.started_at is None or job.completed_at is None:
        return 0
    return round((job.completed_at - job.started_at).total_seconds())
