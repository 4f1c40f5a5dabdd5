"""Looks at buckets, roles and tags in AWS with the credentials at hand; only reads."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from bot.costs.aws.accounts import AwsRefused, AwsRequest
from bot.doctor.judging.buckets import BucketFacts, Lock
from bot.doctor.judging.trusting import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.costs.aws.accounts import Account

_GONE = frozenset({"404", "NoSuchBucket", "NotFound"})
_UNSET = frozenset(
    {
        "NoSuchBucketPolicy",
        "NoSuchPublicAccessBlockConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)
_FIRST_REGION = "us-east-1"  # which S3 tells by saying nothing
_LOCK = ".tflock"


async def bucket_facts(account: Account, name: str, region: str) -> BucketFacts | None:
    """This function will read how a bucket is set up; None where there is none of that name.

    Raises:
        AwsDenied: a permission is missing, or the bucket is another account's.
    """

    async def ask(operation: str) -> dict[str, Any] | None:
        return await _ask(account, operation, name, region)

    try:
        where = await ask("GetBucketLocation")
    except AwsRefused as error:
        if error.code in _GONE:
            return None
        raise
    versioning, encryption, public, policy = await asyncio.gather(
        ask("GetBucketVersioning"),
        ask("GetBucketEncryption"),
        ask("GetPublicAccessBlock"),
        ask("GetBucketPolicy"),
    )
    return BucketFacts(
        name=name,
        region=(where or {}).get("LocationConstraint") or _FIRST_REGION,
        wanted_region=region,
        is_versioned=(versioning or {}).get("Status") == "Enabled",
        encryption=_encryption(encryption),
        is_private=public is not None and all(public["PublicAccessBlockConfiguration"].values()),
        policy={} if policy is None else json.loads(policy["Policy"]),
    )


async def locks_in(account: Account, name: str, region: str) -> tuple[Lock, ...]:
    """This function will read which states in a bucket are locked, and since when."""
    request = AwsRequest(
        service="s3",
        operation="ListObjectsV2",
        region=region,
        arguments={"Bucket": name, "Prefix": "environments/"},
    )
    listed = (await account.call(request)).get("Contents") or ()
    return tuple(
        Lock(key=one["Key"], since=one["LastModified"]) for one in listed if one["Key"].endswith(_LOCK)
    )


async def _ask(account: Account, operation: str, name: str, region: str) -> dict[str, Any] | None:
    request = AwsRequest(service="s3", operation=operation, region=region, arguments={"Bucket": name})
    try:
        return await account.call(request)
    except AwsRefused as error:
        if error.code in _UNSET:
            return None
        raise


def _encryption(answer: Mapping[str, Any] | None) -> str:
    rules = (answer or {}).get("ServerSideEncryptionConfiguration", {}).get("Rules") or [{}]
    return str(rules[0].get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm", ""))


async def github_provider(account: Account, region: str) -> bool:
    """This function will say whether the account has GitHub's identity provider."""
    request = AwsRequest(service="iam", operation="ListOpenIDConnectProviders", region=region)
    listed = (await account.call(request)).get("OpenIDConnectProviderList") or ()
    return any(str(one.get("Arn", "")).endswith(f"/{PROVIDER}") for one in listed)


async def trust_of(account: Account, role: str, region: str) -> Mapping[str, Any] | None:
    """This function will read who may take a role; None where there is no such role."""
    request = AwsRequest(service="iam", operation="GetRole", region=region, arguments={"RoleName": role})
    try:
        document = (await account.call(request))["Role"]["AssumeRolePolicyDocument"]
    except AwsRefused as error:
        if error.code == "NoSuchEntity":
            return None
        raise
    read: Mapping[str, Any] = json.loads(unquote(document)) if isinstance(document, str) else document
    return read


async def active_tags(account: Account, keys: tuple[str, ...]) -> frozenset[str]:
    """This function will say which tags AWS's bills are told by."""
    request = AwsRequest(
        service="ce",
        operation="ListCostAllocationTags",
        region=_FIRST_REGION,
        arguments={"TagKeys": list(keys), "Status": "Active"},
    )
    listed = (await account.call(request)).get("CostAllocationTags") or ()
    return frozenset(str(one["TagKey"]) for one in listed)
