"""Plans that are made, kept and applied with the real Terraform, exactly as they were approved."""

from __future__ import annotations

import hashlib
import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from bot.gates.model import PlanSummary
from bot.gates.plan_summary import plan_from
from bot.pack.rendering.pack import pack_files
from tests.support import terraform_root
from tests.support.packs import ABOUT
from tests.support.shipped import Job, module
from tests.support.shipyard import SHIPPING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.aws_cli import Account

pytestmark = pytest.mark.no_cover

PLAN, APPLY = "pilothouse-terraform/plan.py", "pilothouse-terraform/apply.py"
STATE = "acme-state"


class Root:
    """An environment that is planned and applied."""

    def __init__(self, folder: Path, aws: Account, *, is_real: bool = False) -> None:
        self.folder, self.aws = folder, aws
        self.root = terraform_root.lay_out(folder / "terraform")
        environment = aws.environment(is_real=is_real)
        environment["PATH"] = f"{terraform_root.program_folder(folder)}{os.pathsep}{environment['PATH']}"
        self.job = Job(
            folder,
            {
                **environment,
                **terraform_root.SETTINGS,
                "ENVIRONMENT": "production",
                "STATE": STATE,
                "REGION": "us-east-1",
                "GITHUB_RUN_ID": "42",
                "SUMMARY": str(folder / "plan" / "summary.json"),
                "SHOWN": str(folder / "shown.json"),
            },
        )

    def plan(self, **settings: str) -> str:
        """This function will plan, and return the plan's digest."""
        ended = self.job.run(PLAN, at=self.root, **settings)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return self.job.outputs["digest"]

    def apply(self, digest: str, **settings: str) -> str:
        """This function will apply, and return what was complained of; nothing where all went well."""
        ended = self.job.run(APPLY, at=self.root, DIGEST=digest, PLAN_RUN_ID="42", **settings)
        return ended.stderr if ended.returncode else ""

    @property
    def summary(self) -> PlanSummary:
        """What the bot reads of the plan."""
        read = plan_from((self.folder / "plan" / "summary.json").read_bytes(), "pilothouse-plan")
        assert isinstance(read, PlanSummary)
        return read

    @property
    def stands(self) -> list[str]:
        """What is in the state."""
        state = json.loads(self.aws.objects(STATE)["environments/production/terraform.tfstate"])
        return [
            each["attributes"]["input"]["value"] for one in state["resources"] for each in one["instances"]
        ]


@pytest.mark.parametrize("is_real", [True, False])
def test_exactly_the_plan_that_was_approved_is_applied(
    tmp_path: Path, aws: Account, *, is_real: bool
) -> None:
    """It lies in the bucket under its digest, and the bot reads what it would do from the summary."""
    root = Root(tmp_path, aws, is_real=is_real)
    digest = root.plan()
    kept = aws.objects(STATE)[f"plans/production/42/{digest}.tfplan"]
    assert hashlib.sha256(kept).hexdigest() == digest == root.summary.digest
    assert (root.summary.adds, root.summary.changes, root.summary.destroys) == (2, 0, 0)
    assert [one.address for one in root.summary.resources] == [
        "terraform_data.storage[0]",
        "terraform_data.storage[1]",
    ]
    assert "2 to add, 0 to change, 0 to destroy" in root.job.page
    assert root.apply(digest, LEASE_TOKEN="3") == ""
    assert root.stands == ["production 0", "production 1"]
    assert json.loads(aws.objects(STATE)["leases/production.json"]) == {"version": 1, "token": 3}


def test_a_plan_that_was_changed_in_the_bucket_is_not_applied(tmp_path: Path, aws: Account) -> None:
    root = Root(tmp_path, aws)
    digest = root.plan()
    more = root.plan(STORAGE_NODES="5")
    objects = aws.objects(STATE)
    aws.s3.put_object(
        Bucket=STATE,
        Key=f"plans/production/42/{digest}.tfplan",
        Body=objects[f"plans/production/42/{more}.tfplan"],
    )
    assert f"has the digest {more}, and {digest} was approved: nothing is applied" in root.apply(digest)
    assert "environments/production/terraform.tfstate" not in aws.objects(STATE)
    assert f"::error::the plan plans/production/42/{'0' * 64}.tfplan was not found" in root.apply("0" * 64)
    assert "::error::there is no plan to apply" in root.apply("../../x")


