"""Says what a crate builds beside its library: its programs, and its tests of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.pack.manifests.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.pack.manifests.reading import Manifest

# https://doc.rust-lang.org/cargo/reference/cargo-targets.html#target-auto-discovery
_PROGRAM = re.compile(
    r"(?:(?P<folder>.+)/)?src/(?:(?P<main>main)\.rs|bin/(?P<name>[^/]+?)(?:\.rs|/main\.rs))"
)
_TEST = re.compile(r"(?:(?P<folder>.+?)/)?tests/(?P<name>[^/]+?)(?:\.rs|/main\.rs)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A test target."""

    name: str
    features: tuple[str, ...] = ()  # that it needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The files of a repository that Cargo makes targets of by itself, by the crate's folder."""

    programs: dict[str, list[str]] = field(default_factory=dict)  # "" for the crate's own name
    tests: dict[str, list[str]] = field(default_factory=dict)


def sources_of(paths: Iterable[str]) -> Sources:
    """This function will sort the files of a repository once, whatever its size."""
    found = Sources()
    for path in sorted(paths):
        if not path.endswith(".rs"):
            continue
        if program := _PROGRAM.fullmatch(path):
            found.programs.setdefault(program["folder"] or ROOT, []).append(program["name"] or "")
        if test := _TEST.fullmatch(path):
            found.tests.setdefault(test["folder"] or ROOT, []).append(test["name"])
    return found


def programs_of(crate: Manifest, folder: str, sources: Sources) -> tuple[str, ...]:
    """This function will name the programs of a crate; not those that are built with some feature only."""
    name = crate.text_of("package", "name")
    named = dict(_explicit(crate, "bin"))
    found = [] if _is_off(crate, "autobins") else [one or name for one in sources.programs.get(folder, ())]
    listed = [one for one, said in named.items() if not said.get("required-features")]
    unlisted = [one for one in found if one not in named and not (named and one == name)]
    return tuple(sorted(dict.fromkeys((*listed, *unlisted)), key=lambda one: one != name))


def tests_of(crate: Manifest, folder: str, sources: Sources) -> tuple[Test, ...]:
    """This function will name the test targets of a crate."""
    named = dict(_explicit(crate, "test"))
    found = [] if _is_off(crate, "autotests") else sources.tests.get(folder, [])
    listed = [
        Test(name=one, features=_features(said))
        for one, said in named.items()
        if said.get("test") is not False
    ]
    return (*listed, *(Test(name=one) for one in found if one not in named))


def _explicit(crate: Manifest, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    listed = crate.data.get(key, [])
    if not isinstance(listed, list):
        raise crate.mistake(f"[{key}]", f"{key} must be a list of tables: [[{key}]]")
    for said in listed:
        if isinstance(said, dict) and isinstance(said.get("name"), str):
            yield said["name"], said


def _features(said: dict[str, Any]) -> tuple[str, ...]:
    features = said.get("required-features", [])
    return tuple(str(one) for one in features) if isinstance(features, list) else ()


def _is_off(crate: Manifest, key: str) -> bool:
    return crate.part("package").get(key) is False
