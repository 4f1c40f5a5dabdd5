"""Holds the files of a release against those that the policy expects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.markdown import code
from bot.releases.files.model import Expected, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.config.releasing import ReleaseConfig
    from bot.github.release_models import Asset
    from bot.releases.scope import Scope

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_MOST_LISTED = 20


def expected_files(scope: Scope, config: ReleaseConfig, *, version: str, tag: str) -> tuple[Expected, ...]:
    """This function will say which files a version must have, the checksums file first."""
    words = {"{version}": version, "{tag}": tag}
    listed = tuple(
        Expected(
            pattern=_filled(asset.name, words),
            smallest=asset.smallest,
            needs_provenance=config.provenance.required if asset.provenance is None else asset.provenance,
        )
        for asset in scope.assets
    )
    if not scope.checksums:
        return listed
    name = checksums_name(scope, version=version, tag=tag)
    return (Expected(pattern=name, smallest=1, needs_provenance=False), *listed)


def checksums_name(scope: Scope, *, version: str, tag: str) -> str:
    """This function will name the checksums file of a version, or return "" without one."""
    return _filled(scope.checksums, {"{version}": version, "{tag}": tag})


def matches(expected: Expected, name: str) -> bool:
    """This function will say whether a file's name is the expected one."""
    parts = expected.pattern.split("*")
    if len(parts) == 1:
        return name == expected.pattern
    first, *middle, last = parts
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    place, end = len(first), len(name) - len(last)
    for part in middle:
        place = name.find(part, place, end)
        if place < 0:
            return False
        place += len(part)
    return True


def problems_of_files(expected: Sequence[Expected], assets: Sequence[Asset]) -> tuple[Problem, ...]:
    """This function will tell what is missing among the files, not whole, or too small."""
    return (*_missing(expected, assets), *_broken(expected, assets))


def _missing(expected: Sequence[Expected], assets: Sequence[Asset]) -> Iterator[Problem]:
    missing = [one.pattern for one in expected if not any(matches(one, asset.name) for asset in assets)]
    if not missing:
        return
    there = ", ".join(code(asset.name) for asset in assets[:_MOST_LISTED])
    more = f" and {len(assets) - _MOST_LISTED} more" if len(assets) > _MOST_LISTED else ""
    named = ", ".join(code(pattern) for pattern in missing)
    text = (
        f"Missing: {named}. There is {there}{more}."
        if there
        else f"Missing: {named}. There is no file at all."
    )
    yield Problem(reason=Reason.ASSETS_MISSING, text=text, may_pass=True)


def _broken(expected: Sequence[Expected], assets: Sequence[Asset]) -> Iterator[Problem]:
    for asset in assets:
        name = code(asset.name)
        if not asset.is_uploaded:
            text = f"The upload of {name} has not ended: GitHub calls it {code(asset.state)}."
            yield Problem(reason=Reason.ASSET_BROKEN, text=text, may_pass=True)
            continue
        smallest = max((one.smallest for one in expected if matches(one, asset.name)), default=1)
        if asset.size < smallest:
            text = f"{name} has {asset.size} bytes; it must have at least {smallest}."
            yield Problem(reason=Reason.ASSET_BROKEN, text=text)
        if not _DIGEST.fullmatch(asset.digest):
            text = f"GitHub has no SHA-256 digest of {name}; upload it again."
            yield Problem(reason=Reason.ASSET_BROKEN, text=text)


def _filled(name: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        name = name.replace(word, value)
    return name