def test_a_plan_of_what_is_not_so_any_more_is_not_applied(tmp_path: Path, aws: Account) -> None:
    """Two plans of the same state, and the second comes too late.

    https://github.com/hashicorp/terraform/issues/30360
    """
    root = Root(tmp_path, aws)
    first, second = root.plan(), root.plan(STORAGE_NODES="4")
    assert root.apply(first) == ""
    assert "::error::terraform apply failed" in root.apply(second)
    assert len(root.stands) == 2


def test_who_holds_the_environment_no_more_applies_nothing(tmp_path: Path, aws: Account) -> None:
    root = Root(tmp_path, aws)
    digest = root.plan()
    aws.put(STATE, "leases/production.json", {"version": 1, "token": 8})
    told = root.apply(digest, LEASE_TOKEN="7")
    assert "::error::lease 7 is over: production was handed on as lease 8, nothing is applied" in told
    assert "environments/production/terraform.tfstate" not in aws.objects(STATE)
    aws.commands.before["s3api:put-object"] = lambda _: aws.put(
        STATE, "leases/production.json", {"version": 1, "token": 10}
    )
    told = root.apply(digest, LEASE_TOKEN="9")
    assert "::error::lease 9 is over: production was handed on as lease 10" in told


def test_what_is_destroyed_is_read_first(tmp_path: Path, aws: Account) -> None:
    root = Root(tmp_path, aws)
    assert root.apply(root.plan()) == ""
    main = (root.root / "main.tf").read_text()
    (root.root / "main.tf").write_text(main.replace("input = ", "triggers_replace = 1\n  input = "))
    root.plan(STORAGE_NODES="1")
    assert [one.action for one in root.summary.resources] == ["delete", "replace"]
    assert (root.summary.adds, root.summary.changes, root.summary.destroys) == (1, 0, 2)
    assert root.apply(root.plan(DESTROY="true")) == ""
    assert root.stands == []


def test_a_plan_that_fails_says_so_and_leaves_nothing(tmp_path: Path, aws: Account) -> None:
    root = Root(tmp_path, aws)
    ended = root.job.run(PLAN, at=root.root, ENVIRONMENT="nowhere")
    assert ended.returncode == 1
    assert "::error::terraform plan failed; its own words stand above" in ended.stderr
    assert "environments/nowhere.tfvars" in ended.stderr
    assert aws.objects(STATE) == {}


@pytest.mark.parametrize(
    ("change", "action"),
    [
        ({"actions": ["create"]}, "create"),
        ({"actions": ["update"]}, "update"),
        ({"actions": ["delete", "create"]}, "replace"),
        ({"actions": ["create", "delete"]}, "replace"),
        ({"actions": ["create", "forget"]}, "replace"),
        ({"actions": ["forget"]}, "forget"),
        ({"actions": ["no-op"], "importing": {"id": "i-1"}}, "import"),
        ({"actions": ["no-op"]}, None),
        ({"actions": ["read"]}, None),
    ],
)
def test_what_becomes_of_a_resource(change: dict[str, object], action: str | None) -> None:
    """https://developer.hashicorp.com/terraform/internals/json-format#change-representation."""
    found = module(PLAN).changes_of({"resource_changes": [{"address": "a.b", "change": change}]})
    assert [one["action"] for one in found] == ([] if action is None else [action])


def test_a_hostile_address_shows_as_it_is(tmp_path: Path) -> None:
    """The key of a `for_each` can be any text, and stands on a page that people trust."""
    plan = module(PLAN)
    changes = [{"address": 'a["`|<img src=x>@acme/owners|\n"]', "action": "create"}]
    page = plan.page_of(plan.summary_of(changes, "0" * 64), changes, "production")
    assert "<img" not in page
    assert "@acme" not in page
    assert not (tmp_path / "x").exists()
    assert plan.page_of(plan.summary_of([], "0" * 64), [], "production").count("|") == 0


def test_what_the_workflows_give_is_what_the_pack_declares() -> None:
    """Variables, settings files, the state's key, plans and leases: roles allow these places and no others."""
    made = {file.path: file.content.decode() for file in pack_files(SHIPPING, ABOUT)}
    declared = re.findall(r'^variable "(\w+)"', made["infra/terraform/variables.tf"], re.MULTILINE)
    assert {"environment", "storage_nodes"} <= set(declared)
    assert {
        f"infra/terraform/environments/{name}.tfvars" for name in ("staging", "production", "test")
    } <= set(made)
    roles = made["infra/terraform/bootstrap/roles.tf"]
    for place in (
        "environments/${environment}/terraform.tfstate",
        "plans/${environment}/*",
        "leases/${environment}.json",
    ):
        assert place in roles
