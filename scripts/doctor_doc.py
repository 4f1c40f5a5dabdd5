"""Makes the table of what `pilothouse doctor` looks at."""

from __future__ import annotations

from bot.doctor.examining import checks
from bot.markdown import table


def doctor_checks() -> str:
    """This function will list every check, in the order in which they are told, with what it takes to see it."""
    rows = [(f"`{check.name}`", check.part.value, check.looks_at, check.needs) for check in checks()]
    return table(("check", "of", "it looks at", "takes beside what the App has"), rows)
