"""Finds Cargo workspaces and crates: members by patterns, by their paths as dependencies, programs, tests."""

from __future__ import annotations

import posixpath
import re
from collections import deque
from typing import TYPE_CHECKING, Any

from bot.config.pipeline import Kind
from bot.pack.manifests.crate_suites import rust_suites
from bot.pack.manifests.crate_targets import programs_of, sources_of, tests_of
from bot.pack.manifests.naming import project_name
from bot.pack.manifests.places import (
    ROOT,
    folders_with,
    is_by_the_way,
    is_pattern,
    is_within,
    joined,
    matching,
    path_in,
)
from bot.pack.manifests.reading import BrokenManifestError, read_lines, read_toml
from bot.pack.model import Found, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.pack.manifests.crate_targets import Sources
    from bot.pack.manifests.reading import Manifest
    from bot.pack.model import Layout

FILE = "Cargo.toml"
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies")
# Crates in such folders, or of such names, are for the work on the repository itself: no programs for others.
_INWARD = frozenset({"ci", "scripts", "tools", "xtask"})
_TESTING = re.compile(r"(^|[-_])tests?($|[-_])")
_BESIDE = frozenset({"bench", "benches", "docs", "example", "examples", "fuzz"})  # without tests of their own
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,199}")
_CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}")
# What crates that bind to a library of the system need of Debian to be built.
_SYSTEM = {
    "fuse3": ("libfuse3-dev", "pkg-config"),
    "fuser": ("libfuse3-dev", "pkg-config"),
    "openssl-sys": ("libssl-dev", "pkg-config"),
    "openssl": ("libssl-dev", "pkg-config"),
    "native-tls": ("libssl-dev", "pkg-config"),
    "prost-build": ("protobuf-compiler",),
    "tonic-build": ("protobuf-compiler",),
    "rdkafka": ("cmake", "libssl-dev", "pkg-config"),
    "rocksdb": ("clang", "libclang-dev"),
    "bindgen": ("clang", "libclang-dev"),
    "libudev-sys": ("libudev-dev", "pkg-config"),
    "alsa-sys": ("libasound2-dev", "pkg-config"),
    "rdma-sys": ("libibverbs-dev", "librdmacm-dev"),
}


def find_crates(layout: Layout) -> tuple[Found, ...]:
    """This function will find the workspaces and single crates of a repository.

    Raises:
        BrokenManifestError: a Cargo.toml that belongs to them cannot be read.
    """
    folders = folders_with(layout, FILE)
    sources = sources_of(layout.paths)
    taken: set[str] = set()
    found: list[Found] = []
    for folder in folders:
        if folder in taken or is_by_the_way(folder):
            continue
        root = read_toml(layout, path_in(folder, FILE))
        if "workspace" not in root.data and "package" not in root.data:
            raise BrokenManifestError(root.path, 1, "it has neither a package nor a workspace")
        crates = dict(_crates(layout, folder, root, folders))
        if (
            "workspace" in root.data
        ):  # Cargo refuses a crate within it that is no member, unless a person left it out
            taken |= {one for one in folders if is_within(one, folder)}
        found.append(_project(layout, root, crates, sources))
    return tuple(found)


def _crates(
    layout: Layout, folder: str, root: Manifest, folders: tuple[str, ...]
) -> Iterator[tuple[str, Manifest]]:
    """The crates of a workspace with their folders: its own, its members, and those that these depend on by path."""
    waiting = deque([folder] if "package" in root.data else [])
    allowed: set[str] = set()
    if "workspace" in root.data:
        allowed = {one for one in folders if is_within(one, folder)} - _excluded(folder, root, folders)
        waiting += [one for one in _listed(folder, root, folders) if one not in waiting]
    known = set(waiting)
    while waiting:
        place = waiting.popleft()
        crate = root if place == folder else read_toml(layout, path_in(place, FILE))
        if "package" in crate.data:
            yield place, crate
        near = (_by_path(place, crate, root) & allowed) - known
        known |= near
        waiting += sorted(near)


