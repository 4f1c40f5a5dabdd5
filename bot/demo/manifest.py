"""Describes the App to the local GitHub as its manifest does, so that the demo grants that and no more."""

from __future__ import annotations

from bot.config.manifest import read_manifest
from bot.localhub.server import AppSettings


def app_settings() -> AppSettings:
    """This function will describe the App to the local GitHub as app.yml describes it to GitHub."""
    manifest = read_manifest()
    return AppSettings(name=manifest.name, permissions=dict(manifest.permissions), events=manifest.events)
