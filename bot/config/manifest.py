"""Reads what the App asks for where it is registered from its manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ruamel.yaml.comments import CommentedMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the App asks for where it is registered."""

    name: str
    permissions: Mapping[str, str]
    events: tuple[str, ...]
    description: str = ""
    homepage: str = ""
    reasons: Mapping[str, str] = field(
        default_factory=dict
    )  # what a permission is for, where app.yml says it


def read_manifest() -> Manifest:
    """This function will read app.yml."""
    package = Path(str(resources.files("bot")))
    packed = package / "app.yml"  # in a wheel; in a checkout it stands beside the package
    text = (packed if packed.exists() else package.parent / "app.yml").read_text(encoding="utf-8")
    said = YAML(typ="rt").load(text)
    return Manifest(
        name=said["name"],
        permissions=dict(said["default_permissions"]),
        events=tuple(said["default_events"]),
        description=said["description"],
        homepage=said["url"],
        reasons=_reasons(said["default_permissions"]),
    )


def _reasons(permissions: CommentedMap) -> dict[str, str]:
    """The comments behind the permissions."""
    behind = {name: tokens[2] for name, tokens in permissions.ca.items.items()}
    return {name: token.value.partition("\n")[0].strip("# ") for name, token in behind.items() if token}
