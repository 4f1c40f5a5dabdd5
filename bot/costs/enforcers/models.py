"""Denies a role all model calls until the day ends, and gives them back: an inline policy of our own name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.costs.aws.accounts import AWS_ERRORS, AwsDenied, AwsRefused, AwsRequest, AwsUnavailable
from bot.costs.enforcers.machines import Ended
from bot.costs.model import ActionState
from bot.markdown import code, escape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.costs.aws.accounts import Account, AwsError

POLICY = "pilothouse-budget"  # the inline policy's name; no other is ever written or deleted
# Converse and ConverseStream, and work that is begun and fetched, need InvokeModel too:
# https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html. The other endpoint's actions:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonBedrockMantleInferenceAccess.html
DENIED = (
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "bedrock:CallWithBearerToken",
    "bedrock-mantle:CreateInference",
    "bedrock-mantle:CallWithBearerToken",
)
_REGION = "us-east-1"  # IAM is one for all regions
_NO_ROLE = frozenset({"NoSuchEntity", "NoSuchEntityException"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Of:
    account: Account
    role: str

    async def ask(self, operation: str, document: str = "") -> dict[str, Any]:
        arguments = {"RoleName": self.role, "PolicyName": POLICY}
        if document:
            arguments["PolicyDocument"] = document
        return await self.account.call(
            AwsRequest(service="iam", operation=operation, region=_REGION, arguments=arguments)
        )


def policy_of(day: date) -> dict[str, Any]:
    """This function will make the policy that denies model calls on the day; with the day it loses its effect.

    So a role is free again in the new day even where this bot no longer runs.
    """
    ends = f"{day + timedelta(days=1)}T00:00:00Z"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "DayLimitReached",
                "Effect": "Deny",
                "Action": list(DENIED),
                "Resource": "*",
                "Condition": {"DateLessThan": {"aws:CurrentTime": ends}},
            }
        ],
    }


async def deny_models(accounts: Iterable[Account], role: str, day: date) -> Ended:
    """This function will deny the role all model calls, in each account that has it."""
    document = json.dumps(policy_of(day))
    denied = []
    for account in accounts:
        of = _Of(account=account, role=role)
        try:
            await _put(of, document)
        except AWS_ERRORS as error:
            if isinstance(error, AwsRefused) and error.code in _NO_ROLE:
                continue
            return _failed(role, account, error, "was not denied model calls")
        denied.append(code(account.id))
    if not denied:
        text = f"No account has a role {code(role)}, so nothing is denied model calls."
        return Ended(state=ActionState.FAILED, text=text)
    until = f"{day + timedelta(days=1)} 00:00 UTC"
    text = f"The role {code(role)} in {', '.join(denied)} is denied model calls until {until}."
    return Ended(state=ActionState.DONE, text=text)


async def allow_models(accounts: Iterable[Account], role: str) -> Ended:
    """This function will take the denial back, in each account that has the role."""
    for account in accounts:
        of = _Of(account=account, role=role)
        try:
            await of.ask("DeleteRolePolicy")
        except AWS_ERRORS as error:
            if isinstance(error, AwsRefused) and error.code in _NO_ROLE:
                continue
            return _failed(role, account, error, "may still be denied model calls")
    return Ended(state=ActionState.DONE, text=f"The role {code(role)} may call models again.")


async def _put(of: _Of, document: str) -> None:
    """Write the policy; where the answer is lost, what AWS shows of it afterwards is the answer."""
    try:
        await of.ask("PutRolePolicy", document)
    except AwsUnavailable:
        try:
            found = await of.ask("GetRolePolicy")
        except AwsRefused:
            found = {}
        if found.get("PolicyDocument") != json.loads(document):
            raise


def _failed(role: str, account: Account, error: AwsError, what: str) -> Ended:
    where = f"The role {code(role)} in {code(account.id)} {what}"
    match error:
        case AwsDenied(action=action, statement=statement):
            advice = f" Add to the role's policy: {code(statement)}" if statement else ""
            text = f"{where}: AWS denied {code(action)}.{advice}"
        case AwsUnavailable(message=message):
            text = f"{where}: {escape(message[:300])}"
        case AwsRefused(code=name, message=message):
            text = f"{where}: {code(name)}, {escape(message[:300])}"
    return Ended(state=ActionState.FAILED, text=text)
