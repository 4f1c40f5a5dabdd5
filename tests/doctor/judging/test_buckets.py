"""Whether buckets are set up safely, and no state was left locked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.doctor.judging.buckets import BucketFacts, Lock, judge_bucket, judge_cost_tags, judge_locks
from bot.doctor.model import Eyes, Grade

TLS = {"Effect": "Deny", "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
FACTS = BucketFacts(
    name="reef-state",
    region="eu-central-1",
    wanted_region="eu-central-1",
    is_versioned=True,
    encryption="aws:kms",
    is_private=True,
    policy={"Statement": [{"Effect": "Allow"}, TLS]},
)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "grade", "words"),
    [
        ({}, Grade.GOOD, "private, encrypted, versioned"),
        ({"policy": {"Statement": TLS}}, Grade.GOOD, "TLS only"),
        ({"region": "us-east-1"}, Grade.BAD, "it is in us-east-1"),
        ({"is_versioned": False}, Grade.BAD, "no earlier versions"),
        ({"is_private": False}, Grade.BAD, "public access"),
        ({"encryption": "AES256"}, Grade.NOTICE, "by AES256"),
        ({"encryption": ""}, Grade.NOTICE, "by nothing"),
        ({"policy": {}}, Grade.NOTICE, "without TLS"),
        ({"policy": {"Statement": [{**TLS, "Effect": "Allow"}]}}, Grade.NOTICE, "without TLS"),
    ],
)
def test_a_bucket_is_judged_by_each_of_its_settings(change: dict[str, Any], grade: Grade, words: str) -> None:
    (found,) = judge_bucket("state", "reef-state", replace(FACTS, **change))

    assert (found.subject, found.grade, found.eyes) == ("state bucket reef-state", grade, Eyes.AWS)
    assert words in found.text


def test_a_bucket_that_is_not_there_is_bad() -> None:
    assert judge_bucket("state", "reef-state", None)[0].grade is Grade.BAD


def test_a_lock_that_outlived_every_run_is_told_with_where_its_id_stands() -> None:
    """A killed terraform leaves its lock."""
    key = "environments/staging/terraform.tfstate.tflock"
    old, young = Lock(key=key, since=NOW - timedelta(hours=3)), Lock(key=key, since=NOW - timedelta(hours=1))

    (found,) = judge_locks("reef-state", (old, young), NOW)

    assert found.subject == "state environments/staging/terraform.tfstate"
    assert found.remedy.endswith(f"aws s3 cp s3://reef-state/{key} -")


@pytest.mark.parametrize(("active", "grade"), [({"a"}, Grade.GOOD), (set(), Grade.NOTICE)])
def test_bills_are_told_by_tags_that_are_active(active: set[str], grade: Grade) -> None:
    assert judge_cost_tags(("a",), frozenset(active))[0].grade is grade
