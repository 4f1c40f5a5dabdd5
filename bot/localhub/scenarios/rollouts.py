"""What the jobs of a rollout leave behind: the plan with its summary, the names of what was pushed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING

from bot.localhub.state import artifacts

if TYPE_CHECKING:
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.store import Store

PLAN = "pilothouse-plan"
BINARIES = "pilothouse-artifacts"


def upload_plan(store: Store, run: WorkflowRun) -> None:
    """This function will upload what `terraform plan` would change for the commit, and the plan itself."""
    environment = run.inputs.get("environment", "")
    config = store.commits[run.head_sha].files.get(f"config/{environment}.yml", b"")
    plan = b"plan of %b\0%b" % (environment.encode(), config)
    summary = {
        "version": 1,
        "sha256": hashlib.sha256(plan).hexdigest(),
        "adds": 1,
        "changes": 1,
        "destroys": 0,
        "monthly_cost": "+$12.30",
        "resources": [
            {"address": "aws_ecs_task_definition.planner", "action": "create"},
            {"address": "aws_ecs_service.planner", "action": "update"},
        ],
    }
    files = {"plan.bin": plan, "summary.json": json.dumps(summary).encode()}
    artifacts.upload(store, run, PLAN, artifacts.packed(files))


def applies_what_was_planned(run: WorkflowRun) -> bool:
    """This function will compare the plan a run shall apply, where it is told one, with the digest it is told."""
    number = run.inputs.get("plan_run_id", "")
    if not number:
        return True
    for one in run.repository.artifacts.values():
        if one.name == PLAN and one.run.id == int(number):
            with zipfile.ZipFile(io.BytesIO(one.content)) as archive:
                return hashlib.sha256(archive.read("plan.bin")).hexdigest() == run.inputs["plan_digest"]
    return False


def upload_binaries(store: Store, run: WorkflowRun) -> None:
    """This function will upload the digest of the image that was pushed."""
    digest = hashlib.sha256(store.commits[run.head_sha].tree.encode()).hexdigest()
    summary = json.dumps({"version": 1, "digest": f"sha256:{digest}"}).encode()
    artifacts.upload(store, run, BINARIES, artifacts.packed({"summary.json": summary}))
