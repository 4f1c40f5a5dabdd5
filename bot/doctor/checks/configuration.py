"""Looks at the configuration file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.repository import PATH, ConfigurationErrors
from bot.doctor.model import Check, Part
from bot.doctor.wording import bad, command, good, notice

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether the configuration can be used, and list its mistakes."""
    found = await subject.readings.configuration.get()
    if found is None:
        return (
            notice(
                PATH,
                "there is none: everything works by its defaults, and nothing can be deployed",
                f"Have one written: {command('pilothouse', 'init', '--repo', subject.name)}",
            ),
        )
    if isinstance(found, ConfigurationErrors):
        return tuple(
            bad(
                f"{PATH}:{mistake.line}:{mistake.column}",
                mistake.message,
                f"Change it on the default branch; try it with: pilothouse validate {PATH}",
            )
            for mistake in found.mistakes
        )
    return (good(PATH, f"it is valid, with {len(found.environments)} environment(s)"),)


CHECK = Check(
    name="configuration", part=Part.REPOSITORY, looks_at=f"whether {PATH} is there and valid", examine=examine
)
