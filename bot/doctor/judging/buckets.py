"""Judges the buckets of state and programs: theirs alone, encrypted, every change kept, no lock left behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.doctor.model import Eyes
from bot.doctor.wording import bad, command, good, listed, notice, seen_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from bot.doctor.model import Finding

LONGEST_LOCK = timedelta(hours=2)  # of a plan or an apply, by its workflow's own limits
_KEY_ENCRYPTED = frozenset({"aws:kms", "aws:kms:dsse"})
_TLS = "aws:securetransport"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A state that somebody holds."""

    key: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketFacts:
    """How a bucket is set up."""

    name: str
    region: str
    wanted_region: str
    is_versioned: bool
    encryption: str  # as S3 names it: AES256, aws:kms; empty for none
    is_private: bool  # whether every kind of public access is blocked
    policy: Mapping[str, Any]


def judge_bucket(what: str, name: str, facts: BucketFacts | None) -> tuple[Finding, ...]:
    """This function will say whether a bucket holds what it must, safely."""
    subject = f"{what} bucket {name}"
    if facts is None:
        text = "it does not exist, so nothing can be planned or pushed"
        return seen_by(
            Eyes.AWS, bad(subject, text, "Make it with the others: terraform -chdir=bootstrap apply")
        )
    found = tuple(_wrong(subject, facts))
    return seen_by(
        Eyes.AWS, *(found or (good(subject, "it is private, encrypted, versioned and by TLS only"),))
    )


def _wrong(subject: str, facts: BucketFacts) -> Iterator[Finding]:
    ask = ("aws", "s3api")
    to = ("--bucket", facts.name)
    if facts.region != facts.wanted_region:
        text = f"it is in {facts.region}, and `pipeline.infrastructure.region` is {facts.wanted_region}"
        yield bad(subject, text, "Change the one or the other.")
    if not facts.is_private:
        block = ",".join(
            f"{one}=true"
            for one in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        )
        words = (*ask, "put-public-access-block", *to, "--public-access-block-configuration", block)
        yield bad(subject, "public access to it is not blocked", f"Block it: {command(*words)}")
    if not facts.is_versioned:
        words = (*ask, "put-bucket-versioning", *to, "--versioning-configuration", "Status=Enabled")
        text = "it keeps no earlier versions: a state that is broken or deleted is gone"
        yield bad(subject, text, f"Keep them: {command(*words)}")
    if facts.encryption not in _KEY_ENCRYPTED:
        text = f"it is encrypted by {facts.encryption or 'nothing'}, not by a key whose use can be granted and seen"
        yield notice(subject, text, "Apply bootstrap/ to it, which gives it a KMS key.")
    if not _only_by_tls(facts.policy):
        text = "its policy does not refuse requests without TLS"
        yield notice(subject, text, "Apply bootstrap/ to it, which adds that policy.")


def _only_by_tls(policy: Mapping[str, Any]) -> bool:
    statements = policy.get("Statement") or []
    return any(
        one.get("Effect") == "Deny"
        and str(_flat(one.get("Condition") or {}).get(_TLS, "")).lower() == "false"
        for one in (statements if isinstance(statements, list) else [statements])
    )


def _flat(condition: Mapping[str, Any]) -> dict[str, Any]:
    """What a condition asks of each key, whatever it compares with; keys of conditions ignore case."""
    return {key.lower(): value for block in condition.values() for key, value in block.items()}


def judge_locks(bucket: str, locks: tuple[Lock, ...], now: datetime) -> tuple[Finding, ...]:
    """This function will say which states were left locked."""
    left = [lock for lock in locks if now - lock.since > LONGEST_LOCK]
    return seen_by(
        Eyes.AWS,
        *(
            notice(
                f"state {lock.key.removesuffix('.tflock')}",
                f"it is locked since {lock.since:%Y-%m-%d %H:%M} UTC, longer than any run takes: one was killed",
                "Read the lock's ID, make sure that nothing runs, then `terraform force-unlock ID`: "
                f"{command('aws', 's3', 'cp', f's3://{bucket}/{lock.key}', '-')}",
            )
            for lock in left
        ),
    )


def judge_cost_tags(wanted: tuple[str, ...], active: frozenset[str]) -> tuple[Finding, ...]:
    """This function will say whether bills are told by the tags that Terraform writes."""
    missing = [tag for tag in wanted if tag not in active]
    if not missing:
        return seen_by(Eyes.AWS, good("cost allocation tags", f"{listed(wanted)} is active"))
    states = [f"TagKey={tag},Status=Active" for tag in missing]
    words = ("aws", "ce", "update-cost-allocation-tags-status", "--cost-allocation-tags-status", *states)
    text = f"{listed(missing)} is not active, so AWS's own budgets of environments count nothing"
    remedy = f"In the account that pays, a day after the first resource has the tag: {command(*words)}"
    return seen_by(Eyes.AWS, notice("cost allocation tags", text, remedy))
