"""Examines a repository: all checks at once, each answering for itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.model import Check, Finding, Grade, Report, Result
from bot.doctor.seeing.reaching import reach
from bot.doctor.seeing.sight import UnseenError
from bot.doctor.seeing.subject import InvalidConfigurationError
from bot.github.errors import GitHubError
from bot.plugins import load

if TYPE_CHECKING:
    from bot.doctor.seeing.reaching import Means
    from bot.doctor.seeing.subject import Subject

REACH = "app"  # the check that all others stand on


def checks() -> tuple[Check, ...]:
    """This function will return every check there is, by name."""
    return load("bot.doctor.checks", "CHECK", Check)


async def examine(means: Means, full_name: str, wanted: tuple[Check, ...]) -> Report:
    """This function will look at a repository with the wanted checks; nothing is changed anywhere."""
    subject = await reach(means, full_name)
    if isinstance(subject, Finding):
        return Report(repository=full_name, results=(Result(check=REACH, findings=(subject,)),))
    results = await asyncio.gather(*(_result(check, subject) for check in wanted))
    return Report(repository=subject.repo.ref.full_name, results=tuple(results))


async def _result(check: Check, subject: Subject) -> Result:
    try:
        findings = await check.examine(subject)
    except UnseenError as error:
        findings = (unseen(check.looks_at, error, subject.repo.ref.full_name),)
    except InvalidConfigurationError:
        findings = (
            Finding(
                subject=check.looks_at,
                grade=Grade.UNKNOWN,
                text="it cannot be told while the configuration has mistakes",
                remedy="Mend the configuration first.",
            ),
        )
    except GitHubError as error:
        findings = (
            Finding(
                subject=check.looks_at,
                grade=Grade.UNKNOWN,
                text=str(error),
                remedy="Run this again; if it stays so, do what GitHub's answer says.",
            ),
        )
    return Result(check=check.name, findings=findings)


def unseen(subject: str, error: UnseenError, full_name: str) -> Finding:
    """This function will word that nobody at hand may see something."""
    if error.asked_person:
        return Finding(
            subject=subject,
            grade=Grade.UNKNOWN,
            text="neither the App nor the token in GITHUB_TOKEN may see it",
            remedy=f"Use the token of an administrator of {full_name} with {error.needed}.",
        )
    return Finding(
        subject=subject,
        grade=Grade.UNKNOWN,
        text=f"the App may not see it: that takes {error.needed}, which Pilothouse itself has no need of",
        remedy=f"An administrator runs: GITHUB_TOKEN=$(gh auth token) pilothouse doctor {full_name}",
    )
