"""What bootstrap/ makes, `pilothouse doctor` finds good: one of both would be wrong otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.doctor.judging.buckets import BucketFacts, judge_bucket
from bot.doctor.judging.trusting import TrustFacts, judge_trust
from bot.doctor.model import Grade

Changes = list[dict[str, Any]]
NAMES = ("repo:acme/breakwater", "repo:acme@123456/breakwater@456789")


def _of(account: Changes, kind: str, index: str | None = None) -> list[dict[str, Any]]:
    return [
        one["change"]["after"] for one in account if one["type"] == kind and index in {None, one.get("index")}
    ]


@pytest.mark.parametrize("name", ["plan", "images", "apply-production", "push-production", "apply-test"])
def test_each_role_can_be_taken_by_its_own_jobs_and_no_others(account: Changes, name: str) -> None:
    (role,) = (one for one in _of(account, "aws_iam_role") if one["name"] == f"pilothouse-{name}")
    (provider,) = _of(account, "aws_iam_openid_connect_provider")
    # AWS makes its name of its address; the stand-in has invented one
    named = f"arn:aws:iam::123456789012:oidc-provider/{provider['url'].removeprefix('https://')}"
    trust = role["assume_role_policy"].replace(provider["arn"], named)
    facts = TrustFacts(
        arn=name,
        names=NAMES,
        environment=name.partition("-")[2],
        policy=json.loads(trust),
    )

    (finding,) = judge_trust(facts)

    assert finding.grade is Grade.GOOD, finding.text


@pytest.mark.parametrize("which", ["state", "artifacts"])
def test_each_bucket_is_set_up_as_it_is_asked_for(account: Changes, which: str) -> None:
    (versioning,) = _of(account, "aws_s3_bucket_versioning", which)
    (encryption,) = _of(account, "aws_s3_bucket_server_side_encryption_configuration", which)
    (public,) = _of(account, "aws_s3_bucket_public_access_block", which)
    (policy,) = _of(account, "aws_s3_bucket_policy", which)
    (rule,) = encryption["rule"]
    blocks = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    facts = BucketFacts(
        name=which,
        region="us-east-1",
        wanted_region="us-east-1",
        is_versioned=versioning["versioning_configuration"][0]["status"] == "Enabled",
        encryption=rule["apply_server_side_encryption_by_default"][0]["sse_algorithm"],
        is_private=all(public[block] for block in blocks),
        policy=json.loads(policy["policy"]),
    )

    (finding,) = judge_bucket(which, which, facts)

    assert finding.grade is Grade.GOOD, finding.text
