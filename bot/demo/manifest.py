"""Reads what the App asks for from its manifest, so that the demo grants that and no more."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from ruamel.yaml import YAML

from bot.localhub.server import AppSettings


def app_settings() -> AppSettings:
    """This function will describe the App to the local GitHub as app.yml describes it to GitHub."""
    manifest = YAML(typ="safe").load(_text())
    return AppSettings(
        name=manifest["name"],
        permissions=dict(manifest["default_permissions"]),
        events=tuple(manifest["default_events"]),
    )


def _text() -> str:
    package = Path(str(resources.files("bot")))
    packed = package / "app.yml"  # in a wheel; in a checkout it stands beside the package
    return (packed if packed.exists() else package.parent / "app.yml").read_text(encoding="utf-8")
