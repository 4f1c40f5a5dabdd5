"""Finds what a repository builds: its projects, by the files in which each tool is told of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from bot.pack.manifests.naming import job_name, unique
from bot.pack.manifests.places import depth
from bot.pack.model import Ecosystem
from bot.plugins import load

if TYPE_CHECKING:
    from bot.config.pipeline import Kind
    from bot.pack.model import Found, Layout


@cache
def ecosystems() -> tuple[Ecosystem, ...]:
    """This function will return what builds and tests projects, one of each kind."""
    return load("bot.pack.ecosystems", "ECOSYSTEM", Ecosystem)


def ecosystem_of(kind: Kind) -> Ecosystem:
    """This function will return what builds and tests projects of a kind."""
    return next(one for one in ecosystems() if one.kind is kind)


def manifest_names() -> frozenset[str]:
    """This function will name the files whose text `detect` has to read, wherever they lie."""
    return frozenset(name for one in ecosystems() for name in one.manifests)


def detect(layout: Layout) -> tuple[Found, ...]:
    """This function will find the projects of a repository, the outermost first, each with a name of its own.

    Raises:
        BrokenManifestError: a file that says how something is built cannot be read.
    """
    found = [one for ecosystem in ecosystems() for one in ecosystem.find(layout)]
    found.sort(key=lambda one: depth(one.folder))
    taken: set[str] = set()
    return tuple(replace(one, name=_own_name(one, taken)) for one in found)


def _own_name(one: Found, taken: set[str]) -> str:
    """The folder's name; with that of its outer folders where another project has it already."""
    return unique(one.name if one.name.casefold() not in taken else job_name(one.folder), taken)
