"""Looks at the App: that it reaches the repository, and that it was granted what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.judging.granting import granted, registered
from bot.doctor.model import Check, Finding, Grade

if TYPE_CHECKING:
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether the App is registered, installed and granted as Pilothouse needs it."""
    about, installation = subject.registration, subject.installation
    reached = Finding(
        subject="the App",
        grade=Grade.GOOD,
        text=f"{about.name} ({about.id}) reaches {subject.repo.ref.full_name} through installation {installation.id}",
    )
    return (reached, *registered(subject.manifest, about), *granted(subject.manifest, about, installation))


CHECK = Check(
    name="app",
    looks_at="whether the App reaches the repository, and has the permissions and events that it needs",
    examine=examine,
)
