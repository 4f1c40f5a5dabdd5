"""Looks at how GitHub names this repository's jobs to AWS, which the trust of roles is written for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.judging.trusting import judge_subject
from bot.doctor.model import Check, Part
from bot.doctor.wording import seen_by
from bot.github import repository_settings as settings

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether jobs come with the subject that roles trust."""
    if not (await subject.readings.needs.get()).roles:
        return ()
    shape = await subject.sight.get(settings.GET_SUBJECT, settings.SubjectShape)
    return seen_by(shape.eyes, judge_subject(subject.name, shape.value))


CHECK = Check(
    name="oidc-subject",
    part=Part.DEPLOYING,
    looks_at="whether jobs come to AWS under the subject for which the roles' trust is written",
    examine=examine,
)
