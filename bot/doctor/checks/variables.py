"""Looks at the variables that hold the roles which jobs take in AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.judging.valuing import judge_role
from bot.doctor.model import Check, Part
from bot.doctor.wording import seen_by

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether each variable that a job takes its role from names one."""
    found: list[Finding] = []
    for need, value in (await subject.readings.roles.get()).items():
        found += seen_by(value.eyes, judge_role(subject.name, need, value.value))
    return tuple(found)


CHECK = Check(
    name="variables",
    part=Part.DEPLOYING,
    looks_at="whether the variables from which jobs take their roles in AWS are set, and name roles",
    needs="Variables: read, Environments: read",
    examine=examine,
)
