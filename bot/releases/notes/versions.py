"""Reads and orders versions by Semantic Versioning, in the tags that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from semver import Version

from bot.config.merging import Bump

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.config.releasing import ReleaseConfig

_PLACE = "{version}"
_LONGEST = 100  # longer ones are no versions that anybody means
_ORDER = list(Bump)
# https://semver.org/#how-should-i-deal-with-revisions-in-the-0yz-initial-development-phase
_FIRST = Version(0, 1, 0)


def parse_version(text: str) -> Version | None:
    """This function will read a version as https://semver.org writes it, or return None where it is none."""
    if len(text) > _LONGEST or not text.isascii() or text != text.strip():
        return None
    try:
        return Version.parse(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class TagNames:
    """How the tags of one released thing are named."""

    pattern: str  # it ends in {version}

    @property
    def prefix(self) -> str:
        """What comes before the version."""
        return self.pattern.removesuffix(_PLACE)

    def tag_of(self, version: Version) -> str:
        """This function will name the tag of a version."""
        return f"{self.prefix}{version}"

    def version_of(self, tag: str) -> Version | None:
        """This function will read the version of a tag, or return None for a tag of something else."""
        return parse_version(tag.removeprefix(self.prefix)) if tag.startswith(self.prefix) else None

    def read(self, text: str) -> Version | None:
        """This function will read a version as a person types it: as the tag, with a `v` or plain."""
        plain = text.removeprefix("v").removeprefix("V")
        return self.version_of(text) or parse_version(text) or parse_version(plain)


def tag_names(config: ReleaseConfig, component: str = "") -> TagNames:
    """This function will find how the tags of the repository or of a component of it are named.

    A component's own are those of the repository after its name and a hyphen, where the policy does not say.
    """
    if not component:
        return TagNames(config.tag)
    policy = config.components.get(component)
    return TagNames((policy.tag if policy is not None else "") or f"{component}-{config.tag}")


def core(version: Version) -> Version:
    """This function will leave away what makes it a pre-release or a build."""
    return Version(version.major, version.minor, version.patch)


def largest(bumps: Iterable[Bump | None]) -> Bump | None:
    """This function will find the largest of several steps, or None where none asks for a version."""
    return max((bump for bump in bumps if bump is not None), key=_ORDER.index, default=None)


def least_version(last: Version, needed: Bump) -> Version:
    """This function will find the smallest version after the last release that says what its changes need.

    While the major version is 0 nothing is promised: there a breaking change is told by the minor version, and by
    nothing where that is 0 too.
    """
    if last.major == 0:
        needed = Bump.MINOR if needed is Bump.MAJOR and last.minor > 0 else Bump.PATCH
    return _stepped(last, needed)


def next_version(
    last: Version | None, newest: Version | None, needed: Bump, *, prerelease: str | None = None
) -> Version:
    """This function will propose the version that comes next.

    Args:
        last: The newest that is no pre-release, if there is one.
        newest: The newest of all, if there is one.
        needed: What the changes since the last say.
        prerelease: What a pre-release is called (`rc`, `beta`); None where none is wanted.
    """
    target = _target(last, newest, needed)
    if prerelease is None:
        return target
    number = 1
    if newest is not None and newest.prerelease and core(newest) == target:
        number = _number_after(newest.prerelease, prerelease)
    return target.replace(prerelease=f"{prerelease}.{number}")


def _target(last: Version | None, newest: Version | None, needed: Bump) -> Version:
    begun = core(newest) if newest is not None and newest.prerelease else None
    if last is None:
        return begun or _FIRST
    step = Bump.MINOR if last.major == 0 and needed is Bump.MAJOR else needed
    target = _stepped(last, step)
    return target if begun is None else max(target, begun)


def _stepped(version: Version, step: Bump) -> Version:
    if step is Bump.MAJOR:
        return version.bump_major()
    return version.bump_minor() if step is Bump.MINOR else version.bump_patch()


def _number_after(prerelease: str, label: str) -> int:
    """The number of the next pre-release: one more where the newest is called the same."""
    name, _, number = prerelease.rpartition(".")
    return int(number) + 1 if name == label and number.isdigit() else 1