def _listed(folder: str, root: Manifest, folders: tuple[str, ...]) -> list[str]:
    """The folders that the workspace names as its members."""
    shaped: list[str] = []
    for pattern in root.texts("workspace", "members"):
        place = joined(folder, pattern)
        if place is None or not is_within(place, folder):
            raise root.mistake(pattern, f"the member {pattern} does not lie in the workspace")
        if not is_pattern(place) and place not in folders:
            raise root.mistake(pattern, f"the member {pattern} has no {FILE}; is it a git submodule?")
        shaped.append(place)
    excluded = _excluded(folder, root, folders)
    return [one for one in matching(shaped, folders) if one not in excluded]


def _excluded(folder: str, root: Manifest, folders: tuple[str, ...]) -> set[str]:
    """The folders under those that are excluded, without those that are named as members all the same."""
    outs = [joined(folder, one) for one in root.texts("workspace", "exclude")]
    ins = {joined(folder, one) for one in root.texts("workspace", "members")}
    under = {one for one in folders for out in outs if out is not None and is_within(one, out)}
    return {one for one in under if not any(place and is_within(one, place) for place in ins)}


def _by_path(folder: str, crate: Manifest, root: Manifest) -> set[str]:
    """The folders that a crate depends on by a path, its own or that of its workspace."""
    shared = root.part("workspace", "dependencies")
    outer = posixpath.dirname(root.path) or ROOT
    found: set[str | None] = set()
    for name, said in _dependencies(crate).items():
        if isinstance(said, dict) and isinstance(path := said.get("path"), str):
            found.add(joined(folder, path))
        elif isinstance(said, dict) and said.get("workspace") is True:
            theirs = shared.get(name)
            path = theirs.get("path") if isinstance(theirs, dict) else None
            found.add(joined(outer, path) if isinstance(path, str) else None)
    return {place for place in found if place is not None}


def _dependencies(crate: Manifest) -> dict[str, Any]:
    """What a crate depends on, always or on some machines."""
    found: dict[str, Any] = {}
    for table in (crate.data, *(crate.part("target", name) for name in crate.part("target"))):
        for key in _DEPENDENCIES:
            said = table.get(key)
            found |= said if isinstance(said, dict) else {}
    return found


def _project(layout: Layout, root: Manifest, crates: Mapping[str, Manifest], sources: Sources) -> Found:
    folder = posixpath.dirname(root.path) or ROOT
    named = {place: _name(crate) for place, crate in crates.items()}
    members = tuple(
        Member(name=name, folder=place)
        for place, name in named.items()
        if place.rpartition("/")[2] not in _BESIDE
    )
    programs = [
        program
        for place, name in named.items()
        if not _is_inward(name, place)
        for program in programs_of(crates[place], place, sources)
    ]
    return Found(
        name=project_name(folder, "rust"),
        kind=Kind.CARGO,
        folder=folder,
        members=members,
        version=_toolchain(layout, folder),
        system=_needed(root, crates.values()),
        binaries=tuple(dict.fromkeys(programs)),
        suites=rust_suites(
            {named[place]: tests_of(crate, place, sources) for place, crate in crates.items()}
        ),
    )


def _is_inward(name: str, place: str) -> bool:
    return bool(_INWARD & set(place.split("/"))) or is_by_the_way(place) or bool(_TESTING.search(name))


def _name(crate: Manifest) -> str:
    name = crate.text_of("package", "name")
    if not _NAME.fullmatch(name):
        raise crate.mistake("[package]", "package.name is missing, or no name that Cargo takes")
    return name


def _needed(root: Manifest, crates: Iterable[Manifest]) -> tuple[str, ...]:
    """The Debian packages behind the libraries that any of the crates binds to."""
    asked = {name for crate in crates for name in _dependencies(crate)}
    asked |= root.part("workspace", "dependencies").keys()
    return tuple(sorted({package for name in asked for package in _SYSTEM.get(name, ())}))


def _toolchain(layout: Layout, folder: str) -> str | None:
    """What the project says of its toolchain: `rust-toolchain.toml`, or the older file of one line."""
    named = path_in(folder, "rust-toolchain.toml")
    old = path_in(folder, "rust-toolchain")
    if named in layout.manifests:
        channel = read_toml(layout, named).text_of("toolchain", "channel")
    elif old in layout.manifests:
        lines = read_lines(layout, old)
        is_table = any(line.strip().startswith("[") for line in lines)
        channel = (
            read_toml(layout, old).text_of("toolchain", "channel") if is_table else "".join(lines[:1]).strip()
        )
    else:
        return None
    return channel if _CHANNEL.fullmatch(channel) else None
