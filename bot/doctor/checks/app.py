"""Looks at the App: that it reaches the repository, and that it was granted what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.judging.granting import granted, may_write_workflows, registered
from bot.doctor.model import Check, Part
from bot.doctor.wording import good

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether the App is registered, installed and granted as Pilothouse needs it."""
    about, installation = subject.registration, subject.installation
    return (
        good(
            "the App",
            f"{about.name} ({about.id}) reaches {subject.repo.ref.full_name} through installation {installation.id}",
        ),
        *registered(subject.manifest, about),
        *granted(subject.manifest, about, installation),
        may_write_workflows(about, installation),
    )


CHECK = Check(
    name="app",
    part=Part.APP,
    looks_at="whether the App reaches the repository, and has the permissions and events that it needs",
    examine=examine,
)
