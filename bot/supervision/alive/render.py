"""Words the heartbeat issue: for people as a table, for the alarm as one hidden line."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING

from bot.deployments.leases.render import render_duration, render_moment
from bot.markdown import code, link, marker, table
from bot.supervision.alive.model import ALARM_FILE, AlarmState, Heartbeat

if TYPE_CHECKING:
    from datetime import datetime

TITLE = "Pilothouse's heartbeat"
_OFF: dict[str, object] = {"off": True}
_SETTING = code("supervision.alive.issue: false")
_ABOUT = (
    "This issue is edited every 15 minutes. Close it if it is in your way: it is kept up to date all the same, "
    f"and the alarm goes on reading it. {_SETTING} in {code('.github/pilothouse.yml')} ends it."
)


def heartbeat_marker() -> str:
    """This function will make the first line of the issue's text."""
    return marker("heartbeat")


def render_heartbeat(beat: Heartbeat) -> str:
    """This function will word the issue; the second line is what the alarm reads."""
    page = f" {link('The sessions', beat.url)} have a page." if beat.url else ""
    lead = (
        f"Pilothouse looked after this repository at **{render_moment(beat.at)}**. Where that is longer ago than "
        f"{render_duration(beat.limit)}, it has stopped: sessions that die stay dead, broken builds and runs that "
        f"hang are left, and no budget is enforced.{page}"
    )
    rows = [
        (
            part.name,
            "not yet" if part.looked_at is None else render_moment(part.looked_at),
            render_duration(part.limit),
            "late" if part.is_late(beat.at) else "fine",
        )
        for part in beat.parts
    ]
    parts = table(("Part", "Looked last", "Due within", "State"), rows)
    return "\n\n".join((f"{heartbeat_marker()}\n{_hidden(_told(beat))}", lead, parts, _alarm(beat), _ABOUT))


def render_off() -> str:
    """This function will word the issue once the configuration wants none any more."""
    text = f"The configuration says {_SETTING}, so this issue is not kept up to date any more."
    return f"{heartbeat_marker()}\n{_hidden(_OFF)}\n\n{text}"


def _told(beat: Heartbeat) -> dict[str, object]:
    return {
        "at": _moment(beat.at),
        "limit": int(beat.limit.total_seconds()),
        "parts": [
            {"name": part.name, "at": _moment(part.looked_at), "limit": int(part.limit.total_seconds())}
            for part in beat.parts
            if part.looked_at is not None
        ],
    }


def _hidden(value: dict[str, object]) -> str:
    return f"<!-- {json.dumps(value)} -->"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _alarm(beat: Heartbeat) -> str:
    alarm = beat.alarm
    ran = "" if alarm.ran_at is None else f" It ran last at {render_moment(alarm.ran_at)}."
    file = code(f".github/workflows/{ALARM_FILE}")
    said = {
        AlarmState.RUNS: f"The alarm {file} is set.{ran}",
        AlarmState.MISSING: (
            f"**No alarm is set:** nobody is told when this falls silent. Someone who may write here can add "
            f"{file}; {code(beat.command)} prints it."
        ),
        AlarmState.DISABLED: (
            f"**The alarm {file} is disabled.**{ran} GitHub does that in public repositories without a commit "
            "for 60 days. Someone who may write here can enable it under Actions."
        ),
        AlarmState.NEVER_RAN: f"The alarm {file} has not run yet.",
        AlarmState.LATE: (
            f"**The alarm {file} does not run any more.**{ran} Someone who may write here can look why."
        ),
        AlarmState.UNKNOWN: f"GitHub does not say how the alarm {file} stands.",
    }
    return said[alarm.state]
