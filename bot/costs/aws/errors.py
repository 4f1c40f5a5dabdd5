"""What can go wrong with a request to AWS, and which gap in a report it leaves."""

from __future__ import annotations

from typing import assert_never

from bot.costs.model import Gap, GapKind
from bot.markdown import code, escape


class AwsDenied(Exception):  # noqa: N818 - named for what AWS did
    """AWS refused for want of a permission."""

    def __init__(self, action: str, message: str, statement: str) -> None:
        super().__init__(f"{action}: {message}")
        self.action = action  # as IAM names it: ec2:DescribeInstances
        self.message = message
        self.statement = statement  # the IAM statement to add, as JSON; empty where none would help


class AwsUnavailable(Exception):  # noqa: N818 - named for what AWS did
    """AWS did not answer, could not, or throttled; nobody knows whether a request that writes was carried out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class AwsThrottled(AwsUnavailable):
    """AWS did not take the request, because there are too many: it was not carried out."""


class AwsRefused(Exception):  # noqa: N818 - named for what AWS did
    """AWS answered that the request cannot be carried out."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


AwsError = AwsDenied | AwsUnavailable | AwsRefused
AWS_ERRORS = (AwsDenied, AwsUnavailable, AwsRefused)


def gap_of(error: AwsError, source: str, *, account: str = "", region: str = "") -> Gap:
    """This function will return the gap that the error leaves in what the source tells."""
    where = f" in {code(' '.join(part for part in (account, region) if part))}" if account or region else ""
    match error:
        case AwsDenied(action=action, message=message, statement=statement):
            advice = (
                "add the statement to the role's policy"
                if statement
                else f"AWS says: {escape(message[:300])}"
            )
            kind, text = GapKind.PERMISSION, f"AWS denied {code(action)}{where}: {advice}."
        case AwsUnavailable(message=message):
            statement = ""
            kind, text = GapKind.UNAVAILABLE, f"AWS did not answer{where}: {escape(message[:300])}"
        case AwsRefused(code=name, message=message):
            statement = ""
            kind, text = GapKind.UNAVAILABLE, f"AWS refused{where}: {code(name)}, {escape(message[:300])}"
        case other:
            assert_never(other)
    return Gap(source=source, kind=kind, text=text, account=account, region=region, statement=statement)
