"""Looks at the configuration file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.repository import PATH, ConfigurationErrors
from bot.doctor.model import Check, Finding, Grade

if TYPE_CHECKING:
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether the configuration can be used, and list its mistakes."""
    found = await subject.configuration.get()
    if found is None:
        return (
            Finding(
                subject=PATH,
                grade=Grade.NOTICE,
                text="there is none: everything works by its defaults, and nothing can be deployed",
                remedy=f"Have one written: pilothouse init --repo {subject.repo.ref.full_name}",
            ),
        )
    if isinstance(found, ConfigurationErrors):
        return tuple(
            Finding(
                subject=f"{PATH}:{mistake.line}:{mistake.column}",
                grade=Grade.BAD,
                text=mistake.message,
                remedy=f"Change it on the default branch; try it with: pilothouse validate {PATH}",
            )
            for mistake in found.mistakes
        )
    return (
        Finding(
            subject=PATH, grade=Grade.GOOD, text=f"it is valid, with {len(found.environments)} environment(s)"
        ),
    )


CHECK = Check(name="configuration", looks_at=f"whether {PATH} is there and valid", examine=examine)
