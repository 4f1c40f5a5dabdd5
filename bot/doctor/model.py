"""The nouns of an examination: what is looked at, what was found, how bad that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.doctor.seeing.subject import Subject


class Grade(StrEnum):
    """How a check came out."""

    GOOD = "good"
    NOTICE = "notice"  # it works, and could be better
    BAD = "bad"  # something does not work
    UNKNOWN = "unknown"  # it could not be seen, which is never good


class Eyes(StrEnum):
    """Through whom something was seen."""

    APP = "app"
    PERSON = "person"  # by the token in GITHUB_TOKEN
    AWS = "aws"  # by the AWS credentials at hand


class Part(StrEnum):
    """What a check is about, in the order in which people put things right."""

    APP = "the App"
    REPOSITORY = "the repository"
    PIPELINE = "the pipeline"
    DEPLOYING = "deploying"
    AWS = "AWS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    subject: str  # plain text: what it is about, such as `environment production`
    grade: Grade
    text: str  # plain text: what was seen
    remedy: str = ""  # plain text: what to do, and where; needed unless it is good
    eyes: Eyes = Eyes.APP


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that is examined, whatever it finds."""

    name: str  # by which it is chosen or left out: `branch-protection`
    part: Part
    looks_at: str  # a sentence without its dot: what is looked at
    needs: str = (
        ""  # a permission that not every App has, as GitHub's settings name it: `Administration: read`
    )
    examine: Callable[[Subject], Awaitable[tuple[Finding, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a check found."""

    check: str
    part: Part
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole examination."""

    repository: str
    results: tuple[Result, ...]

    @property
    def worst(self) -> Grade:
        """The grade that the whole has: bad before unknown before notice before good."""
        found = {finding.grade for result in self.results for finding in result.findings}
        order = (Grade.BAD, Grade.UNKNOWN, Grade.NOTICE)
        return next((grade for grade in order if grade in found), Grade.GOOD)

    @property
    def exit_code(self) -> int:
        """What the command ends with."""
        return {Grade.BAD: 1, Grade.UNKNOWN: 2}.get(self.worst, 0)
