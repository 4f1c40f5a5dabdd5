"""Reads what AWS answered instead of a result: a denial with the statement to add, a refusal, or no answer."""

from __future__ import annotations

import json
import re

from bot.costs.aws.errors import AwsDenied, AwsError, AwsRefused, AwsThrottled, AwsUnavailable
from bot.costs.model import MANAGED_TAG, REAP_TAG

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and the services' common errors.
_DENIALS = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AccessDeniedFault",
        "AuthorizationError",
        "NotAuthorized",
        "UnauthorizedAccess",
        "UnauthorizedOperation",
        "UserUnauthorizedException",
    }
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "LimitExceededException",
    }
)
# A region that the account has not opted into answers so, with credentials that are valid elsewhere.
_STRANGE_KEYS = frozenset(
    {"AuthFailure", "InvalidClientTokenId", "OptInRequired", "UnrecognizedClientException"}
)
# Nobody should be led to let the bot end whatever it likes: as in `bot/templates/iam`.
_ONLY_WITH = {
    "ec2:TerminateInstances": (MANAGED_TAG, REAP_TAG),
    "ec2:CancelSpotInstanceRequests": (MANAGED_TAG,),
}
_ACTION = re.compile(r"perform: ?([a-z0-9-]{2,40}:[A-Za-z0-9*]{2,80})")
_RESOURCE = re.compile(r"on resource: (arn:[^\s,]{1,512})")
_SERVER_FAULT = 500


def error_of(action: str, code: str, message: str, *, status: int) -> AwsError:
    """This function will return the error that AWS's answer stands for; the action is the one that was asked for."""
    if code in _DENIALS:
        return _denied(action, message)
    if code in _THROTTLED:
        return AwsThrottled(f"{action} is throttled ({code}).")
    if code in _STRANGE_KEYS:
        return AwsUnavailable(
            f"{action}: AWS does not take the credentials there ({code}); is the region enabled for the account?"
        )
    if code in EXPIRED:
        return AwsUnavailable(f"{action}: AWS holds the credentials for expired ({code}).")
    if status >= _SERVER_FAULT:
        return AwsUnavailable(f"{action}: {code} ({status}).")
    return AwsRefused(code, message)


def statement_for(action: str, resource: str = "*") -> str:
    """This function will return the IAM statement, as JSON, that allows the action; what ends things asks for tags."""
    statement: dict[str, object] = {"Effect": "Allow", "Action": action, "Resource": resource}
    if tags := _ONLY_WITH.get(action):
        statement["Condition"] = {"StringEquals": {f"aws:ResourceTag/{tag}": "true" for tag in tags}}
    return json.dumps(statement, indent=2)


def _denied(action: str, message: str) -> AwsDenied:
    """A denial that somebody wrote down on purpose is not undone by another statement."""
    told, resource = _ACTION.search(message), _RESOURCE.search(message)
    action = told[1] if told else action
    if "explicit deny" in message:
        return AwsDenied(action, message, "")
    return AwsDenied(action, message, statement_for(action, resource[1] if resource else "*"))
