"""Looks at the names of secrets: long-lived keys that nothing needs, and what is used and missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.judging.valuing import judge_secrets
from bot.doctor.model import Check, Part
from bot.doctor.seeing.values import secret_names
from bot.doctor.wording import seen_by

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say which secrets should not be there, and which should."""
    if (await subject.policy()).pipeline is None:
        return ()
    needs = await subject.readings.needs.get()
    environments = tuple(sorted({need.environment for need in needs.roles if need.environment}))
    held, eyes = await secret_names(subject.sight, environments)
    return seen_by(eyes, *judge_secrets(subject.name, needs.secrets, held))


CHECK = Check(
    name="secrets",
    part=Part.DEPLOYING,
    looks_at="whether long-lived keys of AWS are kept, which nothing needs, and whether a secret that is used is "
    "missing; only names can be read",
    needs="Secrets: read, Environments: read",
    examine=examine,
)
