"""Looks at whether anything can be written to the repository at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.model import Check, Part
from bot.doctor.wording import bad, good

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether the repository is archived or disabled."""
    about = subject.about
    if about.archived:
        text = "it is archived: nothing can be merged, released or commented on"
        return (bad("the repository", text, f"An administrator unarchives it at {subject.page}/settings."),)
    if about.disabled:
        text = "GitHub has disabled it"
        return (bad("the repository", text, "Its owner asks GitHub's support why."),)
    return (good("the repository", "it can be written to"),)


CHECK = Check(
    name="repository",
    part=Part.REPOSITORY,
    looks_at="whether the repository is archived or disabled",
    examine=examine,
)
