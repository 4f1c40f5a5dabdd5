"""Turns what keeps a check from looking into a finding: not seen is never good, and never the end of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.costs.aws.accounts import AWS_ERRORS, AwsDenied, AwsRefused
from bot.doctor.model import Eyes
from bot.doctor.seeing.sight import RefusedTokenError, UnseenError
from bot.doctor.seeing.subject import InvalidConfigurationError
from bot.doctor.wording import unknown
from bot.github.errors import GitHubError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.costs.aws.accounts import AwsError
    from bot.doctor.model import Finding


async def told(subject: str, repository: str, work: Awaitable[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """This function will return what the work found, or that it could not be seen."""
    try:
        return await work
    except UnseenError as error:
        return (_unseen(subject, error, repository),)
    except RefusedTokenError:
        text = "the App may not see it, and GitHub does not accept the token in GITHUB_TOKEN"
        remedy = f"Give one that is valid: GITHUB_TOKEN=$(gh auth token) pilothouse doctor {repository}"
        return (unknown(subject, text, remedy),)
    except InvalidConfigurationError:
        text = "it cannot be told while the configuration has mistakes"
        return (unknown(subject, text, "Mend the configuration first."),)
    except AWS_ERRORS as error:
        return (_unseen_in_aws(subject, error, repository),)
    except GitHubError as error:
        remedy = "Run this again; if it stays so, do what GitHub's answer says."
        return (unknown(subject, str(error), remedy),)


def _unseen(subject: str, error: UnseenError, repository: str) -> Finding:
    if error.asked_person:
        return unknown(
            subject,
            "neither the App nor the token in GITHUB_TOKEN may see it",
            f"Use the token of an administrator of {repository} with {error.needed}.",
        )
    return unknown(
        subject,
        f"the App may not see it: that takes {error.needed}, which Pilothouse does not ask for",
        f"An administrator runs: GITHUB_TOKEN=$(gh auth token) pilothouse doctor {repository}",
    )


def _unseen_in_aws(subject: str, error: AwsError, repository: str) -> Finding:
    if isinstance(error, AwsRefused) and error.code == "NoCredentials":
        text = "there are no AWS credentials at hand, so buckets and roles cannot be seen"
        remedy = f"With credentials that may read them: AWS_PROFILE=NAME pilothouse doctor {repository}"
    elif isinstance(error, AwsDenied):
        text = f"the AWS credentials at hand may not do {error.action}"
        remedy = "Use credentials that may, such as those that bootstrap/ is applied with."
    else:
        text, remedy = f"AWS: {error}", "Run this again; if it stays so, do what AWS's answer says."
    return unknown(subject, text, remedy, eyes=Eyes.AWS)
