"""Chooses the version that is released: the one that was written, or the one that the commits call for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.config.merging import Bump
from bot.markdown import code
from bot.releases.notes.model import Asked, Notes
from bot.releases.notes.reading import read_notes
from bot.releases.notes.sanity import proposed
from bot.releases.notes.versions import next_version, parse_version

if TYPE_CHECKING:
    from semver import Version

    from bot.commands.model import Call
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.releases.asking.aiming import Aim

_LABEL = "rc"  # of a pre-release that nobody named


def written_version(aim: Aim, written: str) -> Version | Refused:
    """This function will read the version that was written."""
    found = aim.scope.names.read(written)
    if found is not None:
        return found
    example = code(f"{aim.scope.names.prefix}1.4.0")
    text = f"{code(written)} is no semantic version; write one such as {example}."
    return Refused(reason=Reason.VERSION_INVALID, text=text)


async def what_is_new(run: Run, call: Call, services: Services, aim: Aim) -> Notes:
    """This function will read what came since the last version, whatever the next one is called.

    Raises:
        GitHubError: it could not be read.
    """
    repo, scope = services.repository(call.request.repository), aim.scope
    asked = Asked(version="", tag=scope.tag, branch=aim.branch, sha=aim.sha, paths=scope.paths)
    return await run.step(f"new {call.command.index}", lambda: read_notes(repo, asked), returns=Notes)


def called_for(call: Call, notes: Notes, size: str) -> Version | Refused:
    """This function will find the version that comes next, at least of the size that was written."""
    if size and size not in set(Bump):
        known = ", ".join(code(bump) for bump in reversed(Bump))
        text = f"{code(size)} is no size of a step; write {known}, or nothing."
        return Refused(reason=Reason.VERSION_INVALID, text=text)
    facts = notes.facts
    if not notes.commits and notes.previous_tag:
        text = f"No commit came since {code(notes.previous_tag)}, so there is nothing to release."
        return Refused(reason=Reason.NOTHING_TO_RELEASE, text=text)
    label = _LABEL if call.command.values("prerelease") else None
    if not size:
        return proposed(facts, prerelease=label)
    return next_version(parse_version(facts.last), parse_version(facts.newest), Bump(size), prerelease=label)
