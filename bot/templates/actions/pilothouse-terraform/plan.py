"""Plans an environment, keeps the plan in the bucket under its digest, and tells in `summary.json` what it would do."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

ACTIONS = {
    ("create",): "create",
    ("update",): "update",
    ("delete",): "delete",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("forget",): "forget",
    ("create", "forget"): "replace",
}
MOST_RESOURCES = 1_000  # of the summary, which people read in an approval
MOST_SHOWN = 100  # on the page of the run
LONGEST = 1_000  # of an address


def terraform(*arguments: str) -> None:
    """This function will run Terraform, and end the job where it fails."""
    print(f"$ terraform {' '.join(arguments)}", flush=True)
    if subprocess.run(["terraform", *arguments], check=False).returncode != 0:
        raise SystemExit(f"::error::terraform {arguments[0]} failed; its own words stand above")


def initialise(told: dict[str, str]) -> None:
    """This function will connect Terraform to the state of the environment."""
    terraform(
        "init",
        "-input=false",
        "-no-color",
        f"-backend-config=bucket={told['STATE']}",
        f"-backend-config=key=environments/{told['ENVIRONMENT']}/terraform.tfstate",
        f"-backend-config=region={told['REGION']}",
    )


def plan(told: dict[str, str], out: Path) -> dict[str, object]:
    """This function will make the plan and return it as Terraform shows it.

    The role that plans may change nothing, so the state is not locked: a plan of a state that has moved on is refused
    when it is applied.
    """
    chosen = [
        f"-var-file=environments/{told['ENVIRONMENT']}.tfvars",
        f"-var=environment={told['ENVIRONMENT']}",
    ]
    if told.get("STORAGE_NODES"):
        chosen.append(f"-var=storage_nodes={told['STORAGE_NODES']}")
    if told.get("DESTROY") == "true":
        chosen.append("-destroy")
    terraform("plan", "-input=false", "-no-color", "-lock=false", f"-out={out}", *chosen)
    shown = subprocess.run(["terraform", "show", "-json", out], check=True, stdout=subprocess.PIPE)
    return dict(json.loads(shown.stdout))


def changes_of(shown: dict[str, object]) -> list[dict[str, str]]:
    """This function will list what becomes of each resource, without what stays as it is."""
    found = []
    listed = shown.get("resource_changes", ())
    for each in listed if isinstance(listed, list) else ():
        change = each["change"]
        action = ACTIONS.get(tuple(change["actions"]))
        if action is None and change.get("importing"):
            action = "import"
        elif action is None and each.get("previous_address"):
            action = "move"
        if action is not None:
            found.append({"address": each["address"][:LONGEST], "action": action})
    return found


def summary_of(changes: list[dict[str, str]], digest: str) -> dict[str, object]:
    """This function will count what the plan would do; what is destroyed comes first, for nobody may overlook it."""
    actions = [change["action"] for change in changes]
    replaced = actions.count("replace")
    order = ("delete", "replace", "forget", "update", "create", "import", "move")
    return {
        "version": 1,
        "sha256": digest,
        "adds": actions.count("create") + replaced,
        "changes": actions.count("update"),
        "destroys": actions.count("delete") + replaced,
        "resources": sorted(changes, key=lambda change: order.index(change["action"]))[:MOST_RESOURCES],
    }


def keep(told: dict[str, str], out: Path, digest: str) -> None:
    """This function will put the plan into the bucket under its own digest."""
    key = f"plans/{told['ENVIRONMENT']}/{told['GITHUB_RUN_ID']}/{digest}.tfplan"
    put = ["s3api", "put-object", "--bucket", told["STATE"], "--key", key, "--body", str(out)]
    if subprocess.run(["aws", "--region", told["REGION"], *put], check=False).returncode != 0:
        raise SystemExit(
            f"::error::the plan could not be put into {told['STATE']}; the AWS CLI's words stand above"
        )
    print(f"kept as s3://{told['STATE']}/{key}")


def page_of(summary: dict[str, object], changes: list[dict[str, str]], environment: str) -> str:
    """This function will write what people read on the page of the run."""
    counts = f"{summary['adds']} to add, {summary['changes']} to change, {summary['destroys']} to destroy"
    lines = [f"### Plan for {environment}", "", f"{counts}.", "", f"SHA-256 `{summary['sha256']}`", ""]
    if changes:
        lines += ["| | resource |", "| --- | --- |"]
    lines += [f"| {change['action']} | {code(change['address'])} |" for change in changes[:MOST_SHOWN]]
    if len(changes) > MOST_SHOWN:
        lines += ["", f"and {len(changes) - MOST_SHOWN} more, which the log has"]
    return "\n".join(lines) + "\n"


def code(text: str) -> str:
    """This function will show text as it is in a cell of a table, whatever stands in it."""
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<code>{shown.replace('|', '&#124;').replace('`', '&#96;').replace('@', '&#64;')}</code>"


def main() -> None:
    """This function will plan."""
    told = dict(os.environ)
    kept = Path(told["SUMMARY"])
    kept.parent.mkdir(parents=True, exist_ok=True)
    out = Path(told["RUNNER_TEMP"]) / "pilothouse.tfplan"
    initialise(told)
    shown = plan(told, out)
    Path(told["SHOWN"]).write_text(json.dumps(shown))
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    changes = changes_of(shown)
    summary = summary_of(changes, digest)
    keep(told, out, digest)
    kept.write_text(json.dumps(summary))
    with Path(told["GITHUB_STEP_SUMMARY"]).open("a") as page:
        page.write(page_of(summary, changes, told["ENVIRONMENT"]))
    with Path(told["GITHUB_OUTPUT"]).open("a") as outputs:
        outputs.write(f"digest={digest}\n")


if __name__ == "__main__":
    main()
