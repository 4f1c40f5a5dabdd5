"""What is seen in AWS, one thing after another that is not as it should be."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3
import pytest

from bot.doctor.model import Eyes, Grade
from bot.doctor.seeing import cloud as looking
from tests.support.cloud.faults import Fault, Way
from tests.support.examined import NAME
from tests.support.healthy import ARTIFACTS, REGION, STATE, make_role, role

if TYPE_CHECKING:
    from tests.support.cloud.aws import Cloud
    from tests.support.examined import Patient


def _strip(url: str) -> None:
    s3 = boto3.client("s3", region_name=REGION, endpoint_url=url)
    s3.delete_public_access_block(Bucket=STATE)
    s3.put_bucket_versioning(Bucket=STATE, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_bucket_encryption(Bucket=STATE)
    s3.delete_bucket_policy(Bucket=STATE)
    s3.put_object(Bucket=STATE, Key="environments/test/terraform.tfstate.tflock", Body=b"{}")
    s3.delete_bucket(Bucket=ARTIFACTS)


async def test_buckets_that_are_bare_are_told_of_each_thing_they_lack(healthy: Patient, aws: Cloud) -> None:
    await asyncio.to_thread(_strip, aws.url)
    healthy.clock.advance(timedelta(hours=3))

    (result,) = (await healthy.examined("buckets")).results

    assert {one.eyes for one in result.findings} == {Eyes.AWS}
    assert sorted((one.subject, one.grade) for one in result.findings) == [
        (f"artifact bucket {ARTIFACTS}", Grade.BAD),
        *[(f"state bucket {STATE}", grade) for grade in (Grade.BAD, Grade.BAD, Grade.NOTICE, Grade.NOTICE)],
        ("state environments/test/terraform.tfstate", Grade.NOTICE),
    ]


def _drop(url: str) -> None:
    boto3.client("s3", region_name=REGION, endpoint_url=url).delete_bucket(Bucket=STATE)


async def test_a_state_bucket_that_is_not_there_is_told_once(healthy: Patient, aws: Cloud) -> None:
    await asyncio.to_thread(_drop, aws.url)

    assert await healthy.grades("buckets") == {
        f"state bucket {STATE}": Grade.BAD,
        f"artifact bucket {ARTIFACTS}": Grade.GOOD,
    }


def _spoil_roles(url: str) -> None:
    iam = boto3.client("iam", region_name=REGION, endpoint_url=url)
    iam.delete_role(RoleName="pilothouse-push-production")
    make_role(iam, "wide", f"repo:{NAME}:pull_request")
    provider = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"][0]["Arn"]
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider)


async def test_roles_are_held_to_the_jobs_that_need_them(healthy: Patient, aws: Cloud) -> None:
    await asyncio.to_thread(_spoil_roles, aws.url)
    values = healthy.repository.environments["test"].values.variables
    values["AWS_APPLY_ROLE"] = role("x").replace("pilothouse-x", "wide")
    healthy.repository.settings.own.variables["AWS_PLAN_ROLE"] = "arn:aws:iam::999999999999:role/elsewhere"
    healthy.repository.environments["production"].values.variables["AWS_APPLY_ROLE"] = "no role"

    found = await healthy.found("roles")

    grades = {subject.rpartition("/")[2]: one.grade for subject, one in found.items()}
    assert grades == {
        "identity provider of account 111111111111": Grade.BAD,
        "pilothouse-push-production": Grade.BAD,
        "wide": Grade.BAD,
        "elsewhere": Grade.UNKNOWN,  # of another account, which these credentials do not see
    }


async def test_tags_that_no_bill_is_told_by_are_told(healthy: Patient, aws: Cloud) -> None:
    async def none(_: object) -> dict[str, object]:
        return {"CostAllocationTags": []}

    aws.answers["ce:ListCostAllocationTags"] = none

    assert await healthy.grades("cost-tags") == {"cost allocation tags": Grade.NOTICE}


@pytest.mark.parametrize("way", [Way.DENY, Way.ERROR])
async def test_credentials_that_may_not_look_are_told_which_permission_they_lack(
    healthy: Patient, aws: Cloud, way: Way
) -> None:
    aws.faults.add(Fault(action="iam:*", way=way))

    (finding,) = (await healthy.found("roles")).values()

    assert finding.grade is Grade.UNKNOWN
    assert ("iam:ListOpenIDConnectProviders" in finding.text) or way is not Way.DENY


@pytest.mark.parametrize("way", [Way.DENY, Way.BREAK])
async def test_credentials_that_aws_does_not_take_leave_it_unseen(
    healthy: Patient, aws: Cloud, way: Way
) -> None:
    aws.faults.add(Fault(action="sts:GetCallerIdentity", way=way))

    (finding,) = (await healthy.found("cost-tags")).values()

    assert finding.grade is Grade.UNKNOWN
    assert "sts:GetCallerIdentity" in finding.text


async def test_without_credentials_aws_is_not_seen_and_the_way_is_told(healthy: Patient, aws: Cloud) -> None:
    aws.calls.clear()
    gone = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}
    with patch.dict("os.environ", gone):
        report = await healthy.examined("buckets", "roles", "cost-tags")

    findings = [one for result in report.results for one in result.findings]
    assert {one.grade for one in findings} == {Grade.UNKNOWN}
    assert {one.remedy for one in findings} == {
        f"With credentials that may read them: AWS_PROFILE=NAME pilothouse doctor {NAME}"
    }
    assert aws.calls == []


def test_aws_is_only_read() -> None:
    """Nobody's examination may change what it looks at."""
    text = Path(looking.__file__).read_text(encoding="utf-8")

    named = re.findall(r'(?:operation=|ask\()"([A-Za-z]+)"', text)
    assert len(named) >= 8
    assert all(name.startswith(("Get", "List")) for name in named)
