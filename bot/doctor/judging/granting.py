"""Judges what the App asks for and what it was granted against what Pilothouse needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.wording import bad, good, listed, notice, permission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config.manifest import Manifest
    from bot.doctor.model import Finding
    from bot.github.installing import Installation, Registration

_RANK = {"read": 1, "write": 2, "admin": 3}
_WORKFLOWS = "workflows"
_ELSEWHERE = frozenset({"metadata", _WORKFLOWS})  # which every App has; which is judged by itself


def registered(manifest: Manifest, about: Registration) -> tuple[Finding, ...]:
    """This function will hold the App's registration to what Pilothouse needs."""
    page = f"{about.html_url} (its owner's settings, Developer settings, GitHub Apps)"
    found = []
    if missing := _missing(manifest.permissions, about.permissions):
        found.append(
            bad(
                "permissions of the App",
                f"its registration does not ask for {listed(missing)}",
                f"Add them under Permissions & events at {page}, then accept them where it is installed.",
            )
        )
    if absent := sorted(frozenset(manifest.events) - about.events):
        found.append(
            bad(
                "events of the App",
                f"it does not subscribe to {listed(absent)}: what they tell never reaches Pilothouse",
                f"Tick them under Permissions & events at {page}.",
            )
        )
    return tuple(found) or (
        good("registration of the App", "it asks for every permission and event that is needed"),
    )


def granted(manifest: Manifest, about: Registration, installation: Installation) -> tuple[Finding, ...]:
    """This function will hold what was granted at the installation to what Pilothouse needs."""
    asked = {
        name: level
        for name, level in manifest.permissions.items()
        if not _missing({name: level}, about.permissions)
    }
    absent = sorted((about.events & frozenset(manifest.events)) - installation.events)
    lacking = (*_missing(asked, installation.permissions), *absent)
    if lacking:
        return (
            bad(
                "permissions granted",
                f"the installation has not accepted what the App asks for: {listed(lacking)}",
                f"An owner accepts the new permissions at {installation.html_url}.",
            ),
        )
    return (good("permissions granted", "all that the App asks for was accepted"),)


def may_write_workflows(about: Registration, installation: Installation) -> Finding:
    """This function will say whether the App may change workflow files, as `pilothouse init` does."""
    subject = "workflow scope"
    if installation.permissions.get(_WORKFLOWS) == "write":
        return good(subject, "the App may change files in .github/workflows")
    where = f"at {about.html_url}, then an owner accepts it at {installation.html_url}"
    if about.permissions.get(_WORKFLOWS) == "write":
        where = f"at {installation.html_url}"
    return notice(
        subject,
        "the App may not change files in .github/workflows: `pilothouse init` cannot open its pull request, and "
        "nothing that changes them can be backported",
        f"Grant Workflows: write {where}; or write the files with `pilothouse init --out` and push them yourself.",
    )


def _missing(wanted: Mapping[str, str], held: Mapping[str, str]) -> tuple[str, ...]:
    """The permissions that are not held, or not at the wanted level, in words."""
    return tuple(
        permission(name, level)
        for name, level in sorted(wanted.items())
        if name not in _ELSEWHERE and _RANK.get(held.get(name, ""), 0) < _RANK[level]
    )
