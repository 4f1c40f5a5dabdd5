"""Decides whether a version can be the next one: in its branch's line, newer, and as large as its changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.merging import Bump
from bot.decisions.model import Condition, Standing
from bot.markdown import code
from bot.releases.notes.versions import core, least_version, next_version, parse_version

if TYPE_CHECKING:
    from semver import Version

_KEPT = r"(?:(?:release|releases|rel|maint|maintenance|stable|support|lts)[/_-])"
# 1.x, 1.2.x, v1, 1.2, release/1.2, maint-1.x
_LINE = re.compile(rf"{_KEPT}?v?(?P<major>0|[1-9]\d{{0,8}})(?:\.(?P<minor>0|[1-9]\d{{0,8}}))?(?:\.x)?")
_UNDOTTED = re.compile(r"(?P<label>[A-Za-z-]+)(?P<number>\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """What is known of a version that is asked for, and of those before it; "" stands for none."""

    version: str  # what is asked for; "" where the next one is to be found
    branch: str
    is_default_branch: bool
    previous: str  # where its changes begin
    last: str  # the newest release before it in the commit's past that is no pre-release
    newest: str  # the newest of all in the commit's past
    rival: str  # the newest of those that it must be newer than
    top: str  # the newest release anywhere that is no pre-release
    needed: Bump | None  # the largest step that its changes ask for
    changes: int
    is_strict: bool = True  # whether a version that says less than its changes is refused


@dataclass(frozen=True, slots=True)
class Line:
    """The versions that a maintenance branch is for: one major version, or one minor version of it."""

    major: int
    minor: int | None

    def holds(self, version: Version) -> bool:
        """This function will say whether the version is one of them."""
        return bool(version.major == self.major and self.minor in {None, version.minor})

    def __str__(self) -> str:
        return f"{self.major}.x" if self.minor is None else f"{self.major}.{self.minor}.x"


def line_of(branch: str) -> Line | None:
    """This function will read from a branch's name which versions it is for; None where it does not say."""
    found = _LINE.fullmatch(branch)
    if found is None:
        return None
    minor = found["minor"]
    return Line(int(found["major"]), None if minor is None else int(minor))


def is_latest(facts: VersionFacts) -> bool:
    """This function will say whether the version becomes the one that people get who ask for none."""
    version, top = parse_version(facts.version), parse_version(facts.top)
    return version is not None and not version.prerelease and (top is None or version >= top)


def proposed(facts: VersionFacts, *, prerelease: str | None = None) -> Version:
    """This function will find the version that should come next; a change that asks for none is a patch."""
    last, newest = parse_version(facts.last), parse_version(facts.newest)
    return next_version(last, newest, facts.needed or Bump.PATCH, prerelease=prerelease)


def judge_version(facts: VersionFacts) -> tuple[Condition, ...]:
    """This function will decide about a version, condition by condition.

    Raises:
        ValueError: what is asked for is no version.
    """
    version = parse_version(facts.version)
    if version is None:
        raise ValueError(f"{facts.version!r} is no version")
    return (_fits(facts, version), _is_newer(facts, version), _holds(facts), _says_enough(facts, version))


def _fits(facts: VersionFacts, version: Version) -> Condition:
    name = "line"
    line = None if facts.is_default_branch else line_of(facts.branch)
    if line is None:
        text = f"{code(facts.branch)} may release any version."
        return Condition(name=name, standing=Standing.WAIVED, text=text)
    if line.holds(version):
        text = f"{code(facts.branch)} is for versions {line}."
        return Condition(name=name, standing=Standing.MET, text=text)
    return Condition(
        name=name,
        standing=Standing.UNMET,
        text=f"The branch {code(facts.branch)} is for versions {line}, and {version} is none of them.",
        reason=Reason.VERSION_INVALID,
        who=f"Choose a version {line}, or release {version} from another branch.",
    )


def _is_newer(facts: VersionFacts, version: Version) -> Condition:
    rival = parse_version(facts.rival)
    if rival is None:
        return Condition(name="newer", standing=Standing.MET, text="No earlier version stands against it.")
    if version > rival:
        return Condition(name="newer", standing=Standing.MET, text=f"It is newer than {rival}.")
    said = (
        f"{rival} exists already" if version == rival else f"{rival} exists already, and {version} is older"
    )
    who = f"The next version would be {proposed(facts)}."
    if facts.is_default_branch and version.major < rival.major:
        who += f" An older line is released from a branch of its own, such as `{version.major}.x`."
    return Condition(
        name="newer",
        standing=Standing.UNMET,
        text=f"{said}.",
        reason=Reason.VERSION_NOT_NEWER,
        who=who,
    )


def _holds(facts: VersionFacts) -> Condition:
    if facts.changes or not facts.previous:
        text = f"It holds {facts.changes} changes." if facts.previous else "It is the first."
        return Condition(name="changes", standing=Standing.MET, text=text)
    return Condition(
        name="changes",
        standing=Standing.UNMET,
        text=f"Nothing has changed since {facts.previous}.",
        reason=Reason.NOTHING_TO_RELEASE,
        who="Merge something first.",
    )


def _says_enough(facts: VersionFacts, version: Version) -> Condition:
    name = "size"
    last = parse_version(facts.last)
    if last is None or facts.needed is None:
        return Condition(name=name, standing=Standing.MET, text="Its changes ask for no larger version.")
    least = least_version(last, facts.needed)
    if core(version) >= least:
        text = f"Its changes ask for {least} or more ({facts.needed})."
        return Condition(name=name, standing=Standing.MET, text=text)
    text = f"Its changes are {_SAID[facts.needed]}, so after {last} it must be {least} or more."
    if not facts.is_strict:
        return Condition(name=name, standing=Standing.WAIVED, text=f"{text} The policy lets it pass.")
    return Condition(
        name=name,
        standing=Standing.UNMET,
        text=text,
        reason=Reason.VERSION_TOO_SMALL,
        who=f"Write `/release {proposed(facts)}`; `release.sanity: false` allows any version.",
    )


_SAID = {Bump.MAJOR: "breaking", Bump.MINOR: "new features", Bump.PATCH: "fixes"}


def advice(facts: VersionFacts) -> tuple[str, ...]:
    """This function will tell what is allowed and yet probably not meant, as safe Markdown."""
    version, last = parse_version(facts.version), parse_version(facts.last)
    found: list[str] = []
    undotted = _UNDOTTED.fullmatch(version.prerelease or "") if version is not None else None
    if undotted is not None:
        label = undotted["label"]
        found.append(
            f"`{label}10` comes before `{label}2` when versions are ordered; `{label}.{undotted['number']}` does not."
        )
    if version is not None and last is not None and _leaps(last, core(version)):
        found.append(f"Between {last} and {version} at least one version is left out.")
    return tuple(found)


def _leaps(last: Version, version: Version) -> bool:
    return version > last and version not in {last.bump_major(), last.bump_minor(), last.bump_patch()}
