"""Finds what a policy says about releases that cannot be meant."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.config.sense_merging import blank
from bot.github.models import Permission

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.config.mistakes import Path
    from bot.config.releasing import AssetConfig, ReleaseConfig
    from bot.config.sense import Mistake

_PLACE = "{version}"
_PLACES = re.compile(r"\{[^{}]*\}")
_KNOWN = {"{version}", "{tag}"}
_COMPONENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
# What git takes in the name of a tag, as far as a policy may have a use for it.
# https://git-scm.com/docs/git-check-ref-format
_TAG = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._@+/-]{0,199})?")
_NO_REF = re.compile(r"//|\.\.|/\.|\.lock/|\./|@\{")
_MOST_LISTED = 10


def sense_of_release(release: ReleaseConfig, environments: Sequence[str]) -> Iterator[Mistake]:
    """This function will find what cannot be meant under the key `release`.

    Args:
        release: What is said about releases.
        environments: The names of those that the file has; none where it leaves them to GitHub.
    """
    for path, message in (
        *_asking(release, environments),
        *_tags(release),
        *_components(release),
        *_files(release),
    ):
        yield ("release", *path), message


def _asking(release: ReleaseConfig, environments: Sequence[str]) -> Iterator[Mistake]:
    if not release.permission.covers(Permission.WRITE):
        yield ("permission",), "a release makes tags; it takes write or more"
    name = release.environment
    if name and environments and name.casefold() not in {one.casefold() for one in environments}:
        listed = ", ".join(environments[:_MOST_LISTED])
        yield ("environment",), f"there is no environment {name}; there are {listed}"
    yield from blank("branches", release.branches)
    yield from blank("checks", release.checks or ())
    for index, check in enumerate(release.checks or ()):
        if check.startswith("pilothouse / "):
            yield ("checks", index), "the bot's own check runs do not count as checks"


def _tags(release: ReleaseConfig) -> Iterator[Mistake]:
    """Each tag must say by itself which thing it is of: `api-1.0.0` is no version of the repository."""
    named: dict[Path, str] = {("tag",): release.tag}
    named |= {
        ("components", name, "tag"): component.tag or f"{name}-{release.tag}"
        for name, component in release.components.items()
    }
    prefixes = {path: tag.removesuffix(_PLACE) for path, tag in named.items()}
    for path, prefix in prefixes.items():
        if not _TAG.fullmatch(prefix) or _NO_REF.search(prefix):
            yield path, "git, or we, take no tags that are named so"
    in_order = sorted(prefixes, key=lambda path: (prefixes[path].casefold(), len(path)))
    for one, other in pairwise(in_order):
        if prefixes[one].casefold() == prefixes[other].casefold():
            yield other, f"its tags are those of {'.'.join(str(part) for part in one)} too"


def _components(release: ReleaseConfig) -> Iterator[Mistake]:
    for name, component in release.components.items():
        path: Path = ("components", name)
        if not _COMPONENT.fullmatch(name):
            yield path, "the name of a component has letters, digits, ., - and _"
        for inner, message in blank("paths", component.paths):
            yield (*path, *inner), message
        for inner, message in _assets(component.assets or ()):
            yield (*path, *inner), message
        for inner, message in _checksums(component.checksums or ""):
            yield (*path, *inner), message


def _files(release: ReleaseConfig) -> Iterator[Mistake]:
    yield from _assets(release.assets)
    yield from _checksums(release.checksums)
    assets = (release.assets, *(component.assets or () for component in release.components.values()))
    if release.workflow is None:
        key = "assets" if release.assets else "checksums"
        if release.assets or release.checksums:
            yield (key,), "no workflow would bring them; workflow is null"
    elif release.provenance.required and not any(assets):
        yield ("provenance", "required"), "it is about the files of assets; there are none"


def _assets(assets: Sequence[AssetConfig]) -> Iterator[Mistake]:
    seen: Mapping[str, int] = {}
    for index, asset in enumerate(assets):
        for message in _name(asset.name):
            yield ("assets", index, "name"), message
        if asset.name in seen:
            yield ("assets", index, "name"), f"{asset.name} is there twice"
        seen = {**seen, asset.name: index}


def _checksums(name: str) -> Iterator[Mistake]:
    for message in _name(name):
        yield ("checksums",), message
    if "*" in name:
        yield ("checksums",), "it takes one name; * could be several files"


def _name(name: str) -> Iterator[str]:
    if "/" in name:
        yield "the files of a release have no folders"
    for place in _PLACES.findall(name):
        if place not in _KNOWN:
            yield f"{place} stands for nothing; {{version}} and {{tag}} are known"
