"""What a release is of: the whole repository or one of its components, and what the policy says about that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.config.releasing import AssetConfig  # noqa: TC001 - msgspec reads the annotations at run time
from bot.markdown import code
from bot.releases.notes.versions import TagNames, tag_names

if TYPE_CHECKING:
    from bot.config.releasing import ReleaseConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is released, and how that is done."""

    component: str  # "" for the repository itself
    tag: str  # how its tags are named: ends in {version}
    workflow: str  # "" where none builds it
    assets: tuple[AssetConfig, ...]
    checksums: str  # "" for none
    paths: tuple[str, ...] = ()  # patterns of the files that belong to it; none for all

    @property
    def names(self) -> TagNames:
        """How its tags are named, as what reads and makes them."""
        return TagNames(self.tag)


def scope_of(config: ReleaseConfig, component: str) -> Scope | Refused:
    """This function will find what is to be released in the policy."""
    if not component:
        return Scope(
            component="",
            tag=config.tag,
            workflow=config.workflow or "",
            assets=config.assets,
            checksums=config.checksums,
        )
    found = config.components.get(component)
    if found is None:
        return _unknown(config, component)
    return Scope(
        component=component,
        tag=tag_names(config, component).pattern,
        workflow=found.workflow or config.workflow or "",
        assets=config.assets if found.assets is None else found.assets,
        checksums=config.checksums if found.checksums is None else found.checksums,
        paths=found.paths,
    )


def _unknown(config: ReleaseConfig, component: str) -> Refused:
    known = ", ".join(code(name) for name in config.components)
    there = f"There are {known}." if known else "It names none."
    text = f"The configuration names no component {code(component)}. {there}"
    return Refused(reason=Reason.UNKNOWN_COMPONENT, text=text)
