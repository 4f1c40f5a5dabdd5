"""The workflow that raises an alarm when the bot falls silent, made fit for one App."""

from __future__ import annotations

import json
from importlib.resources import files

from bot.supervision.alive.model import ALARM_FILE

_LOGIN = "pilothouse[bot]"
_LABEL = "pilothouse-heartbeat"


def alarm_text(slug: str, label: str) -> str:
    """This function will return the workflow file for the App with that slug, which labels its heartbeat so."""
    text = files("bot").joinpath("templates", "workflows", ALARM_FILE).read_text()
    return text.replace(_LOGIN, f"{slug}[bot]").replace(f"LABEL: {_LABEL}", f"LABEL: {json.dumps(label)}")
