"""Checks what a deployment was given, and says which of its jobs have something to do."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

FORMS = {
    "sha": (r"[0-9a-f]{40}", "a commit in all of its 40 digits"),
    "task": (r"deploy|rollback", "deploy or rollback"),
    "stage": (r"|plan|apply", "plan, apply or empty"),
    "cluster_size": (r"|[0-9]|[1-9][0-9]|100", "a number from 0 to 100"),
    "canary": (r"|[1-9]|[1-9][0-9]|100", "a percentage from 1 to 100"),
    "deployment_id": (r"|[0-9]{1,18}", "a number"),
    "lease_token": (r"|[0-9]{1,18}", "a number"),
    "plan_digest": (r"|[0-9a-fA-F]{64}", "a SHA-256 in hexadecimal"),
    "plan_run_id": (r"|[0-9]{1,18}", "the number of a workflow run"),
    "artifact_digest": (r"|sha256:[0-9a-f]{64}", "sha256: and 64 hexadecimal digits"),
}


def problems_of(inputs: dict[str, str]) -> list[str]:
    """This function will name everything that is wrong with the inputs, alone and together."""
    found = [
        f"{name} has to be {words}, not {json.dumps(inputs.get(name, ''))}"
        for name, (form, words) in FORMS.items()
        if not re.fullmatch(form, inputs.get(name, ""))
    ]
    stage, digest, run = (inputs.get(name, "") for name in ("stage", "plan_digest", "plan_run_id"))
    has_programs = inputs.get("artifact_digest", "") != ""
    if inputs.get("task") == "rollback" and (stage or digest or run):
        found.append("a rollback has no plan: it leaves the infrastructure as it is")
    if bool(digest) != bool(run):
        found.append("plan_digest and plan_run_id come together")
    if stage == "apply" and not digest:
        found.append("there is nothing to apply: plan_digest and plan_run_id say which plan was approved")
    if stage == "plan" and digest:
        found.append("a plan is made, so none can be given")
    if has_programs and (stage or digest):
        found.append("programs that were pushed before go out without a plan")
    return found


def work_of(inputs: dict[str, str]) -> dict[str, bool]:
    """This function will say what is to be done.

    Programs that were pushed before, by the first step of a canary or the deployment that a rollback goes back to, are
    neither built nor tested again, and the infrastructure stays as it is.
    """
    has_programs, has_plan = bool(inputs.get("artifact_digest")), bool(inputs.get("plan_digest"))
    deploys = inputs.get("task") == "deploy" and not has_programs
    only_plans = inputs.get("stage") == "plan"
    return {
        "tests": deploys and not has_plan,
        "builds": not has_programs and not has_plan,
        "plans": deploys and not has_plan,
        "applies": deploys and not only_plans,
        "ships": not only_plans,
    }


def main() -> None:
    """This function will check the inputs."""
    inputs = {name: str(value) for name, value in json.loads(os.environ["INPUTS"]).items()}
    found = problems_of(inputs)
    for problem in found:
        print(f"::error::{problem}")
    if found:
        raise SystemExit(1)
    told = {name: json.dumps(is_so) for name, is_so in work_of(inputs).items()}
    told["canary"] = inputs.get("canary") or "100"
    with Path(os.environ["GITHUB_OUTPUT"]).open("a") as outputs:
        outputs.writelines(f"{name}={value}\n" for name, value in told.items())
    print("\n".join(f"{name}: {value}" for name, value in told.items()))


if __name__ == "__main__":
    main()
