"""Examines a repository: all checks at once, each answering for itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.model import Check, Finding, Part, Report, Result
from bot.doctor.seeing.reaching import reach
from bot.doctor.seeing.telling import told
from bot.plugins import load

if TYPE_CHECKING:
    from bot.doctor.seeing.reaching import Means
    from bot.doctor.seeing.subject import Subject

REACH = "app"  # the check that all others stand on


def checks() -> tuple[Check, ...]:
    """This function will return every check there is, in the order in which people put things right."""
    order = list(Part)
    return tuple(
        sorted(
            load("bot.doctor.checks", "CHECK", Check), key=lambda check: (order.index(check.part), check.name)
        )
    )


async def examine(means: Means, full_name: str, wanted: tuple[Check, ...]) -> Report:
    """This function will look at a repository with the wanted checks; nothing is changed anywhere."""
    subject = await reach(means, full_name)
    if isinstance(subject, Finding):
        return Report(
            repository=full_name, results=(Result(check=REACH, part=Part.APP, findings=(subject,)),)
        )
    results = await asyncio.gather(*(_result(check, subject) for check in wanted))
    return Report(repository=subject.name, results=tuple(one for one in results if one.findings))


async def _result(check: Check, subject: Subject) -> Result:
    findings = await told(check.name, subject.name, check.examine(subject))
    return Result(check=check.name, part=check.part, findings=findings)
