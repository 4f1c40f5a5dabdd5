"""Judges what the App asks for and what it was granted against what Pilothouse needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.model import Finding, Grade
from bot.doctor.wording import listed, permission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.doctor.model import Manifest
    from bot.github.installing import Installation, Registration

_LEVELS = ("read", "write", "admin")


def registered(manifest: Manifest, about: Registration) -> tuple[Finding, ...]:
    """This function will hold the App's registration to what Pilothouse needs."""
    page = f"{about.html_url} (its owner's settings, Developer settings, GitHub Apps)"
    found = []
    if missing := _missing(manifest.permissions, about.permissions):
        found.append(
            Finding(
                subject="permissions of the App",
                grade=Grade.BAD,
                text=f"its registration does not ask for {listed(missing)}",
                remedy=f"Add them under Permissions & events at {page}, then accept them where it is installed.",
            )
        )
    if absent := sorted(manifest.events - about.events):
        found.append(
            Finding(
                subject="events of the App",
                grade=Grade.BAD,
                text=f"it does not subscribe to {listed(absent)}: what they tell never reaches Pilothouse",
                remedy=f"Tick them under Permissions & events at {page}.",
            )
        )
    return tuple(found) or (
        Finding(
            subject="registration of the App",
            grade=Grade.GOOD,
            text=f"it asks for all {len(manifest.permissions)} permissions and {len(manifest.events)} events",
        ),
    )


def granted(manifest: Manifest, about: Registration, installation: Installation) -> tuple[Finding, ...]:
    """This function will hold what was granted at the installation to what Pilothouse needs."""
    wanted = {
        name: level
        for name, level in manifest.permissions.items()
        if not _missing({name: level}, about.permissions)
    }
    missing = _missing(wanted, installation.permissions)
    absent = sorted((manifest.events & about.events) - installation.events)
    if missing or absent:
        return (
            Finding(
                subject="permissions granted",
                grade=Grade.BAD,
                text=f"the installation has not accepted what the App asks for: {listed((*missing, *absent))}",
                remedy=f"An owner accepts the new permissions at {installation.html_url}.",
            ),
        )
    return (
        Finding(
            subject="permissions granted", grade=Grade.GOOD, text="all that the App asks for was accepted"
        ),
    )


def _missing(wanted: Mapping[str, str], held: Mapping[str, str]) -> tuple[str, ...]:
    """The permissions that are not held, or not at the wanted level, in words."""
    rank = {level: place for place, level in enumerate(_LEVELS, start=1)}
    return tuple(
        permission(name, level)
        for name, level in sorted(wanted.items())
        if name != "metadata" and rank.get(held.get(name, ""), 0) < rank.get(level, 0)
    )
