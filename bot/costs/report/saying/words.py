"""The words and signs of the report."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - part of a public signature
from typing import TYPE_CHECKING

from bot.budget.model import Stage
from bot.costs.model import ActionKind, ActionState, GapKind, Sureness

if TYPE_CHECKING:
    from datetime import date, timedelta

STAGE_SIGNS: Mapping[Stage, str] = {
    Stage.UNDER: "🟢",
    Stage.NOTICED: "🟡",
    Stage.FROZEN: "🟠",
    Stage.HELD: "🔴",
    Stage.DENIED: "⛔",
}
STAGE_WORDS: Mapping[Stage, str] = {
    Stage.UNDER: "Below every mark.",
    Stage.NOTICED: "A mark is passed, or the forecast reaches the limit; nothing is stopped.",
    Stage.FROZEN: "Frozen: no deployment, node or agent is begun any more.",
    Stage.HELD: "Held: agents are paused, the cluster's spot instances are ended.",
    Stage.DENIED: "Denied: the agents' role may call no model.",
}
SURENESS: Mapping[Sureness, str] = {
    Sureness.EXACT: "as it will be billed",
    Sureness.METERED: "measured, at the price that holds now",
    Sureness.LISTED: "measured, at the list price",
    Sureness.ESTIMATED: "estimated",
}
ACTIONS: Mapping[ActionKind, str] = {
    ActionKind.NOTIFY: "told",
    ActionKind.FREEZE: "freeze",
    ActionKind.PAUSE_AGENTS: "pause agents",
    ActionKind.TERMINATE: "end an instance",
    ActionKind.DENY_MODELS: "deny model calls",
    ActionKind.RESUME_AGENTS: "let agents go on",
    ActionKind.ALLOW_MODELS: "allow model calls",
}
STATES: Mapping[ActionState, str] = {
    ActionState.INTENDED: "🔄 under way",
    ActionState.DONE: "✅ done",
    ActionState.FAILED: "❌ failed",
    ActionState.REFUSED: "🛡️ refused by a guard",
    ActionState.WOULD: "💤 would have (dry run)",
}
GAPS: Mapping[GapKind, str] = {
    GapKind.PERMISSION: "🔒 not permitted",
    GapKind.UNAVAILABLE: "🔌 did not answer",
    GapKind.UNPRICED: "🏷️ no price known",
    GapKind.NO_DATA: "🕳️ no data",
    GapKind.STALE: "🕰️ too old to act on",
    GapKind.NOT_ALLOWED: "🚫 not allowed by the operator",
}
_MINUTES = 60


def duration(length: timedelta) -> str:
    """This function will say a length of time to the minute: 6 h 20 min."""
    minutes = max(0, int(length.total_seconds()) // _MINUTES)
    hours, rest = divmod(minutes, _MINUTES)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def long_day(day: date) -> str:
    """This function will say a day: Monday 23 November 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"
